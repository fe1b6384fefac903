/**
 * Where the rows of a list are that has no known end. Numbers of rows are those of the event window. The scroll bar covers what was
 * seen, up to a height that every browser can scroll; beyond it the `base`, the number of the row at the very top, moves on.
 */
export interface Layout {
  readonly base: number;
}

/** Browsers stop at about 17 million pixels; rows on narrow screens are 100 high. */
export const MOST_SCROLLED_ROWS = 100_000;
/** How many rows stay above when the base moves, so that there is room to scroll back. */
const KEPT_ABOVE = 50_000;

/** The base for a list that begins at `first` and whose loaded rows begin at `origin` and end at `end`. */
export function baseFor(base: number, first: number, origin: number, end: number): number {
  if (base < first) return first;
  if (end - base > MOST_SCROLLED_ROWS) return Math.max(first, origin - KEPT_ABOVE);
  // Somebody has come back to the top of what can be scrolled, and there is more above.
  if (origin < base || (origin === base && base > first)) return Math.max(first, origin - KEPT_ABOVE);
  return base;
}
