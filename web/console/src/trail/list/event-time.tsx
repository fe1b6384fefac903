const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
});

/** The moment of an event in the reader's time zone, which is named, to the millisecond. */
export function EventTime({ value }: { readonly value: string }) {
  const moment = new Date(value);
  return (
    <time dateTime={value} title={value} className="numeric">
      <span className="strong">{TIME.format(moment)}</span> <span className="muted">{DAY.format(moment)}</span>
    </time>
  );
}
