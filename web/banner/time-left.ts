/** From here on the person is warned that the time is nearly over, milliseconds. */
export const WARNING_MS = 60_000;

/** A `Date` header says whole seconds and was on its way for a while: a smaller difference is none. */
const NO_DIFFERENCE_MS = 2_000;

/** A count-down in minutes and seconds: "9:05", "75:00". Milliseconds; a part of a second counts as one. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * By how many milliseconds the gateway's clock is ahead of this device's.
 * @returns NaN where the answer does not tell: nothing is then known, which is not "no difference"
 */
export function clockDifference(dateHeader: string | null, deviceNow: number): number {
  // The half second: what the header cuts off, on average.
  const difference = Date.parse(dateHeader as string) + 500 - deviceNow;
  return Math.abs(difference) < NO_DIFFERENCE_MS ? 0 : difference;
}

/**
 * How long to wait before the next look, milliseconds: looks begin at an interval; after looks that were not answered there is
 * more and more time between them, up to 15 s.
 */
export function pauseBefore(unanswered: number, intervalMs: number, elapsedMs: number): number {
  return unanswered > 0 ? Math.min(15_000, intervalMs * 2 ** unanswered) : Math.max(50, intervalMs - elapsedMs);
}
