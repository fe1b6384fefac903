import { parseDateTime } from '../domain/date-time.js';

const MOST_CHARACTERS = 500;

/** A reason as an event keeps it, or what is wrong with it. */
export function readReason(text: string | undefined): { readonly reason: string } | { readonly wrong: string } {
  const reason = text?.trim() ?? '';
  if (reason === '') return { wrong: '--reason is missing: it is recorded.' };
  if (reason.length > MOST_CHARACTERS) return { wrong: `--reason is longer than ${MOST_CHARACTERS} characters.` };
  return { reason };
}

/** A day such as 2026-01-31 (its beginning, UTC) or an RFC 3339 time, in milliseconds since the epoch; null for what is neither. */
export function readMoment(text: string): number | null {
  return parseDateTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
}
