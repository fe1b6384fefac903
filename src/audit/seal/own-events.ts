import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../../domain/audit-event.js';

/** What a busy process writes between two rounds of sealing; those forgotten are checked like anybody's. */
const MOST = 20_000;

/**
 * The events this process has written lately. One that comes back from the store with its hash and its signature is to the last
 * byte what was written, and so is all before it in its chain: what verifying the signature would prove is known already.
 */
export class OwnEvents {
  /** As text: a Buffer of its own for each would take many times the memory. */
  readonly #written = new LRUCache<string, string>({ max: MOST });

  note(written: readonly StoredEvent[]): void {
    for (const { id, hash, signature } of written) this.#written.set(id, textOf(hash, signature));
  }

  /** @param hash worked out anew from what the store gave */
  wrote(event: Pick<StoredEvent, 'id' | 'signature'>, hash: Uint8Array): boolean {
    const known = this.#written.peek(event.id);
    return known !== undefined && known === textOf(hash, event.signature);
  }
}

function textOf(hash: Uint8Array, signature: Uint8Array | null): string {
  const proof = Buffer.from(hash).toString('base64');
  return signature === null ? proof : `${proof} ${Buffer.from(signature).toString('base64')}`;
}
