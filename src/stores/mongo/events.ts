import type { Filter } from 'mongodb';
import type { EventType, StoredEvent } from '../../domain/audit-event.js';
import { EventConflictError } from '../../errors/index.js';
import type { ChainHead, EventCount, EventFilter, EventStore } from '../event-store.js';
import type { MongoConnection } from './connection.js';
import { eraseOf } from './erasure.js';
import { type EventDocument, eventDocument, eventFromDocument } from './event-documents.js';
import { insertMissing } from './insert-missing.js';
import { ERASURE_MS, READ_MS } from './limits.js';
import { dateFrom, readPage } from './paging.js';
import { bytesOrNone, countOrNaN, timeOrNaN } from './stored-values.js';
import { watchInserts } from './watch.js';

export const EVENTS_COLLECTION = 'impersonationEvents';

/** Numbers and symbols keep their BSON type, so that a re-typed value is noticed. */
const AS_STORED = { promoteValues: false } as const;
const HEAD_FIELDS = { _id: 0, sequence: 1, occurredAt: 1 } as const;
/** Each is one seek in an index; more at once would only wait for a connection. */
const HEADS_AT_ONCE = 32;
/** Each may take as long as a read may: they leave connections to others. */
const COUNTS_AT_ONCE = 4;

/** The trail in the collection `impersonationEvents`; see {@link EventStore} for what each method guarantees. */
export function createMongoEvents(connection: MongoConnection): EventStore {
  const chainsOf = (what: string, where: Filter<EventDocument>) =>
    connection.run(what, async (db) => {
      const chains = await db
        .collection<EventDocument>(EVENTS_COLLECTION)
        .distinct('chain', where, { maxTimeMS: READ_MS });
      return chains.sort();
    });

  const headOf = (chain: string) =>
    connection.run('events.heads', async (db): Promise<ChainHead | null> => {
      const [head] = await db
        .collection<EventDocument>(EVENTS_COLLECTION)
        .find({ chain }, { ...AS_STORED, projection: HEAD_FIELDS, maxTimeMS: READ_MS, batchSize: 2 })
        .sort({ sequence: -1 })
        .limit(1)
        .toArray();
      if (head === undefined) return null;
      return { chain, sequence: countOrNaN(head.sequence), occurredAt: timeOrNaN(head.occurredAt) };
    });

  /** It names nothing but type and time, so that their index alone is read. */
  const countsWithin = (types: readonly EventType[], start: number, end: number) =>
    connection.run('events.count', async (db) => {
      const found = await db
        .collection<EventDocument>(EVENTS_COLLECTION)
        .aggregate<{ _id: EventType; count: number }>(
          [
            { $match: { type: { $in: [...types] }, occurredAt: { $gte: new Date(start), $lt: new Date(end) } } },
            { $group: { _id: '$type', count: { $sum: 1 } } },
          ],
          { maxTimeMS: READ_MS },
        )
        .toArray();
      return found.map(({ _id: type, count }) => ({ type, count }));
    });

  return {
    async append(events) {
      const documents = distinct(events).map(eventDocument);
      await insertMissing(connection, 'events.append', EVENTS_COLLECTION, documents, (ours, stored) => {
        if (!Buffer.from(ours.hash.value()).equals(bytesOrNone(stored.hash))) throw new EventConflictError(ours._id);
      });
    },

    get: (id) =>
      connection.run('events.get', async (db) => {
        const found = await db
          .collection<EventDocument>(EVENTS_COLLECTION)
          .findOne({ _id: id }, { ...AS_STORED, maxTimeMS: READ_MS });
        return found && eventFromDocument(found);
      }),

    page: (filter, page) =>
      connection.run('events.page', (db) =>
        readPage(
          db.collection<EventDocument>(EVENTS_COLLECTION),
          eventCondition(filter),
          'occurredAt',
          { after: filter.occurredAfter, before: filter.occurredBefore },
          page,
          eventFromDocument,
          AS_STORED,
        ),
      ),

    async count({ types, from, until, width }) {
      const starts = Array.from({ length: Math.ceil((until - from) / width) }, (_, stretch) => from + stretch * width);
      const counts: EventCount[] = [];
      for (let at = 0; at < starts.length; at += COUNTS_AT_ONCE) {
        const asked = starts.slice(at, at + COUNTS_AT_ONCE);
        const found = await Promise.all(
          asked.map((start) => countsWithin(types, start, Math.min(start + width, until))),
        );
        found.forEach((ofStretch, index) => {
          for (const { type, count } of ofStretch) counts.push({ type, stretch: at + index, count });
        });
      }
      return counts;
    },

    chain: (chain, fromSequence, limit) =>
      connection.run('events.chain', async (db) => {
        if (limit <= 0) return [];
        const found = await db
          .collection<EventDocument>(EVENTS_COLLECTION)
          .find({ chain, sequence: { $gte: fromSequence } }, { ...AS_STORED, maxTimeMS: READ_MS, batchSize: limit + 1 })
          .sort({ sequence: 1 })
          .limit(limit)
          .toArray();
        return found.map(eventFromDocument);
      }),

    chains: () => chainsOf('events.chains', {}),

    hasBeyondChain: (chain) =>
      connection.run('events.hasBeyondChain', async (db) => {
        // No chain: null, or no such field. A sequence that is not at or above 0: also none, and whatever is no number.
        const where = (
          chain === null ? { chain } : { chain, sequence: { $not: { $gte: 0 } } }
        ) as Filter<EventDocument>;
        const found = await db
          .collection<EventDocument>(EVENTS_COLLECTION)
          .find(where, { projection: { _id: 1 }, maxTimeMS: READ_MS, batchSize: 2 })
          .limit(1)
          .toArray();
        return found.length > 0;
      }),

    chainsSince: (since) => chainsOf('events.chainsSince', { occurredAt: { $gte: dateFrom(since) } }),

    openedSince: (since) => chainsOf('events.openedSince', { sequence: 0, occurredAt: { $gte: dateFrom(since) } }),

    async heads() {
      const heads: ChainHead[] = [];
      const chains = await chainsOf('events.heads', {});
      for (let at = 0; at < chains.length; at += HEADS_AT_ONCE) {
        const found = await Promise.all(chains.slice(at, at + HEADS_AT_ONCE).map(headOf));
        heads.push(...found.filter((head) => head !== null));
      }
      return heads;
    },

    existing: (ids) =>
      connection.run('events.existing', async (db) => {
        const found = await db
          .collection<EventDocument>(EVENTS_COLLECTION)
          .find({ _id: { $in: [...ids] } }, { projection: { _id: 1 }, maxTimeMS: READ_MS, batchSize: ids.length + 1 })
          .toArray();
        return found.map(({ _id }) => _id);
      }),

    watch: (onChange) => watchInserts(connection, EVENTS_COLLECTION, onChange),

    eraseDetails: (personId) =>
      connection.run(
        'events.eraseDetails',
        (db) =>
          eraseOf(
            db.collection<EventDocument>(EVENTS_COLLECTION),
            personId,
            { details: { $ne: null } },
            { $unset: { details: '' } },
          ),
        { deadlineMs: ERASURE_MS },
      ),

    prune: ({ chain, from, to }, limit) =>
      connection.run(
        'events.prune',
        async (db) => {
          const collection = db.collection<EventDocument>(EVENTS_COLLECTION);
          const found = await collection
            .find(
              { chain, sequence: { $gte: from, $lte: to } },
              { projection: { _id: 1 }, maxTimeMS: READ_MS, batchSize: limit + 1 },
            )
            .sort({ sequence: 1 })
            .limit(limit)
            .toArray();
          if (found.length === 0) return 0;
          const { deletedCount } = await collection.deleteMany(
            { _id: { $in: found.map(({ _id }) => _id) } },
            { writeConcern: { w: 'majority', journal: true, wtimeoutMS: ERASURE_MS } },
          );
          return deletedCount;
        },
        { deadlineMs: ERASURE_MS },
      ),
  };
}

/** The equality conditions of a filter; its times are bounds of the page's stretches. */
export function eventCondition(filter: EventFilter): Filter<EventDocument> {
  const { types, outcome, actorId, subjectId, sessionId, requestId, operationName } = filter;
  const [only, ...others] = types ?? [];
  return {
    ...(types !== undefined && { type: only !== undefined && others.length === 0 ? only : { $in: types } }),
    ...(outcome !== undefined && { outcome }),
    ...(actorId !== undefined && { actorId }),
    ...(subjectId !== undefined && { subjectId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(requestId !== undefined && { requestId }),
    ...(operationName !== undefined && { operationName }),
  };
}

/** Each id once. @throws EventConflictError where one call brings two different events under one id. */
function distinct(events: readonly StoredEvent[]): StoredEvent[] {
  const byId = new Map<string, StoredEvent>();
  for (const event of events) {
    const earlier = byId.get(event.id);
    if (earlier === undefined) byId.set(event.id, event);
    else if (!Buffer.from(earlier.hash).equals(event.hash)) throw new EventConflictError(event.id);
  }
  return [...byId.values()];
}
