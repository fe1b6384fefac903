import type { KeyObject } from 'node:crypto';
import type { Clock } from '../platform/clock.js';
import { type Keyring, loadKeyring, type PublicJwks, type VerifyKey } from './keyring.js';
import type { SigningAlgorithm } from './signing-algorithm.js';

/**
 * How long a key that came while the gateway ran only verifies, milliseconds. Every process that reads the same file has seen it
 * by then, so that none is shown a signature by a key that it does not know.
 */
export const PUBLISHED_FIRST_MS = 15_000;

export interface RotatingKeyringOptions {
  readonly algorithm: SigningAlgorithm;
  readonly clock: Clock;
}

/** What a reading of the keys came to. */
export interface KeyChange {
  /** Whether anything is another than before. */
  readonly changed: boolean;
  /** Keys that no token is accepted by any more, by their `kid`. */
  readonly gone: readonly string[];
  /** Keys that the audit trail is not verified with any more: what they signed counts as a fault. */
  readonly lostToTheTrail: readonly string[];
}

/**
 * The gateway's keys as they are now. Everything that holds it signs and verifies by the last good reading; a reading that is
 * refused changes nothing.
 */
export class RotatingKeyring implements Keyring {
  readonly #options: RotatingKeyringOptions;
  /** When each key was first seen, milliseconds since the epoch. */
  readonly #seenAt = new Map<string, number>();
  /** The last good reading. */
  #jwksJson: unknown;
  #current: Keyring;
  #fingerprint: string;
  /** Said anew by each reading: another age of the same key changes nothing that is remembered by the keys. */
  #madeAt: number | null;

  private constructor(options: RotatingKeyringOptions, jwksJson: unknown, first: Keyring) {
    this.#options = options;
    this.#jwksJson = jwksJson;
    this.#current = first;
    this.#fingerprint = fingerprintOf(first);
    this.#madeAt = first.madeAt;
    // What is there at the start others may have seen long ago.
    for (const kid of first.trailKeys.keys()) this.#seenAt.set(kid, Number.NEGATIVE_INFINITY);
  }

  /** @param jwksJson the parsed JSON of a key file @throws KeyFileError */
  static async open(jwksJson: unknown, options: RotatingKeyringOptions): Promise<RotatingKeyring> {
    const { algorithm, clock } = options;
    return new RotatingKeyring(options, jwksJson, await loadKeyring(jwksJson, { algorithm, now: clock.now() }));
  }

  /**
   * Takes in another reading of the file, or the same one at a later time. Where nothing has changed everything stays, what is
   * remembered by the keys included; else it is all in force when the promise resolves.
   * @throws KeyFileError: the keys in force stay in force
   */
  async take(jwksJson: unknown): Promise<KeyChange> {
    const { algorithm, clock } = this.#options;
    const now = clock.now();
    const isUnpublished = (kid: string) => now - (this.#seenAt.get(kid) ?? now) < PUBLISHED_FIRST_MS;
    const next = await loadKeyring(jwksJson, { algorithm, now, isUnpublished });
    // Only now: keys of a file that was refused have been published by nobody.
    for (const kid of next.trailKeys.keys()) if (!this.#seenAt.has(kid)) this.#seenAt.set(kid, now);
    this.#madeAt = next.madeAt;
    const fingerprint = fingerprintOf(next);
    if (fingerprint === this.#fingerprint) return { changed: false, gone: [], lostToTheTrail: [] };
    const before = this.#current;
    this.#jwksJson = jwksJson;
    this.#current = next;
    this.#fingerprint = fingerprint;
    return {
      changed: true,
      gone: [...before.verifyKeys.keys()].filter((kid) => !next.verifyKeys.has(kid)),
      lostToTheTrail: [...before.trailKeys.keys()].filter((kid) => !next.trailKeys.has(kid)),
    };
  }

  /**
   * The last good reading once more: times in it may have come. A key whose time for tokens is over stays over whatever has become
   * of its file.
   * @throws KeyFileError as {@link take}
   */
  takeAgain(): Promise<KeyChange> {
    return this.take(this.#jwksJson);
  }

  get signingKey(): KeyObject {
    return this.#current.signingKey;
  }

  get kid(): string {
    return this.#current.kid;
  }

  get algorithm(): SigningAlgorithm {
    return this.#current.algorithm;
  }

  get madeAt(): number | null {
    return this.#madeAt;
  }

  get verifyKeys(): ReadonlyMap<string, VerifyKey> {
    return this.#current.verifyKeys;
  }

  get publicJwks(): PublicJwks {
    return this.#current.publicJwks;
  }

  get trailKeys(): ReadonlyMap<string, VerifyKey> {
    return this.#current.trailKeys;
  }

  get trailJwks(): PublicJwks {
    return this.#current.trailJwks;
  }
}

/** Public members only: two keys with the same public half have the same private one. */
function fingerprintOf({ kid, publicJwks, trailJwks }: Keyring): string {
  return JSON.stringify([kid, publicJwks, trailJwks]);
}
