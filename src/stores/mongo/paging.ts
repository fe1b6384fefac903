import type { Collection, Document, Filter, FindOptions } from 'mongodb';
import type { PageRequest, Slice } from '../page.js';
import { READ_MS } from './limits.js';

/**
 * The year 1. Every list has at least this bound: a document whose time is missing or is no date (a void start, or one that
 * was tampered with) has no place in a list ordered by time.
 */
const EARLIEST = -62_135_596_800_000;
/** The last millisecond of the year 9999, exclusive: what all drivers can represent. */
const LATEST = 253_402_300_799_999;

/** Milliseconds since the epoch, half-open; absent: no bound. */
export interface TimeSpan {
  readonly after: number | undefined;
  readonly before: number | undefined;
}

/**
 * One page, newest first by (time, _id). What precedes the cursor is at most two contiguous stretches of one index, the
 * entries of the cursor's own millisecond and everything beyond, so they are read as two ranges: an `$or` of both would leave
 * it to the planner whether the cost of a page depends on the size of the collection.
 * @param timeField a field that is only ever a BSON date; `where` must not restrict it or `_id`.
 * @param read turns a document into an entry; null leaves it out.
 */
export async function readPage<S extends Document, T>(
  collection: Collection<S>,
  where: Filter<S>,
  timeField: string,
  span: TimeSpan,
  page: PageRequest,
  read: (document: Document) => T | null,
  options: Pick<FindOptions, 'promoteValues'> = {},
): Promise<Slice<T>> {
  const wanted = page.limit + 1;
  const order = page.direction === 'forward' ? -1 : 1;
  const parts = await Promise.all(
    stretches(timeField, span, page).map((stretch) =>
      collection
        .find({ ...where, ...stretch } as Filter<S>, { ...options, maxTimeMS: READ_MS, batchSize: wanted })
        .sort({ [timeField]: order, _id: order })
        .limit(wanted)
        .toArray(),
    ),
  );
  const found: Document[] = parts.flat();
  const items = found.slice(0, page.limit).flatMap((document) => read(document) ?? []);
  return { items: order === -1 ? items : items.reverse(), hasMore: found.length > page.limit };
}

/** The ranges that hold the page, the one nearest to the cursor first. A range that cannot hold anything is left out. */
export function stretches(timeField: string, span: TimeSpan, { direction, from }: PageRequest): Document[] {
  const after = bound(span.after, EARLIEST);
  const before = bound(span.before, LATEST);
  const range = (lower: number, upper: number): Document[] =>
    lower < upper ? [{ [timeField]: { $gte: new Date(lower), $lt: new Date(upper) } }] : [];
  if (from === undefined) return range(after, before);
  const sameTime =
    from.at >= after && from.at < before
      ? [{ [timeField]: new Date(from.at), _id: direction === 'forward' ? { $lt: from.id } : { $gt: from.id } }]
      : [];
  const beyond =
    direction === 'forward' ? range(after, Math.min(before, from.at)) : range(Math.max(after, from.at + 1), before);
  return [...sameTime, ...beyond];
}

/** The first date that is not before `time`, milliseconds since the epoch. */
export function dateFrom(time: number): Date {
  return new Date(bound(time, EARLIEST));
}

/** BSON dates are whole milliseconds, so a bound in between is the next whole one; NaN stays NaN and matches nothing. */
function bound(time: number | undefined, otherwise: number): number {
  return time === undefined ? otherwise : Math.min(Math.max(Math.ceil(time), EARLIEST), LATEST);
}
