import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../../domain/audit-event.js';

/** More than are ever unsealed in good order; those forgotten are checked like anybody's. */
const MOST = 50_000;

/**
 * The events this process has written lately. One that comes back from the store with its hash and its signature is to the last
 * byte what was written, and so is all before it in its chain: what verifying the signature would prove is known already.
 */
export class OwnEvents {
  readonly #written = new LRUCache<string, Pick<StoredEvent, 'hash' | 'signature'>>({ max: MOST });

  note(written: readonly StoredEvent[]): void {
    for (const { id, hash, signature } of written) this.#written.set(id, { hash, signature });
  }

  /** @param hash worked out anew from what the store gave */
  wrote(event: Pick<StoredEvent, 'id' | 'signature'>, hash: Uint8Array): boolean {
    const known = this.#written.peek(event.id);
    return known !== undefined && Buffer.compare(known.hash, hash) === 0 && isSame(known.signature, event.signature);
  }
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}
