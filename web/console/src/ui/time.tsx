import { durationInWords } from './duration.js';

/** With the zone: people who compare what they see are not always in the same one. */
const MINUTE = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;
const FULL = new Intl.DateTimeFormat(undefined, { ...MINUTE, second: '2-digit' });
const SHORT = new Intl.DateTimeFormat(undefined, MINUTE);

export interface DateTimeProps {
  /** RFC 3339. */
  readonly value: string;
  readonly seconds?: boolean;
}

/** A moment in the reader's own time zone, which is named; the exact text in UTC is in the title. */
export function DateTime({ value, seconds = false }: DateTimeProps) {
  const moment = new Date(value);
  return (
    <time dateTime={value} title={value} className="numeric">
      {(seconds ? FULL : SHORT).format(moment)}
    </time>
  );
}

/** A length of time, seconds, in words: "1 h 5 min", "45 s". */
export function Duration({ seconds }: { readonly seconds: number }) {
  return <span className="numeric">{durationInWords(seconds)}</span>;
}
