import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Tokens of so many people and clients are remembered; others are verified again. */
const MOST = 10_000;

/** What a token is remembered by: SHA-256, so that no list of usable credentials lies in memory. */
export function tokenDigest(token: unknown): string {
  return hash('sha256', String(token), 'base64');
}

/**
 * What was read off tokens whose signature was verified. It spares the signature and nothing else: whoever recalls a token
 * judges its times anew, and asks whether the key that signed it is still in force.
 */
export class VerifiedTokens<T extends object> {
  readonly #known = new LRUCache<string, T>({ max: MOST });

  /** Null where the token has to be verified. @param digest {@link tokenDigest} of it */
  recall(digest: string): T | null {
    return this.#known.get(digest) ?? null;
  }

  remember(digest: string, verified: T): void {
    this.#known.set(digest, verified);
  }
}
