import { types } from 'node:util';

/** What may be handed to libsql. Anything else makes it coerce silently or abort the whole process. */
export type Bindable = string | number | bigint | null | Buffer;

/** The caller passed a value the store cannot take; repeating the call is of no use. */
export class RefusedValueError extends TypeError {
  override readonly name = 'RefusedValueError';
}

/** Node 20 has this method; the ES2023 typings do not. */
type TextWithCheck = string & { isWellFormed(): boolean };

/** Whether the text survives UTF-8: a lone surrogate would come back as U+FFFD, that is, as other text. */
function survivesUtf8(text: string): boolean {
  return (text as TextWithCheck).isWellFormed();
}

/**
 * The value as libsql may receive it: well-formed text, a finite number (-0 as 0), a 64-bit integer, null, or the bytes of a
 * Uint8Array without copying them.
 * @throws RefusedValueError for everything else: undefined, booleans, NaN, dates, objects, lone surrogates …
 */
export function bindable(value: unknown): Bindable {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
      if (survivesUtf8(value)) return value;
      throw new RefusedValueError('text with a lone surrogate cannot be stored');
    case 'number':
      if (Number.isFinite(value)) return value + 0;
      throw new RefusedValueError('a number that is not finite cannot be stored');
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return value;
      throw new RefusedValueError('an integer beyond 64 bits cannot be stored');
    default:
      if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new RefusedValueError(`a value of type ${typeof value} cannot be stored`);
  }
}

/** Values of a statement that writes; see {@link bindable}. */
export function writeBindables(values: readonly unknown[]): Bindable[] {
  return values.map(bindable);
}

/**
 * Values to look for. Text that can never have been stored becomes NULL, which equals nothing in SQL: the look-up finds
 * nothing, instead of finding what U+FFFD stands for.
 */
export function lookupBindables(values: readonly unknown[]): Bindable[] {
  return values.map((value) => (typeof value === 'string' && !survivesUtf8(value) ? null : bindable(value)));
}

/**
 * A LIMIT. SQLite takes a negative one as "no limit".
 * @throws RefusedValueError unless it is a whole number from 0 up.
 */
export function rowLimit(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new RefusedValueError('a limit must be a whole number from 0 up');
}
