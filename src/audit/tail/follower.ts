import type { StoredEvent } from '../../domain/audit-event.js';
import { GatewayError } from '../../errors/index.js';
import type { Clock } from '../../platform/clock.js';
import type { EventFilter, EventStore } from '../../stores/index.js';
import { passesFilter } from '../filter.js';
import { type Arrears, Backlog, firstSince } from './backlog.js';
import { type ChainPlaces, MAX_LISTED } from './chain-places.js';
import type { TailPosition } from './position.js';
import type { PrunedPlaces } from './pruned-places.js';

/** An event as a follower is given it. */
export interface FollowedEvent {
  readonly event: StoredEvent;
  /** Where to go on after it; null where too many chains are written to at once to say it. */
  readonly position: TailPosition | null;
}

export interface FollowerOptions {
  readonly events: Pick<EventStore, 'chain'>;
  readonly places: ChainPlaces;
  readonly pruned: Pick<PrunedPlaces, 'wasPrunedSince'>;
  readonly clock: Clock;
  readonly filter: EventFilter;
  /** Null: from where the tail stands now. */
  readonly after: TailPosition | null;
}

/** Beyond so many events in memory the follower reads them from the store again, as fast as it goes. */
const MAX_WAITING = 1_000;

interface Waiting {
  readonly event: StoredEvent;
  /** What did not pass the filter before it: chain → number behind it. */
  readonly passedOver: ReadonlyMap<string, number>;
}

/**
 * One subscription to the tail. While it keeps up it is handed each event as the tail finds it; where it begins in the past or has
 * fallen behind, it reads the store page by page until it stands where the tail does. It ends up in the same order either way.
 */
export class Follower {
  readonly #options: FollowerOptions;
  /**
   * Chain → the number behind the last event given or passed over. While it keeps up, a chain that is not named stands where
   * the tail does; while it is behind, every chain is named.
   */
  readonly #given = new Map<string, number>();
  /** Null while it keeps up. */
  #backlog: { readonly from: Backlog; readonly arrears: readonly Arrears[] } | 'to be read' | null = null;
  /** Of a position: the chains it does not name begin with what occurred since, where that is a time. */
  #horizon: number | null = null;
  #waiting: Waiting[] = [];
  #passedOver = new Map<string, number>();
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    if (options.after === null) return;
    for (const [chain, next] of options.after.places) this.#given.set(chain, next);
    this.#horizon = options.after.horizon;
    this.#backlog = 'to be read';
  }

  /** From the tail: called for each event, right after the tail has moved behind it. */
  offer(event: StoredEvent): void {
    if (this.#closed || this.#backlog !== null) return;
    const { chain, sequence } = event;
    const given = this.#given.get(chain);
    // The replica that gave the position had seen more than this one has.
    if (given !== undefined && sequence < given) return;
    if (given === undefined) this.#given.set(chain, sequence);
    if (!passesFilter(event, this.#options.filter)) {
      if (this.#waiting.length === 0) this.#given.set(chain, sequence + 1);
      else this.#passedOver.set(chain, sequence + 1);
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) {
      this.#fallBehind();
      return;
    }
    this.#waiting.push({ event, passedOver: this.#passedOver });
    this.#passedOver = new Map();
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#wake?.();
  }

  /**
   * @throws StoreUnavailableError where it is behind and the store does not answer; GatewayError UPSTREAM_UNAVAILABLE where it is
   *   behind, and what it had not given yet was pruned.
   */
  async next(): Promise<IteratorResult<FollowedEvent, undefined>> {
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      if (this.#backlog !== null) {
        const event = await this.#nextOfBacklog();
        if (event !== null && !this.#closed) return { done: false, value: this.#give(event) };
        continue;
      }
      const waiting = this.#waiting.shift();
      if (waiting !== undefined) {
        this.#passOver(waiting.passedOver);
        const given = this.#give(waiting.event);
        if (this.#waiting.length === 0) {
          this.#passOver(this.#passedOver);
          this.#passedOver = new Map();
        }
        return { done: false, value: given };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  #passOver(places: ReadonlyMap<string, number>): void {
    for (const [chain, next] of places) this.#given.set(chain, next);
  }

  #give(event: StoredEvent): FollowedEvent {
    this.#given.set(event.chain, event.sequence + 1);
    return { event, position: this.#position() };
  }

  /** What waits is read from the store again when it is asked for. */
  #fallBehind(): void {
    const { places } = this.#options;
    for (const chain of places.chains()) {
      // Whatever the tail has moved in since this follower began is named already.
      if (!this.#given.has(chain)) this.#given.set(chain, places.next(chain));
    }
    this.#waiting = [];
    this.#passedOver = new Map();
    this.#backlog = 'to be read';
  }

  /** The next event of the past that passes the filter; null where the follower may have reached the tail. */
  async #nextOfBacklog(): Promise<StoredEvent | null> {
    if (this.#backlog === 'to be read') await this.#openBacklog();
    if (this.#backlog === null || this.#backlog === 'to be read') return null;
    const { from, arrears } = this.#backlog;
    while (!this.#closed) {
      const event = await from.next();
      if (event === null) {
        for (const { chain, to } of arrears) await this.#checkGap(chain, to);
        // Where somebody has deleted events there is nothing to be given up to the end.
        for (const { chain, to } of arrears) this.#given.set(chain, Math.max(to, this.#given.get(chain) ?? 0));
        this.#backlog = this.#arrears().length === 0 ? null : 'to be read';
        return null;
      }
      if (event.sequence < (this.#given.get(event.chain) ?? 0)) continue;
      await this.#checkGap(event.chain, event.sequence);
      if (passesFilter(event, this.#options.filter)) return event;
      this.#given.set(event.chain, event.sequence + 1);
    }
    return null;
  }

  /** @throws GatewayError UPSTREAM_UNAVAILABLE where events between the last one given and this place were pruned meanwhile */
  async #checkGap(chain: string, to: number): Promise<void> {
    const from = this.#given.get(chain) ?? 0;
    if (from >= to || !(await this.#options.pruned.wasPrunedSince(chain, from, to))) return;
    throw new GatewayError('UPSTREAM_UNAVAILABLE', {
      message: 'Events that this stream had not given yet were pruned. Begin anew, without `after`.',
    });
  }

  async #openBacklog(): Promise<void> {
    const { events, places } = this.#options;
    if (this.#horizon !== null) {
      for (const chain of [...places.chains()]) {
        if (this.#given.has(chain)) continue;
        const end = places.next(chain);
        const silent = places.lastOccurredAt(chain) < this.#horizon;
        this.#given.set(chain, silent ? end : await firstSince(events, chain, end, this.#horizon));
      }
      // From now on a chain that nobody has heard of is a new one.
      this.#horizon = null;
    }
    // Nothing may come between the look and the end of being behind: an event offered just then would be lost.
    const arrears = this.#arrears();
    this.#backlog = arrears.length === 0 ? null : { from: new Backlog(events, arrears), arrears };
  }

  /** Where the tail has seen more than this follower, those chains first that have been silent for longest. */
  #arrears(): Arrears[] {
    const { places } = this.#options;
    const arrears: Arrears[] = [];
    for (const chain of places.chains()) {
      const from = this.#given.get(chain) ?? 0;
      const to = places.next(chain);
      if (from < to) arrears.push({ chain, from, to });
    }
    return arrears.sort((a, b) => places.lastOccurredAt(a.chain) - places.lastOccurredAt(b.chain));
  }

  #position(): TailPosition | null {
    const { places, clock } = this.#options;
    const listing = places.listing(clock.now());
    if (listing === null) return null;
    const named = new Map<string, number>();
    const standing = (chain: string) => this.#given.get(chain) ?? (this.#backlog === null ? places.next(chain) : 0);
    for (const chain of listing.chains) named.set(chain, standing(chain));
    // Where the follower stands elsewhere than the tail, the listing's horizon says nothing.
    for (const chain of this.#backlog === null ? [] : places.chains()) {
      if (standing(chain) !== places.next(chain)) named.set(chain, standing(chain));
    }
    for (const [chain, next] of this.#given) if (next !== places.next(chain)) named.set(chain, next);
    return named.size > MAX_LISTED ? null : { horizon: listing.horizon, places: [...named] };
  }
}
