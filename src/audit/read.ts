import type { EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { Clock } from '../platform/clock.js';
import type { EventFilter, EventStore, PageRequest, Slice } from '../stores/index.js';
import { describeActor, draftEvent } from './describe.js';
import type { AuditFeed } from './feed.js';
import { RecordedEvent } from './recorded-event.js';
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
   * The live tail from now on, after an AUDIT_READ event about following it is durable.
   * @throws GatewayError AUDIT_UNAVAILABLE
   */
  follow(filter: EventFilter, reading: AuditReading): Promise<AsyncIterableIterator<RecordedEvent>>;
}

export interface AuditReaderOptions {
  readonly events: EventStore;
  readonly trail: AuditTrail;
  readonly feed: AuditFeed;
  readonly clock: Clock;
}

const PAGING_MS = 10 * 60_000;
const MAX_READINGS = 5_000;
const MAX_FILTER_TEXT = 16_384;

/** The trail is no place to store what a client sends at any length. */
function describeFilter(filter: EventFilter): string {
  const text = JSON.stringify({ filter });
  return text.length <= MAX_FILTER_TEXT ? text : JSON.stringify({ omitted: `${text.length} characters` });
}

export function createAuditReader({ events, trail, feed, clock }: AuditReaderOptions): AuditReader {
  /** (who, which filter) → when the list was opened. */
  const opened = new Map<string, number>();
  /** The AUDIT_READ event of a request. */
  const recordedFor = new WeakMap<RequestFacts, Promise<void>>();

  function readingKey(reading: AuditReading, filter: EventFilter): string {
    return `${reading.identity.actor?.id ?? ''}\n${JSON.stringify(Object.entries(filter).sort())}`;
  }

  function recordRead(reading: AuditReading, filter: EventFilter): Promise<void> {
    let recorded = recordedFor.get(reading.request);
    if (recorded === undefined) {
      recorded = record(reading, filter);
      recordedFor.set(reading.request, recorded);
    }
    return recorded;
  }

  async function record(reading: AuditReading, filter: EventFilter): Promise<void> {
    await trail.record(
      draftEvent(
        { type: 'AUDIT_READ', outcome: 'SUCCESS', occurredAt: clock.now(), request: reading.request },
        {
          actor: describeActor(reading.identity),
          operation: reading.operation,
          details: { variables: describeFilter(filter) },
        },
      ),
    );
    const key = readingKey(reading, filter);
    opened.delete(key);
    opened.set(key, clock.now());
    for (const oldest of opened.keys()) {
      if (opened.size <= MAX_READINGS) break;
      opened.delete(oldest);
    }
  }

  return {
    async page(filter, page, reading) {
      const openedAt = page.from === undefined ? undefined : opened.get(readingKey(reading, filter));
      const slice = await events.page(filter, page);
      if (openedAt === undefined || clock.now() - openedAt > PAGING_MS) await recordRead(reading, filter);
      return { items: slice.items.map((event) => new RecordedEvent(event)), hasMore: slice.hasMore };
    },
    async follow(filter, reading) {
      await recordRead(reading, filter);
      return feed.subscribe(filter);
    },
  };
}
