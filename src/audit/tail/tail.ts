import type { StoredEvent } from '../../domain/audit-event.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { EventStore, EventWatch } from '../../stores/index.js';
import { eventId } from '../format.js';
import { ChainPlaces } from './chain-places.js';

export interface TailOptions {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Receives each event once, each chain in order. Must not throw. */
  readonly onEvent: (event: StoredEvent) => void;
}

/** How often the store is asked, milliseconds: while it cannot tell of news by itself, and while it can. */
const ROUND_MS = 700;
const WATCHED_ROUND_MS = 5_000;
/** Rounds that the store asks for are at least so far apart, milliseconds. */
const HINTED_ROUND_MS = 100;
/** Every so often all chains are listed and all active ones read, whatever the indexes of time and id say, milliseconds. */
const SWEEP_MS = 30_000;
/** A chain is new where its first event occurred this lately, other replicas' clocks and writes included; else a sweep finds it. */
const OPENED_MS = 60_000;
const PAGE = 200;
const LOOK_UP = 1_000;
const READS_AT_ONCE = 8;

/**
 * Follows the trail of all replicas, chain by chain. Where a chain is known, nothing but its next number is looked for, so that
 * neither a clock nor a late commit can hide an event, or show one twice. Time only says how soon a new chain is found.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #places: ChainPlaces;
  #watch: EventWatch | null = null;
  #timer: NodeJS.Timeout | null = null;
  #roundAt = 0;
  #sweptAt = 0;
  #stopped = false;
  /** The round under way, and the one that those wait for who came too late for it. */
  #running: Promise<void> | null = null;
  #queued: { readonly done: Promise<void>; sweep: boolean } | null = null;
  /** Chains whose next event is missing though a later one is there, and the later one's number. */
  readonly #holes = new Map<string, number>();

  private constructor(options: TailOptions, places: ChainPlaces) {
    this.#options = options;
    this.#places = places;
  }

  /**
   * Begins where the trail stands now: events stored before the call are not given, those stored after it has resolved are.
   * @throws StoreUnavailableError
   */
  static async start(options: TailOptions): Promise<Tail> {
    const tail = new Tail(options, new ChainPlaces(await options.events.heads()));
    tail.#roundAt = options.clock.now();
    tail.#sweptAt = tail.#roundAt;
    tail.#schedule();
    void tail.#openWatch();
    return tail;
  }

  get places(): ChainPlaces {
    return this.#places;
  }

  /**
   * Gives everything that was stored before the call.
   * @throws StoreUnavailableError
   */
  catchUp(): Promise<void> {
    return this.#round(true);
  }

  /** Events that this process knows to be durable, in the order of their chains. Those that do not come next are left to a round. */
  accept(events: readonly StoredEvent[]): void {
    if (this.#stopped) return;
    for (const event of events) {
      if (event.sequence === 0) this.#places.meet(event.chain, this.#options.clock.now());
      const next = this.#places.next(event.chain);
      if (event.sequence === next && this.#places.has(event.chain)) this.#give(event);
      // What is between was not seen as it was recorded: the store has it.
      else if (event.sequence >= next) this.#hint();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#watch?.stop().catch(() => undefined);
  }

  #give(event: StoredEvent): void {
    this.#places.pass(event, this.#options.clock.now());
    this.#holes.delete(event.chain);
    this.#options.onEvent(event);
  }

  async #openWatch(): Promise<void> {
    const { events, logger } = this.#options;
    try {
      const watch = (await events.watch?.(() => this.#hint())) ?? null;
      if (watch === null) logger.debug('the store does not tell of new events; the live tail asks it');
      if (this.#stopped) await watch?.stop();
      else this.#watch = watch;
    } catch (error) {
      logger.warn({ err: error }, 'the store could not be watched; the live tail asks it');
    }
  }

  #hint(): void {
    if (!this.#stopped) this.#schedule(HINTED_ROUND_MS);
  }

  /** Plans the next round: so long after the last one, and no later than is planned already. */
  #schedule(afterMs?: number): void {
    if (this.#stopped) return;
    if (this.#timer !== null) {
      if (afterMs === undefined) return;
      clearTimeout(this.#timer);
    }
    const interval = afterMs ?? (this.#watch?.alive() === true ? WATCHED_ROUND_MS : ROUND_MS);
    const { clock, logger } = this.#options;
    // The clock may have been moved: never longer than the interval itself.
    const elapsed = Math.max(0, clock.now() - this.#roundAt);
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#round(clock.now() - this.#sweptAt >= SWEEP_MS)
          .catch((error: unknown) => {
            logger.warn({ err: error }, 'the audit feed could not be read; it is tried again');
          })
          .finally(() => this.#schedule());
      },
      afterMs === undefined ? interval : Math.max(0, interval - elapsed),
    );
    this.#timer.unref();
  }

  /** A round that begins after this call; all who ask while another is under way share one. */
  #round(sweep: boolean): Promise<void> {
    if (this.#queued !== null) {
      this.#queued.sweep ||= sweep;
      return this.#queued.done;
    }
    const before = this.#running?.catch(() => undefined) ?? Promise.resolve();
    const done = before.then(() => {
      const { sweep: wanted } = queued;
      this.#queued = null;
      const round = this.#carryOut(wanted);
      this.#running = round;
      return round;
    });
    const queued = { done, sweep };
    this.#queued = queued;
    return done;
  }

  async #carryOut(sweep: boolean): Promise<void> {
    const { events, clock } = this.#options;
    const now = clock.now();
    this.#roundAt = now;
    const found = sweep ? await events.chains() : await events.openedSince(now - OPENED_MS);
    for (const chain of found) this.#places.meet(chain, now);
    const news = sweep ? this.#places.active(now) : [];
    const due = sweep ? [...this.#places.chains()] : this.#places.due(now);
    for (let at = 0; at < due.length; at += LOOK_UP) {
      const next = new Map(
        due.slice(at, at + LOOK_UP).map((chain) => [eventId(chain, this.#places.next(chain)), chain]),
      );
      for (const id of await events.existing([...next.keys()])) news.push(next.get(id) ?? '');
    }
    const chains = [...new Set(news)];
    for (let at = 0; at < chains.length; at += READS_AT_ONCE) {
      await Promise.all(chains.slice(at, at + READS_AT_ONCE).map((chain) => this.#read(chain)));
    }
    if (sweep) this.#sweptAt = now;
  }

  /** Gives what the chain has beyond its place. */
  async #read(chain: string): Promise<void> {
    for (;;) {
      const page = await this.#options.events.chain(chain, this.#places.next(chain), PAGE);
      if (this.#stopped) return;
      let given = false;
      for (const event of page) {
        const next = this.#places.next(chain);
        // Given meanwhile, by this replica itself; or forged, with a number that is none.
        if (event.sequence < next || !Number.isSafeInteger(event.sequence)) continue;
        if (event.sequence !== next && !this.#mayPassHole(event, next)) return;
        this.#give(event);
        given = true;
      }
      if (page.length < PAGE || !given) return;
    }
  }

  /**
   * A gap in a chain is never a late commit: a chain is written in order. Somebody has deleted an event. What follows is given all
   * the same, once a second look has found the same: an auditor who follows must not be silenced by a deletion.
   */
  #mayPassHole({ chain, sequence }: StoredEvent, next: number): boolean {
    if (this.#holes.get(chain) !== sequence) {
      this.#holes.set(chain, sequence);
      return false;
    }
    this.#options.logger.error({ chain, from: next, to: sequence - 1 }, 'events are missing from an audit chain');
    return true;
  }
}
