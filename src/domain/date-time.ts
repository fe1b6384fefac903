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
