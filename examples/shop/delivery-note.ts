import { GatewayError } from '../../src/errors/index.js';

const MAX_LENGTH = 500;

/**
 * A delivery note as it is kept: trimmed; null where nothing is left.
 * @throws GatewayError BAD_USER_INPUT where it is longer than 500 characters (code points), not well-formed Unicode, or has
 * control characters, line breaks included: it is printed as one line of a label.
 */
export function checkDeliveryNote(raw: string): string | null {
  const note = raw.trim();
  if (!note.isWellFormed()) throw badNote('`note` is not well-formed Unicode.');
  if (/\p{Cc}/u.test(note)) throw badNote('`note` must not contain control characters or line breaks.');
  if ([...note].length > MAX_LENGTH) throw badNote(`\`note\` must be at most ${MAX_LENGTH} characters long.`);
  return note === '' ? null : note;
}

function badNote(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message, extensions: { field: 'note' } });
}
