import type { PageRequest, Slice } from '../page.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { gathered, type Row } from './row.js';

/** A list in order of (time, id). All names are constants of this folder: nothing here is ever input. */
export interface PagedList<T> {
  readonly table: string;
  readonly timeColumn: string;
  /** The index on (time, id). */
  readonly timeIndex: string;
  /** The SQL of one row, and what reads it. */
  readonly row: string;
  readonly decode: (row: Row) => T;
}

/** `column` has one of `values`; `index` is on (column, time, id). */
export interface Equality {
  readonly column: string;
  readonly index: string;
  readonly values: readonly string[];
}

export interface PageQuery {
  /** The most selective first, as a rule. */
  readonly equalities: readonly Equality[];
  /** Half-open span of time, milliseconds since the epoch. */
  readonly after?: number;
  readonly before?: number;
}

/** Up to how many entries a filter is counted before it is taken for a common one. */
const COMMON = 1_000;

/**
 * One page, by walking an index from the page's place on: the cost does not depend on how far down the list it lies. With
 * several equalities the rarest leads and the others are tested row by row.
 */
export function readPage<T>(connection: Connection, list: PagedList<T>, query: PageQuery, page: PageRequest): Slice<T> {
  const span = spanOf(query, page);
  const lead = rarest(connection, list, query.equalities, span);
  const rest = query.equalities.filter((equality) => equality !== lead);
  const order = page.direction === 'forward' ? 'DESC' : 'ASC';
  const selected = `${list.row} AS row, ${list.timeColumn}, id`;
  const walks = walksOf(list, selected, lead, rest, span);
  // Where there are several walks, SQLite merges them without sorting.
  const select = `${walks.map(({ sql }) => sql).join(' UNION ALL ')} ORDER BY ${list.timeColumn} ${order}, id ${order} LIMIT ?`;
  const values = [...walks.flatMap((walk) => walk.values), rowLimit(page.limit) + 1];
  const found = connection.list(gathered(select), values);
  const items = found.slice(0, page.limit).map(list.decode);
  if (page.direction === 'backward') items.reverse();
  return { items, hasMore: found.length > page.limit };
}

interface Span {
  /** Both exclusive. */
  readonly low: { readonly at: number; readonly id: string };
  readonly high: { readonly at: number; readonly id: string };
}

/** No id is empty, so (t, '') lies just before every row of the moment t. */
function spanOf({ after, before }: PageQuery, { from, direction }: PageRequest): Span {
  const low = { at: after ?? Number.MIN_SAFE_INTEGER, id: '' };
  const high = { at: before ?? Number.MAX_SAFE_INTEGER, id: '' };
  if (from === undefined) return { low, high };
  return direction === 'forward'
    ? { low, high: from.at < high.at ? from : high }
    : { low: from.at >= low.at ? from : low, high };
}

/** One walk along an index for each value of the lead. */
function walksOf<T>(
  list: PagedList<T>,
  selected: string,
  lead: Equality | undefined,
  rest: readonly Equality[],
  { low, high }: Span,
): { sql: string; values: unknown[] }[] {
  const key = `(${list.timeColumn}, id)`;
  const tests = rest.map(({ column, values }) => `${column} IN (${values.map(() => '?').join(', ')})`);
  const within = [...tests, `${key} > (?, ?)`, `${key} < (?, ?)`];
  const values = [...rest.flatMap((equality) => equality.values), low.at, low.id, high.at, high.id];
  const walk = (index: string, conditions: readonly string[]) =>
    `SELECT ${selected} FROM ${list.table} INDEXED BY ${index} WHERE ${conditions.join(' AND ')}`;
  if (lead === undefined) return [{ sql: walk(list.timeIndex, within), values }];
  const sql = walk(lead.index, [`${lead.column} = ?`, ...within]);
  return lead.values.map((value) => ({ sql, values: [value, ...values] }));
}

/** Reads at most COMMON index entries of each; without it a rare type of a busy actor would be searched for in all their events. */
function rarest<T>(
  connection: Connection,
  list: PagedList<T>,
  equalities: readonly Equality[],
  span: Span,
): Equality | undefined {
  if (equalities.length < 2) return equalities[0];
  const counted = equalities.map((equality) => ({
    equality,
    count: walksOf(list, '1', equality, [], span).reduce(
      (sum, { sql, values }) => sum + connection.number(`SELECT count(*) FROM (${sql} LIMIT ${COMMON})`, values),
      0,
    ),
  }));
  return counted.reduce((least, candidate) =>
    Math.min(candidate.count, COMMON) < Math.min(least.count, COMMON) ? candidate : least,
  ).equality;
}
