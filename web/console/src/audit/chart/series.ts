/** One stretch of time of `impersonationStatistics`. */
export interface Bucket {
  readonly from: string;
  readonly until: string;
  readonly started: number;
  readonly denied: number;
  readonly ended: number;
}

export interface Series {
  /** The middle of each stretch, seconds since 1970: the unit of the chart. */
  readonly at: readonly number[];
  readonly started: readonly number[];
  readonly denied: readonly number[];
  readonly ended: readonly number[];
  readonly totals: { readonly started: number; readonly denied: number; readonly ended: number };
  readonly isEmpty: boolean;
}

/** The columns of the chart from the gateway's buckets, in order of time. */
export function seriesOf(buckets: readonly Bucket[]): Series {
  const ordered = [...buckets].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const column = (key: 'started' | 'denied' | 'ended') => ordered.map((bucket) => bucket[key]);
  const total = (key: 'started' | 'denied' | 'ended') => ordered.reduce((sum, bucket) => sum + bucket[key], 0);
  const totals = { started: total('started'), denied: total('denied'), ended: total('ended') };
  return {
    at: ordered.map(({ from, until }) => (Date.parse(from) + Date.parse(until)) / 2_000),
    started: column('started'),
    denied: column('denied'),
    ended: column('ended'),
    totals,
    isEmpty: totals.started + totals.denied + totals.ended === 0,
  };
}

/** What a drag over the chart chose, as filter times; null where it is too short to be meant. Seconds since 1970 in either order. */
export function chosenStretch(a: number, b: number): { occurredAfter: string; occurredBefore: string } | null {
  const from = Math.floor(Math.min(a, b));
  const until = Math.ceil(Math.max(a, b));
  if (!Number.isFinite(from) || !Number.isFinite(until) || until - from < 2) return null;
  return { occurredAfter: new Date(from * 1_000).toISOString(), occurredBefore: new Date(until * 1_000).toISOString() };
}

const DAY_MS = 86_400_000;

/** The stretch the chart shows: what the filter names, and otherwise the last 24 hours before its end, to the whole minute. */
export function chartedStretch(
  { occurredAfter, occurredBefore }: { readonly occurredAfter?: string; readonly occurredBefore?: string },
  now: number,
): { readonly occurredAfter: string; readonly occurredBefore: string } {
  const until = occurredBefore === undefined ? Math.ceil(now / 60_000) * 60_000 : Date.parse(occurredBefore);
  const from = occurredAfter === undefined ? until - DAY_MS : Date.parse(occurredAfter);
  return {
    occurredAfter: new Date(Math.min(from, until - 1_000)).toISOString(),
    occurredBefore: new Date(until).toISOString(),
  };
}
