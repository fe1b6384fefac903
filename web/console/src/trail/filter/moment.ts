/** RFC 3339 with seconds and up to nine decimals, as the gateway takes it. */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** As a `datetime-local` field gives it. */
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;

/** A moment as the gateway writes it (UTC, milliseconds), or null for a text that is none. */
export function asMoment(text: string): string | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const time = Date.parse(text);
  const lastDay = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  return Number.isNaN(time) || Number(match[3]) > lastDay ? null : new Date(time).toISOString();
}

/** The moment as this device's clocks show it, for a `datetime-local` field: to the second, or finer where the moment is. */
export function toLocal(moment: string): string {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const rest = date.getMilliseconds();
  return `${day}T${time}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

/**
 * The moment at which this device's clocks show that time; the earlier one where they show it twice. Null for a text that is
 * no time, and for a time that they skip.
 */
export function fromLocal(local: string): string | null {
  const match = LOCAL.exec(local);
  if (match === null) return null;
  const [year, month, day, hour, minute, second, milli] = match
    .slice(1)
    .map((part, index) => Number(index === 6 ? (part ?? '0').padEnd(3, '0') : (part ?? '0')));
  const date = new Date(2000, 0);
  date.setFullYear(year ?? 0, (month ?? 1) - 1, day);
  date.setHours(hour ?? 0, minute ?? 0, second ?? 0, milli ?? 0);
  if (Number.isNaN(date.getTime())) return null;
  const isShown = date.getDate() === day && date.getHours() === hour && date.getMinutes() === minute;
  return isShown ? date.toISOString() : null;
}

/** The name of this device's time zone, and how far it is from UTC at that moment: "Europe/Berlin, UTC+02:00". */
export function zoneInWords(at: Date): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const east = -at.getTimezoneOffset();
  if (east === 0) return timeZone === 'UTC' ? 'UTC' : `${timeZone}, UTC+00:00`;
  const two = (number: number) => String(number).padStart(2, '0');
  const offset = `${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  return `${timeZone}, UTC${east < 0 ? '−' : '+'}${offset}`;
}
