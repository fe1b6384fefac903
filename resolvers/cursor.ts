import { GatewayError } from '../src/errors/index.js';
import type { PageKey } from '../src/stores/index.js';

/** Which list a cursor belongs to: a cursor of one list means nothing in another. */
export type CursorKind = 'event' | 'session' | 'user';

/** Enough for an id of 255 characters, four bytes each. */
const MAX_CURSOR_LENGTH = 2_048;
const TEXT = /^(event|session|user):(\d{1,16}):([\s\S]+)$/;

/** An opaque cursor. Clients may keep it, not read it. */
export function encodeCursor(kind: CursorKind, key: PageKey): string {
  return Buffer.from(`${kind}:${key.at}:${key.id}`, 'utf8').toString('base64url');
}

/** @throws GatewayError BAD_USER_INPUT for anything that `encodeCursor` did not make for this list. */
export function decodeCursor(kind: CursorKind, field: string, cursor: string): PageKey {
  const text = cursor.length <= MAX_CURSOR_LENGTH ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  const [, found, at, id] = TEXT.exec(text) ?? [];
  if (found !== kind || at === undefined || id === undefined || !Number.isSafeInteger(Number(at))) {
    throw malformed(field);
  }
  const key = { at: Number(at), id };
  // Base64 has many spellings of one text; only ours is accepted.
  if (encodeCursor(kind, key) !== cursor) throw malformed(field);
  return key;
}

function malformed(field: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', {
    message: `\`${field}\` is not a cursor of this list.`,
    extensions: { field },
  });
}
