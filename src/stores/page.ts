/** A place in a list ordered by (time, id). */
export interface PageKey {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
}

/**
 * One page of a list that is ordered newest first. `forward` walks towards older entries from `from` (exclusive; absent:
 * the newest); `backward` takes the entries that are newer than `from` and nearest to it (absent: the oldest entries).
 */
export interface PageRequest {
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
  readonly from?: PageKey;
}

/** `items` are newest first whatever the direction. `hasMore`: further entries exist in the direction walked. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}
