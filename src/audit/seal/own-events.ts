import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventImprints } from '../../stores/index.js';

/** What a busy process writes between two rounds of sealing; those forgotten are checked like anybody's. */
const MOST_EVENTS = 20_000;
const MOST_GROUPS = 10_000;
/** Groups of more text than this are looked at event by event: what compares them is to stay small. */
const MOST_CHARACTERS = 2_000_000;

/** Events that this process has written together. */
export interface OwnGroup {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  /** The hash of the event before it, and of its last one. */
  readonly previousHash: Uint8Array;
  readonly head: Uint8Array;
  /** Whether the last one is signed. */
  readonly signed: boolean;
  readonly imprint: string;
}

/**
 * The events this process has written lately. What comes back from the store as it was written, to the last byte, is what a gateway
 * wrote: whatever else could be verified of it is known already.
 */
export class OwnEvents {
  readonly #imprints: EventImprints | undefined;
  /** As text: a Buffer of its own for each would take many times the memory. */
  readonly #written = new LRUCache<string, string>({ max: MOST_EVENTS });
  /** By chain and first sequence. */
  readonly #groups = new LRUCache<string, OwnGroup>({ max: MOST_GROUPS });

  /** @param imprints the store's, where it has them: then groups are compared as a whole, else event by event. */
  constructor(imprints?: EventImprints) {
    this.#imprints = imprints;
  }

  /** @param written together, in the order of their chain */
  note(written: readonly StoredEvent[]): void {
    if (this.#imprints === undefined) {
      for (const { id, hash, signature } of written) this.#written.set(id, textOf(hash, signature));
      return;
    }
    const first = written[0];
    const last = written.at(-1);
    // The first event of a chain hands over its key, which is looked at each time.
    if (first === undefined || last === undefined || first.sequence === 0) return;
    if (last.sequence - first.sequence !== written.length - 1) return;
    if (
      written.reduce((sum, { body, details }) => sum + body.length + (details?.text.length ?? 0), 0) > MOST_CHARACTERS
    )
      return;
    this.#groups.set(placeOf(first), {
      chain: first.chain,
      from: first.sequence,
      to: last.sequence,
      previousHash: copyOf(first.previousHash),
      head: copyOf(last.hash),
      signed: last.signature !== null,
      imprint: this.#imprints.of(written),
    });
  }

  /** @param hash worked out anew from what the store gave */
  wrote(event: Pick<StoredEvent, 'id' | 'signature'>, hash: Uint8Array): boolean {
    const known = this.#written.peek(event.id);
    return known !== undefined && known === textOf(hash, event.signature);
  }

  /** The group that begins at this place of a chain; null where none is known to. */
  group(chain: string, sequence: number): OwnGroup | null {
    return this.#groups.peek(placeOf({ chain, sequence })) ?? null;
  }

  /**
   * Whether the store holds the group as it was written, nothing added, now.
   * @throws StoreUnavailableError
   */
  async isIntact({ chain, from, to, imprint }: OwnGroup): Promise<boolean> {
    return (await this.#imprints?.stored(chain, from, to)) === imprint;
  }
}

/** A short Buffer is a slice of a slab of 8 KiB, which would be kept with it: with ten thousand groups 80 MB. */
function copyOf(hash: Uint8Array): Uint8Array {
  return new Uint8Array(hash);
}

function placeOf({ chain, sequence }: { readonly chain: string; readonly sequence: number }): string {
  return `${chain}:${sequence}`;
}

function textOf(hash: Uint8Array, signature: Uint8Array | null): string {
  const proof = Buffer.from(hash).toString('base64');
  return signature === null ? proof : `${proof} ${Buffer.from(signature).toString('base64')}`;
}
