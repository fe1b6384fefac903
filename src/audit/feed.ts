import type { StoredEvent } from '../domain/audit-event.js';
import { GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { EventFilter, EventStore } from '../stores/index.js';
import { passesFilter } from './filter.js';
import { RecordedEvent } from './recorded-event.js';
import type { AuditTrail } from './trail.js';

/** The live tail of the audit trail: events of this replica as they are recorded, those of others within about a second. */
export interface AuditFeed {
  /**
   * Every event that passes the filter and is recorded from now on, each once. A consumer that falls too far behind gets
   * an error rather than a gap. Ends by `return()`.
   */
  subscribe(filter: EventFilter): AsyncIterableIterator<RecordedEvent>;
  close(): void;
}

export interface AuditFeedOptions {
  readonly events: EventStore;
  readonly trail: Pick<AuditTrail, 'onRecorded'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const POLL_MS = 700;
/** Other replicas' clocks and writes may be this late. */
const OVERLAP_MS = 10_000;
const PAGE = 500;
const MAX_WAITING = 1_000;

class Subscriber {
  readonly #waiting: RecordedEvent[] = [];
  #wake: (() => void) | null = null;
  #closed = false;
  #failure: GatewayError | null = null;

  constructor(
    readonly filter: EventFilter,
    readonly since: number,
  ) {}

  offer(event: StoredEvent): void {
    // After a gap nothing may follow as if there were none.
    if (this.#closed || this.#failure !== null || !passesFilter(event, this.filter)) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#failure = new GatewayError('UPSTREAM_UNAVAILABLE', {
        message: 'The stream could not be followed fast enough. Query the missing events and subscribe again.',
      });
    } else this.#waiting.push(new RecordedEvent(event));
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<RecordedEvent>> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined && !this.#closed) return { done: false, value: event };
      if (this.#closed) return { done: true, value: undefined };
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

export function createAuditFeed({ events, trail, clock, logger }: AuditFeedOptions): AuditFeed {
  const subscribers = new Set<Subscriber>();
  /** Ids given out lately → when they occurred. */
  const given = new Map<string, number>();
  let latest = 0;
  let timer: NodeJS.Timeout | null = null;

  function give(event: StoredEvent, justRecorded: boolean): void {
    if (given.has(event.id)) return;
    given.set(event.id, event.occurredAt);
    for (const subscriber of subscribers) {
      // When an event that was read was recorded, only its time can tell.
      if (justRecorded || event.occurredAt >= subscriber.since) subscriber.offer(event);
    }
  }

  const stopListening = trail.onRecorded((recorded) => {
    if (subscribers.size > 0) for (const event of recorded) give(event, true);
  });

  async function poll(): Promise<void> {
    const found: StoredEvent[] = [];
    let from: { at: number; id: string } | undefined;
    for (;;) {
      const page = await events.page(
        { occurredAfter: latest - OVERLAP_MS },
        { limit: PAGE, direction: 'forward', ...(from === undefined ? {} : { from }) },
      );
      found.push(...page.items);
      const last = page.items.at(-1);
      if (!page.hasMore || last === undefined) break;
      from = { at: last.occurredAt, id: last.id };
    }
    for (const event of found.reverse()) {
      // Not beyond our own clock: one event from the future must not hide all others until then.
      latest = Math.max(latest, Math.min(event.occurredAt, clock.now()));
      give(event, false);
    }
    for (const [id, occurredAt] of given) if (occurredAt < latest - 2 * OVERLAP_MS) given.delete(id);
  }

  function schedule(): void {
    timer = setTimeout(() => {
      poll()
        .catch((error: unknown) => logger.warn({ err: error }, 'the audit feed could not be read; it is tried again'))
        .finally(() => {
          timer = null;
          if (subscribers.size > 0) schedule();
        });
    }, POLL_MS);
    timer.unref();
  }

  return {
    subscribe(filter) {
      const subscriber = new Subscriber(filter, clock.now());
      if (subscribers.size === 0) {
        given.clear();
        latest = clock.now();
      }
      subscribers.add(subscriber);
      if (timer === null) schedule();
      return {
        next: () => subscriber.next(),
        async return() {
          subscribers.delete(subscriber);
          subscriber.close();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    close() {
      stopListening();
      for (const subscriber of subscribers) subscriber.close();
      subscribers.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
