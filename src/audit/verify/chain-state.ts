import { type KeyObject, verify } from 'node:crypto';
import { type ChainKey, chainKeyStatement, commitStatement, genesisHash } from '../format.js';
import { ed25519Key, exactBytes, type GatewayKeys, isSignedBy } from './gateway-keys.js';
import type { SealedChain, SealedHead, SealedStretches } from './sealed-stretches.js';

/** Where the verification of one chain stands. */
export class ChainState {
  readonly name: string;
  /** Its place among the chains seen. */
  readonly number: number;
  /** What seals say of it; null where none does, or there are none. */
  readonly sealed: SealedChain | null;
  /** The sequence that is to come next. */
  expected = 0;
  /** The hash of the last event, hex. */
  head: string;
  latestAt = Number.NEGATIVE_INFINITY;
  /** The last event that a commit signature vouches for. */
  signedTo = -1;
  /** The first event beyond what is sealed. */
  firstUnsealedAt: number | null = null;
  readonly #heads: Iterator<SealedHead>;
  #nextHead: SealedHead | null = null;
  #publicKey: string | null = null;
  #key: KeyObject | null = null;

  constructor(name: string, number: number, stretches: SealedStretches | null) {
    this.name = name;
    this.number = number;
    this.head = genesisHash(name).toString('hex');
    this.sealed = stretches?.of(name) ?? null;
    this.#heads = stretches?.heads(name) ?? [][Symbol.iterator]();
    this.passHead();
  }

  /** The next boundary of a seal. */
  get nextHead(): SealedHead | null {
    return this.#nextHead;
  }

  passHead(): void {
    const next = this.#heads.next();
    this.#nextHead = next.done === true ? null : next.value;
  }

  /**
   * Takes the key that the first event hands over.
   * @param keys null: the gateway's word for it is not checked
   * @returns whether it is a key, and the gateway's word for it holds
   */
  takeKey(chainKey: ChainKey, keys: GatewayKeys | null): boolean {
    this.#key = ed25519Key(chainKey.publicKey);
    if (this.#key === null) return false;
    this.#publicKey = chainKey.publicKey;
    const signature = exactBytes(chainKey.signature);
    if (signature === null) return false;
    return (
      keys === null || isSignedBy(keys, { ...chainKey, signature }, chainKeyStatement(this.name, chainKey.publicKey))
    );
  }

  /** Whether there is a key to verify commits with. */
  get hasKey(): boolean {
    return this.#publicKey !== null;
  }

  /** @param hash the event's, hex; `signature` is base64url */
  isSigned(sequence: number, hash: string, signature: string): boolean {
    if (this.#publicKey === null) return false;
    this.#key ??= ed25519Key(this.#publicKey);
    if (this.#key === null) return false;
    const statement = commitStatement(this.name, sequence, Buffer.from(hash, 'hex'));
    return verify(null, statement, this.#key, Buffer.from(signature, 'base64url'));
  }

  /** Another chain comes next: lets go of what can be had again. */
  rest(): void {
    this.#key = null;
  }
}
