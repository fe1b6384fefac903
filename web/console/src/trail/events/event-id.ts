const DIGITS = 12;

/** The id of the event with this number in its chain. */
export function eventId(chain: string, sequence: number): string {
  return `${chain}:${String(sequence).padStart(DIGITS, '0')}`;
}

/** The ids of the events before and after it in its chain; null where there is none, or where the id is not of an event. */
export function neighbourIds(id: string): { readonly previous: string | null; readonly next: string | null } {
  const [, chain, number] = /^(.+):(\d{12})$/s.exec(id) ?? [];
  if (chain === undefined || number === undefined) return { previous: null, next: null };
  const sequence = Number(number);
  return { previous: sequence === 0 ? null : eventId(chain, sequence - 1), next: eventId(chain, sequence + 1) };
}
