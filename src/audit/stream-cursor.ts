import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors/index.js';
import { MAX_LISTED } from './tail/chain-places.js';
import type { TailPosition } from './tail/position.js';

export interface DecodedStreamCursor {
  readonly position: TailPosition;
  /** Whether this process gave the cursor to that reading. Another replica's cursor is as good a place, but proves nothing. */
  isOf(reading: string): boolean;
}

/** Cursors of the live tail: opaque to clients, usable on every replica. They say where to go on, never what may be seen. */
export interface StreamCursors {
  /**
   * @param reading who reads and by which filter.
   * @returns null for a position that no cursor can hold.
   */
  encode(position: TailPosition, reading: string): string | null;
  /** @throws GatewayError BAD_USER_INPUT for anything that is no cursor of a stream. */
  decode(cursor: string): DecodedStreamCursor;
}

const VERSION = 1;
const CHECK_BYTES = 6;
const SEAL_BYTES = 16;
const MAX_LENGTH = 32_768;
const MAX_CHAIN = 100;
/** Event ids have twelve digits for it. */
const MAX_SEQUENCE = 999_999_999_999;

/**
 * `check ‖ seal ‖ text` in base64url. `text` is JSON: `[1, horizon, [[chain, next], …]]`. `check` finds slips of the pen. `seal`
 * is an HMAC under a key that never leaves the process: whoever makes up a cursor to read the past is not spared the record of it.
 */
export function createStreamCursors(): StreamCursors {
  const key = randomBytes(32);
  const sealOf = (text: string, reading: string) =>
    createHmac('sha256', key).update(`${reading.length}:${reading}`).update(text).digest().subarray(0, SEAL_BYTES);

  return {
    encode({ horizon, places }, reading) {
      const text = JSON.stringify([VERSION, horizon, places]);
      // JSON has no NaN: it would turn into null, which means something else.
      if (readPosition(text)?.horizon !== horizon) return null;
      const sealed = Buffer.concat([sealOf(text, reading), Buffer.from(text, 'utf8')]);
      const cursor = Buffer.concat([checkOf(sealed), sealed]).toString('base64url');
      return cursor.length <= MAX_LENGTH ? cursor : null;
    },

    decode(cursor) {
      const bytes = Buffer.from(cursor.length <= MAX_LENGTH ? cursor : '', 'base64url');
      const sealed = bytes.subarray(CHECK_BYTES);
      const text = sealed.subarray(SEAL_BYTES).toString('utf8');
      const position = readPosition(text);
      // Base64 and UTF-8 have many spellings of one text; only ours is accepted.
      const canonical =
        bytes.toString('base64url') === cursor && checkOf(sealed).equals(bytes.subarray(0, CHECK_BYTES));
      if (position === null || !canonical) {
        throw new GatewayError('BAD_USER_INPUT', {
          message: '`after` is not a cursor of this stream.',
          extensions: { field: 'after' },
        });
      }
      return {
        position,
        isOf: (reading) => timingSafeEqual(sealOf(text, reading), sealed.subarray(0, SEAL_BYTES)),
      };
    },
  };
}

function checkOf(sealed: Uint8Array): Buffer {
  return createHash('sha256').update(sealed).digest().subarray(0, CHECK_BYTES);
}

/** Null for everything but the exact text that `encode` makes. */
function readPosition(text: string): TailPosition | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length !== 3 || JSON.stringify(parsed) !== text) return null;
  const [version, horizon, places] = parsed as [unknown, unknown, unknown];
  if (version !== VERSION || !(horizon === null || isCount(horizon, Number.MAX_SAFE_INTEGER))) return null;
  if (!Array.isArray(places) || places.length > MAX_LISTED || !places.every(isPlace)) return null;
  if (new Set(places.map(([chain]) => chain)).size !== places.length) return null;
  return { horizon, places };
}

function isPlace(value: unknown): value is readonly [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [chain, next] = value as [unknown, unknown];
  return typeof chain === 'string' && chain !== '' && chain.length <= MAX_CHAIN && isCount(next, MAX_SEQUENCE + 1);
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}
