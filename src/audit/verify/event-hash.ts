import { hash } from 'node:crypto';

/** As in format.ts, said a second time: a verifier that took the writer's own code for it would prove less. */
const EVENT_PREFIX = Buffer.from('impersonation-gateway/event/v1\n', 'utf8');
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Where the body begins in what is hashed for an event: prefix ‖ previous hash ‖ body. */
const BODY_AT = EVENT_PREFIX.length + HASH_BYTES;
/** A code unit of a JavaScript string becomes at most three bytes of UTF-8. */
const MOST_BYTES_PER_UNIT = 3;
const VIEWS = 4_096;

/**
 * Lays out bytes and hashes them, in memory that is used again for each event: half the work of feeding a hash object
 * piece by piece, and next to nothing for the garbage collector.
 */
class HashedBytes {
  bytes: Buffer = Buffer.allocUnsafe(64 * 1_024);
  #views: (Buffer | undefined)[] = new Array(VIEWS);

  /** Makes room for so many bytes. What is there already stays. */
  reserve(length: number): void {
    if (length <= this.bytes.length) return;
    this.bytes = Buffer.concat([this.bytes], length * 2);
    this.#views = new Array(VIEWS);
  }

  /** SHA-256, hex, of the first `length` bytes. */
  digest(length: number): string {
    if (length >= VIEWS) return hash('sha256', this.bytes.subarray(0, length), 'hex');
    let view = this.#views[length];
    if (view === undefined) {
      view = this.bytes.subarray(0, length);
      this.#views[length] = view;
    }
    return hash('sha256', view, 'hex');
  }
}

/** Computes what a body must hash to: SHA-256("impersonation-gateway/event/v1\n" ‖ previous hash ‖ body, UTF-8). */
export class EventHash {
  readonly #hashed = new HashedBytes();
  #length = 0;

  constructor() {
    this.#hashed.bytes.set(EVENT_PREFIX);
  }

  /** @returns hex; empty where `previousHash` is not 32 bytes in hex */
  ofText(previousHash: string, body: string): string {
    this.#hashed.reserve(BODY_AT + body.length * MOST_BYTES_PER_UNIT);
    this.#length = BODY_AT + this.#hashed.bytes.write(body, BODY_AT, 'utf8');
    return this.after(previousHash);
  }

  /**
   * Takes the body from the inside of a JSON string; see {@link unescapeJson}.
   * @returns where the string ends, or -1
   */
  take(source: Buffer, from: number, to: number): number {
    this.#hashed.reserve(BODY_AT + to - from);
    const end = unescapeJson(source, from, to, this.#hashed.bytes, BODY_AT);
    this.#length = unescapedTo;
    return end;
  }

  /** The text of the body taken. */
  text(): string {
    return this.#hashed.bytes.toString('utf8', BODY_AT, this.#length);
  }

  /** The hash of the body taken, as one that follows `previousHash`. @returns hex; empty as for `ofText` */
  after(previousHash: string): string {
    const written = this.#hashed.bytes.write(previousHash, EVENT_PREFIX.length, HASH_BYTES, 'hex');
    return written === HASH_BYTES ? this.#hashed.digest(this.#length) : '';
  }
}

/** Computes what details must hash to: SHA-256(salt ‖ text, UTF-8). */
export class DetailsHash {
  readonly #hashed = new HashedBytes();
  #length = 0;

  /** @returns hex; empty where `salt` is not 16 bytes in base64url */
  ofText(salt: string, text: string): string {
    this.#hashed.reserve(SALT_BYTES + text.length * MOST_BYTES_PER_UNIT);
    this.#length = SALT_BYTES + this.#hashed.bytes.write(text, SALT_BYTES, 'utf8');
    return this.salted(salt);
  }

  /** As {@link EventHash.take}. */
  take(source: Buffer, from: number, to: number): number {
    this.#hashed.reserve(SALT_BYTES + to - from);
    const end = unescapeJson(source, from, to, this.#hashed.bytes, SALT_BYTES);
    this.#length = unescapedTo;
    return end;
  }

  /** @returns hex; empty as for `ofText` */
  salted(salt: string): string {
    const written = this.#hashed.bytes.write(salt, 0, SALT_BYTES, 'base64url');
    return written === SALT_BYTES ? this.#hashed.digest(this.#length) : '';
  }
}

const QUOTATION_MARK = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** Where the last call of {@link unescapeJson} stopped writing: a second result, without an object for each. */
let unescapedTo = 0;

/**
 * Copies a JSON text out of the JSON string that holds it. In such a string nothing but quotation marks and backslashes is
 * ever escaped, because control characters have been escaped inside already.
 * @returns the place of the closing quotation mark in `source`; -1 where there is none, or anything else is escaped
 */
function unescapeJson(source: Buffer, from: number, to: number, target: Buffer, offset: number): number {
  let out = offset;
  for (let at = from; at < to; at += 1) {
    let byte = source[at] ?? 0;
    if (byte === QUOTATION_MARK) {
      unescapedTo = out;
      return at;
    }
    if (byte === BACKSLASH) {
      at += 1;
      byte = at < to ? (source[at] ?? 0) : 0;
      if (byte !== QUOTATION_MARK && byte !== BACKSLASH) return -1;
    } else if (byte < FIRST_PRINTABLE) return -1;
    target[out] = byte;
    out += 1;
  }
  return -1;
}
