import type { EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { Clock } from '../platform/clock.js';
import type { EventFilter, EventStore, PageRequest, Slice } from '../stores/index.js';
import { boundedVariables } from './bounded-variables.js';
import { describeActor, draftEvent } from './describe.js';
import type { AuditFeed } from './feed.js';
import { RecordedEvent } from './recorded-event.js';
import { countRequest, type StatisticsBucket, type StatisticsRequest, statisticsOf } from './statistics.js';
import { createStreamCursors } from './stream-cursor.js';
import type { FollowedEvent } from './tail/follower.js';
import type { AuditTrail } from './trail.js';

export interface AuditReading {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly operation: EventOperation | null;
}

/** The reading end of the audit trail. Reading it leaves an event of its own. */
export interface AuditReader {
  /**
   * A page of events, newest first, as it stood before this reading; it is returned once an AUDIT_READ event is durable.
   * One request leaves one such event, however many lists it reads, and further pages of a list that the same person
   * opened in the last ten minutes leave none.
   * @throws GatewayError AUDIT_UNAVAILABLE: who reads unseen, reads nothing.
   */
  page(filter: EventFilter, page: PageRequest, reading: AuditReading): Promise<Slice<RecordedEvent>>;
  /**
   * The event with this id, or null, once an AUDIT_READ event is durable: one a request, and none where the same person read the
   * same event in the last ten minutes.
   * @throws GatewayError AUDIT_UNAVAILABLE
   */
  one(id: string, reading: AuditReading): Promise<RecordedEvent | null>;
  /**
   * How often impersonations began, ended and were refused in each of some stretches of time. It is given once an AUDIT_READ event
   * is durable; none is left where the same person asked for statistics in the last ten minutes, whatever their time: charts
   * that follow the clock would fill the trail, and what they show names nobody.
   * @throws GatewayError BAD_USER_INPUT: see {@link countRequest}. AUDIT_UNAVAILABLE: the reading could not be recorded.
   */
  statistics(asked: StatisticsRequest, reading: AuditReading): Promise<readonly StatisticsBucket[]>;
  /**
   * Resolves once an AUDIT_READ event about a verification of the trail is durable.
   * @throws GatewayError AUDIT_UNAVAILABLE
   */
  recordVerification(reading: AuditReading): Promise<void>;
  /**
   * The live tail once an AUDIT_READ event about following it is durable: from then on, or from where a stream stood when it gave
   * the cursor. Going on from a cursor that the same person was given for the same filter leaves no such event where the
   * reading was recorded in the last ten minutes, by this process; any other does.
   * @param after a `streamCursor` of an event that a stream gave, on any replica.
   * @throws GatewayError BAD_USER_INPUT: not a cursor of a stream. AUDIT_UNAVAILABLE: the reading could not be recorded.
   * @throws StoreUnavailableError, from the stream too: then go on from the last cursor.
   */
  follow(
    filter: EventFilter,
    after: string | null,
    reading: AuditReading,
  ): Promise<AsyncIterableIterator<RecordedEvent>>;
}

export interface AuditReaderOptions {
  readonly events: EventStore;
  readonly trail: AuditTrail;
  readonly feed: AuditFeed;
  readonly clock: Clock;
}

const PAGING_MS = 10 * 60_000;
const MAX_READINGS = 5_000;

export function createAuditReader({ events, trail, feed, clock }: AuditReaderOptions): AuditReader {
  /** (who, which filter) → when the list was opened. */
  const opened = new Map<string, number>();
  /** The AUDIT_READ event of a request. */
  const recordedFor = new WeakMap<RequestFacts, Promise<void>>();
  const cursors = createStreamCursors();

  function readingKey(reading: AuditReading, filter: EventFilter): string {
    return keyOf(reading, JSON.stringify(Object.entries(filter).sort()));
  }

  function keyOf(reading: AuditReading, what: string): string {
    return `${reading.identity.actor?.id ?? ''}\n${what}`;
  }

  function wasOpenedLately(key: string): boolean {
    const openedAt = opened.get(key);
    return openedAt !== undefined && clock.now() - openedAt <= PAGING_MS;
  }

  function recordRead(reading: AuditReading, key: string, asked: Readonly<Record<string, unknown>>): Promise<void> {
    let recorded = recordedFor.get(reading.request);
    if (recorded === undefined) {
      recorded = record(reading, key, asked);
      recordedFor.set(reading.request, recorded);
    }
    return recorded;
  }

  async function record(reading: AuditReading, key: string, asked: Readonly<Record<string, unknown>>): Promise<void> {
    await trail.record(
      draftEvent(
        { type: 'AUDIT_READ', outcome: 'SUCCESS', occurredAt: clock.now(), request: reading.request },
        {
          actor: describeActor(reading.identity),
          operation: reading.operation,
          details: { variables: boundedVariables(asked) },
        },
      ),
    );
    remember(key);
  }

  function remember(key: string): void {
    opened.delete(key);
    opened.set(key, clock.now());
    for (const oldest of opened.keys()) {
      if (opened.size <= MAX_READINGS) break;
      opened.delete(oldest);
    }
  }

  return {
    async page(filter, page, reading) {
      const key = readingKey(reading, filter);
      const continued = page.from !== undefined && wasOpenedLately(key);
      const slice = await events.page(filter, page);
      if (!continued) await recordRead(reading, key, { filter });
      return { items: slice.items.map((event) => new RecordedEvent(event)), hasMore: slice.hasMore };
    },
    async one(id, reading) {
      const key = keyOf(reading, `event ${id}`);
      const event = await events.get(id);
      if (!wasOpenedLately(key)) {
        await recordRead(reading, key, { id });
        // Several events of one request share one AUDIT_READ event, which has the whole operation; each of them was read.
        remember(key);
      }
      return event === null ? null : new RecordedEvent(event);
    },
    async statistics(asked, reading) {
      const request = countRequest(asked);
      const key = keyOf(reading, 'statistics');
      const continued = wasOpenedLately(key);
      const counts = await events.count(request);
      if (!continued) await recordRead(reading, key, { statistics: asked });
      return statisticsOf(request, counts);
    },
    recordVerification: (reading) => recordRead(reading, keyOf(reading, 'verification'), { verification: true }),
    async follow(filter, after, reading) {
      const key = readingKey(reading, filter);
      const cursor = after === null ? null : cursors.decode(after);
      const continued = cursor?.isOf(key) === true && wasOpenedLately(key);
      const permit = async () => {
        if (!continued) await record(reading, key, cursor === null ? { filter } : { filter, resumed: true });
      };
      return recordedEvents(await feed.subscribe(filter, cursor?.position ?? null, permit), ({ event, position }) => {
        return new RecordedEvent(event, () => (position === null ? null : cursors.encode(position, key)));
      });
    },
  };
}

function recordedEvents(
  followed: AsyncIterableIterator<FollowedEvent>,
  recorded: (followed: FollowedEvent) => RecordedEvent,
): AsyncIterableIterator<RecordedEvent> {
  return {
    async next() {
      const { done, value } = await followed.next();
      return done === true ? { done, value: undefined } : { done: false, value: recorded(value) };
    },
    async return() {
      await followed.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
