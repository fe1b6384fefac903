import { hash } from 'node:crypto';

/** As in format.ts, said a second time: a verifier that took the writer's own code for it would prove less. */
const EVENT_PREFIX = Buffer.from('impersonation-gateway/event/v1\n', 'utf8');
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** UTF-16 code units of JavaScript become at most three bytes of UTF-8 each. */
const MOST_BYTES_PER_UNIT = 3;

/** Hashes of events, hex. One reader at a time: the bytes are laid out in memory that is used again. */
export interface EventHasher {
  /**
   * SHA-256("impersonation-gateway/event/v1\n" ‖ previousHash ‖ body, UTF-8), hex; empty where `previousHash` is not 32
   * bytes in hex.
   */
  event(previousHash: string, body: string): string;
  /** SHA-256(salt ‖ text, UTF-8), hex; empty where `salt` is not 16 bytes in base64url. */
  details(salt: string, text: string): string;
}

/**
 * Laying the bytes out in one buffer for `crypto.hash` takes half the time of feeding a hash object piece by piece, and
 * leaves nothing for the garbage collector.
 */
export function createEventHasher(): EventHasher {
  let bytes = Buffer.allocUnsafe(64 * 1_024);

  function makeRoom(prefix: number, text: string): void {
    const needed = prefix + text.length * MOST_BYTES_PER_UNIT;
    if (needed <= bytes.length) return;
    bytes = Buffer.allocUnsafe(needed * 2);
  }

  return {
    event(previousHash, body) {
      const start = EVENT_PREFIX.length + HASH_BYTES;
      makeRoom(start, body);
      bytes.set(EVENT_PREFIX);
      if (bytes.write(previousHash, EVENT_PREFIX.length, HASH_BYTES, 'hex') !== HASH_BYTES) return '';
      const length = bytes.write(body, start, 'utf8');
      return hash('sha256', bytes.subarray(0, start + length), 'hex');
    },
    details(salt, text) {
      makeRoom(SALT_BYTES, text);
      if (bytes.write(salt, 0, SALT_BYTES, 'base64url') !== SALT_BYTES) return '';
      const length = bytes.write(text, SALT_BYTES, 'utf8');
      return hash('sha256', bytes.subarray(0, SALT_BYTES + length), 'hex');
    },
  };
}
