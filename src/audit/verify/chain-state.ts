import type { KeyObject } from 'node:crypto';
import { type ChainKey, chainKeyStatement, commitStatement, genesisHash } from '../format.js';
import type { EventStretch } from './fault.js';
import { ed25519Key, exactBytes, type GatewayKeys, isSignedBy } from './gateway-keys.js';
import type { MissingEvents } from './pruned-ranges.js';
import type { SealedChain, SealedHead, SealedStretches } from './sealed-stretches.js';
import type { SignatureQueue } from './signature-queue.js';

/** The end of a group commit: the event's hash in hex, the signature in base64url. */
interface Commit {
  readonly sequence: number;
  readonly hash: string;
  readonly signature: string;
}

/** Node lets one thread at a time use a key: only copies of it can be used at once. */
const KEY_COPIES = 4;

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
  /** The last event that carries a commit signature. */
  signedTo = -1;
  /** The first events that are not there; whether they were pruned is known once all events were seen. */
  missing: (MissingEvents & { readonly inDoubt: EventStretch }) | null = null;
  /** The first event beyond what is sealed. */
  firstUnsealedAt: number | null = null;
  readonly #heads: Iterator<SealedHead>;
  #nextHead: SealedHead | null = null;
  /** Where the stretch begins that the next head ends, and the one before it. */
  #from = 0;
  #fromBefore = 0;
  #publicKey: string | null = null;
  #keys: (KeyObject | undefined)[] = [];
  #turn = 0;

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
    if (this.#nextHead !== null) {
      this.#fromBefore = this.#from;
      this.#from = Math.max(this.#from, this.#nextHead.to + 1);
    }
    const next = this.#heads.next();
    this.#nextHead = next.done === true ? null : next.value;
  }

  /** Passes the boundaries before an event. */
  passHeadsBefore(sequence: number): void {
    while (this.#nextHead !== null && this.#nextHead.to < sequence) this.passHead();
  }

  /**
   * The events that stand or fall with one: all that the same seal covers, or all that no seal covers. Of the stretches
   * that were passed only the last is still known.
   */
  stretchOf(sequence: number): EventStretch {
    const chain = this.name;
    if (sequence >= this.#from) return { chain, from: this.#from, to: this.#nextHead?.to ?? null };
    return { chain, from: Math.min(this.#fromBefore, sequence), to: this.#from - 1 };
  }

  /**
   * Takes the key that the first event hands over.
   * @param keys null: the gateway's word for it is not checked
   * @returns whether it is a key, and the gateway's word for it holds
   */
  takeKey(chainKey: ChainKey, keys: GatewayKeys | null): boolean {
    const key = ed25519Key(chainKey.publicKey);
    if (key === null) return false;
    this.#keys = [key];
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

  /**
   * Has the commit that ends at an event verified.
   * @param hash the event's, hex; `signature` is base64url
   */
  verifyCommit(
    queue: SignatureQueue,
    { sequence, hash, signature }: Commit,
    onResult: (isValid: boolean) => void,
  ): void {
    this.#turn = (this.#turn + 1) % KEY_COPIES;
    const key = this.#keys[this.#turn] ?? ed25519Key(this.#publicKey ?? '');
    if (key === null) {
      onResult(false);
      return;
    }
    this.#keys[this.#turn] = key;
    const statement = commitStatement(this.name, sequence, Buffer.from(hash, 'hex'));
    queue.add(key, statement, Buffer.from(signature, 'base64url'), onResult);
  }

  /** Another chain comes next: lets go of what can be had again. */
  rest(): void {
    this.#keys = [];
  }
}
