/** The columns of one row, as {@link rowExpression} packs them. */
export type Row = readonly unknown[];

/**
 * The SQL of one row as a JSON array: text, integer and null columns as they are, binary columns as hex.
 *
 * Every result leaves libsql as bytes, because it aborts the whole process when a TEXT result is not valid UTF-8 (one edited
 * byte in the file would do) and cuts text at the first NUL. One cell for a whole page is also three times as fast as a cell
 * per column.
 */
export function rowExpression(columns: readonly string[], binary: readonly string[] = []): string {
  return `json_array(${[...columns, ...binary.map((column) => `iif(${column} IS NULL, NULL, hex(${column}))`)].join(', ')})`;
}

/** A statement that gives all rows of `select` (one column, named `row`) in one cell, in the order of `select`. */
export function gathered(select: string): string {
  return `SELECT CAST('[' || group_concat(row) || ']' AS BLOB) FROM (${select})`;
}

/** The rows in a cell of a {@link gathered} statement. Bytes that are not UTF-8 read as U+FFFD: the event's hash tells. */
export function rowsIn(cell: unknown): readonly Row[] {
  if (cell === null) return [];
  const rows: unknown = JSON.parse(jsonIn(cell));
  if (Array.isArray(rows) && rows.every((row) => Array.isArray(row))) return rows;
  throw unexpected('rows', rows);
}

/** The row in a cell that holds one {@link rowExpression}, cast to BLOB. */
export function rowIn(cell: unknown): Row {
  const row: unknown = JSON.parse(jsonIn(cell));
  if (Array.isArray(row)) return row;
  throw unexpected('a row', row);
}

function jsonIn(cell: unknown): string {
  return bytesIn(cell).toString('utf8');
}

/** What a cell that was cast to BLOB holds. */
export function bytesIn(cell: unknown): Buffer {
  if (Buffer.isBuffer(cell)) return cell;
  throw unexpected('bytes', cell);
}

export function requiredBytes(hex: unknown): Uint8Array {
  return Buffer.from(requiredText(hex), 'hex');
}

export function bytesOrNull(hex: unknown): Uint8Array | null {
  return hex === null ? null : requiredBytes(hex);
}

export function requiredText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected('text', value);
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : requiredText(value);
}

export function requiredInteger(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw unexpected('an integer', value);
}

export function integerOrNull(value: unknown): number | null {
  return value === null ? null : requiredInteger(value);
}

/** @throws where the value is none of the list: an unknown status or access must not pass as anything. */
export function oneOf<T extends string>(known: readonly T[], value: unknown): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw unexpected(`one of ${known.join(', ')}`, value);
  return found;
}

/** @throws unless the value is a list of strings. */
export function textList(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw unexpected('a list of strings', value);
}

/** Names the type alone: the value may be a person's data. */
function unexpected(wanted: string, found: unknown): Error {
  return new Error(`the database holds ${found === null ? 'null' : `a ${typeof found}`} where ${wanted} is expected`);
}
