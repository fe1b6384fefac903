const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as people read one: "1.5 MB". Powers of a thousand. */
export function bytesInWords(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1_000 ** power;
  const digits = power === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[power] ?? ''}`;
}
