import type { StoredEvent } from '../../domain/audit-event.js';
import type { ChainHead } from '../../stores/index.js';

/** Which chains a place in the trail has to name, and what holds for those it does not; see {@link ChainPlaces.listing}. */
export interface ChainListing {
  readonly chains: readonly string[];
  /** Null: the listing names every chain there is. Else: no event of any other chain occurred at or after this time. */
  readonly horizon: number | null;
}

interface Place {
  /** The number of the first event not seen yet. */
  next: number;
  /** When the last event seen occurred, by the clock of whoever wrote it. Milliseconds since the epoch. */
  occurredAt: number;
  /** When it was seen, by our clock. */
  seenAt: number;
}

/** Silent for so long, a process is looked at less often, and named in a cursor only where there is room. */
export const SILENT_MS = 10 * 60_000;
/** A cursor names the chains written to lately, whatever their number up to this; beyond it there is none. */
export const MAX_LISTED = 256;
/** And at least so many of the others, those written to last. */
const MIN_LISTED = 32;
const LISTING_MS = 60_000;
/** How many of the silent chains a round looks at, in turn. */
const SILENT_A_ROUND = 250;

/** How far each chain has been seen. Chains have no gaps, so one number a chain is all there is to know. */
export class ChainPlaces {
  readonly #places = new Map<string, Place>();
  #listing: { readonly value: ChainListing | null; readonly names: ReadonlySet<string>; readonly at: number } | null =
    null;
  /** The silent chains whose turn has not come yet. */
  #turn: string[] = [];

  constructor(heads: readonly ChainHead[]) {
    for (const { chain, sequence, occurredAt } of heads) {
      const next = Number.isSafeInteger(sequence) ? sequence + 1 : 0;
      this.#places.set(chain, { next, occurredAt: Number.isFinite(occurredAt) ? occurredAt : 0, seenAt: 0 });
    }
  }

  /** 0 for a chain that is not known: it was opened since, so none of it has been seen. */
  next(chain: string): number {
    return this.#places.get(chain)?.next ?? 0;
  }

  /** When the last event seen of the chain occurred; 0 where none was. */
  lastOccurredAt(chain: string): number {
    return this.#places.get(chain)?.occurredAt ?? 0;
  }

  has(chain: string): boolean {
    return this.#places.has(chain);
  }

  chains(): IterableIterator<string> {
    return this.#places.keys();
  }

  /** Takes note of a chain of which nothing has been seen; no news where it is known. */
  meet(chain: string, now: number): void {
    if (this.#places.has(chain)) return;
    this.#places.set(chain, { next: 0, occurredAt: 0, seenAt: now });
    this.#listing = null;
  }

  /** Moves the place of the event's chain behind the event. */
  pass(event: StoredEvent, now: number): void {
    const place = this.#places.get(event.chain);
    if (place === undefined) return;
    place.next = event.sequence + 1;
    if (Number.isFinite(event.occurredAt)) place.occurredAt = event.occurredAt;
    place.seenAt = now;
    // What a listing says of the chains it leaves out would not be true any more.
    if (this.#listing !== null && !this.#listing.names.has(event.chain)) this.#listing = null;
  }

  /** The chains to look at now: all that were written to lately, and some of the silent ones, in turn. */
  due(now: number): string[] {
    const due: string[] = [];
    const restart = this.#turn.length === 0;
    for (const [chain, place] of this.#places) {
      if (this.#isActive(place, now)) due.push(chain);
      else if (restart) this.#turn.push(chain);
    }
    return due.concat(this.#turn.splice(0, SILENT_A_ROUND));
  }

  active(now: number): string[] {
    return [...this.#places].flatMap(([chain, place]) => (this.#isActive(place, now) ? [chain] : []));
  }

  /**
   * The chains a cursor names: every one written to in the last ten minutes, and of the others those written to last. Null where
   * too many are written to at once.
   */
  listing(now: number): ChainListing | null {
    if (this.#listing === null || Math.abs(now - this.#listing.at) > LISTING_MS) {
      const value = this.#list(now);
      this.#listing = { value, names: new Set(value?.chains), at: now };
    }
    return this.#listing.value;
  }

  #list(now: number): ChainListing | null {
    const active = this.active(now);
    if (active.length > MAX_LISTED) return null;
    const named = new Set(active);
    const silent = [...this.#places]
      .filter(([chain]) => !named.has(chain))
      .sort(([, a], [, b]) => b.occurredAt - a.occurredAt);
    const room = Math.max(0, MIN_LISTED - named.size);
    for (const [chain] of silent.slice(0, room)) named.add(chain);
    const [, newestLeftOut] = silent[room] ?? [];
    return { chains: [...named], horizon: newestLeftOut === undefined ? null : newestLeftOut.occurredAt + 1 };
  }

  #isActive({ occurredAt, seenAt }: Place, now: number): boolean {
    return Math.max(occurredAt, seenAt) >= now - SILENT_MS;
  }
}
