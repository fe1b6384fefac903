import type { SessionStore } from '../session-store.js';
import type { MongoConnection } from './connection.js';
import { READ_MS } from './limits.js';
import { type SessionDocument, sessionFromDocument } from './session-documents.js';

/** Ends: one atomic change of one document each, so that of any number of replicas exactly one succeeds. */
export function createSessionEnds(
  connection: MongoConnection,
  collection: string,
): Pick<SessionStore, 'end' | 'confirmEndRecorded' | 'claimUnrecordedEnd' | 'dueForExpiry'> {
  return {
    end: (id, { status, endedAt, endedById, endReason }, claimedAt) =>
      connection.run('sessions.end', async (db) => {
        const ended = await db.collection<SessionDocument>(collection).findOneAndUpdate(
          { _id: id, status: 'ACTIVE' },
          {
            $set: { status, endedAt: new Date(endedAt), endedById, endReason, endClaimedAt: new Date(claimedAt) },
            $unset: { activeSlot: '' },
          },
          { returnDocument: 'after' },
        );
        return ended && sessionFromDocument(ended);
      }),

    confirmEndRecorded: (id) =>
      connection.run('sessions.confirmEndRecorded', async (db) => {
        await db.collection<SessionDocument>(collection).updateOne({ _id: id }, { $unset: { endClaimedAt: '' } });
      }),

    claimUnrecordedEnd: (now, leaseMs) =>
      connection.run('sessions.claimUnrecordedEnd', async (db) => {
        const claimed = await db
          .collection<SessionDocument>(collection)
          .findOneAndUpdate(
            { endClaimedAt: { $lt: new Date(now - leaseMs) } },
            { $set: { endClaimedAt: new Date(now) } },
            { sort: { endClaimedAt: 1 }, returnDocument: 'after' },
          );
        return claimed && sessionFromDocument(claimed);
      }),

    dueForExpiry: (now, limit) =>
      connection.run('sessions.dueForExpiry', async (db) => {
        if (limit <= 0) return [];
        const due = await db
          .collection<SessionDocument>(collection)
          .find(
            { status: 'ACTIVE', expiresAt: { $lt: new Date(now + 1) } },
            { maxTimeMS: READ_MS, batchSize: limit + 1 },
          )
          .sort({ expiresAt: 1, _id: 1 })
          .limit(limit)
          .toArray();
        return due.flatMap((document) => sessionFromDocument(document) ?? []);
      }),
  };
}
