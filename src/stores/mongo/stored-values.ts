import { Binary, Double, Int32 } from 'mongodb';

/**
 * Reading values that somebody with access to the database may have re-typed. A value of the wrong BSON type becomes one
 * that equals nothing a gateway writes, so that verification sees the difference and nothing else trips over it.
 */

/** Stands for text that is not stored as a string. It holds a NUL, which no id, type or name of a gateway does. */
export const MISTYPED_TEXT = '\u0000mistyped';

export function textOrMistyped(value: unknown): string {
  return typeof value === 'string' ? value : MISTYPED_TEXT;
}

/** Null where the value is null or absent. */
export function nullableText(value: unknown): string | null {
  return value === null || value === undefined ? null : textOrMistyped(value);
}

/** Milliseconds since the epoch; NaN, which equals no time, where the value is not a BSON date. */
export function timeOrNaN(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number.NaN;
}

/**
 * A whole number from 0 up: the driver writes one as an int32 where it fits and as a double above, so anything else was not
 * written here and becomes NaN.
 * @param value as read with `promoteValues: false`.
 */
export function countOrNaN(value: unknown): number {
  if (value instanceof Int32 && value.value >= 0) return value.value;
  if (value instanceof Double && value.value > 0x7fffffff) return value.value;
  return Number.NaN;
}

/** No bytes where the value is not generic binary (subtype 0): that is never a valid hash, salt or signature. */
export function bytesOrNone(value: unknown): Uint8Array {
  if (!(value instanceof Binary) || value.sub_type !== Binary.SUBTYPE_DEFAULT) return new Uint8Array();
  return new Uint8Array(value.value());
}

/** Copies, because the driver keeps a reference until the write is sent and a view may cover more than its bytes. */
export function binary(bytes: Uint8Array): Binary {
  return new Binary(Buffer.from(bytes));
}
