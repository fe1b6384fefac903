import type { Filter } from 'mongodb';
import { ERASED_TEXT, type SessionFilter, type SessionStore } from '../session-store.js';
import type { MongoConnection } from './connection.js';
import { eraseOf } from './erasure.js';
import { ERASURE_MS, READ_MS } from './limits.js';
import { readPage } from './paging.js';
import { type SessionDocument, sessionFromDocument } from './session-documents.js';
import { createSessionEnds } from './session-ends.js';
import { createSessionStarts } from './session-starts.js';

export const SESSIONS_COLLECTION = 'impersonationSessions';

/** What erasure would change; servers differ in whether they count a document that an update leaves as it is. */
const TELLING = {
  $or: [{ reason: { $ne: ERASED_TEXT } }, { ticket: { $ne: null } }, { endReason: { $nin: [null, ERASED_TEXT] } }],
};

/** Sessions in the collection `impersonationSessions`; see {@link SessionStore} for what each method guarantees. */
export function createMongoSessions(connection: MongoConnection): SessionStore {
  return {
    ...createSessionStarts(connection, SESSIONS_COLLECTION),
    ...createSessionEnds(connection, SESSIONS_COLLECTION),

    get: (id) =>
      connection.run('sessions.get', async (db) => {
        const found = await db
          .collection<SessionDocument>(SESSIONS_COLLECTION)
          .findOne({ _id: id }, { maxTimeMS: READ_MS });
        return found && sessionFromDocument(found);
      }),

    getMany: (ids) =>
      connection.run('sessions.getMany', async (db) => {
        const found = await db
          .collection<SessionDocument>(SESSIONS_COLLECTION)
          .find({ _id: { $in: [...ids] } }, { maxTimeMS: READ_MS, batchSize: ids.length + 1 })
          .toArray();
        return found.flatMap((document) => sessionFromDocument(document) ?? []);
      }),

    countActive: (actorId, now) =>
      connection.run('sessions.countActive', async (db) => {
        const time = new Date(now);
        const running = await db
          .collection<SessionDocument>(SESSIONS_COLLECTION)
          .find(
            { actorId, status: 'ACTIVE', expiresAt: { $gt: time } },
            { projection: { idleEndsAt: 1 }, maxTimeMS: READ_MS },
          )
          .toArray();
        // Looked at here: they are as few as one person may have, and no index serves a time that need not be there.
        return running.filter(({ idleEndsAt }) => idleEndsAt === undefined || idleEndsAt > time).length;
      }),

    countStartedSince: (actorId, since) =>
      connection.run('sessions.countStartedSince', (db) =>
        db
          .collection<SessionDocument>(SESSIONS_COLLECTION)
          .countDocuments({ actorId, startedAt: { $gte: new Date(since) } }, { maxTimeMS: READ_MS }),
      ),

    page: (filter, page) =>
      connection.run('sessions.page', (db) =>
        readPage(
          db.collection<SessionDocument>(SESSIONS_COLLECTION),
          sessionCondition(filter),
          'startedAt',
          { after: undefined, before: undefined },
          page,
          sessionFromDocument,
        ),
      ),

    eraseDetails: (personId) =>
      connection.run(
        'sessions.eraseDetails',
        async (db) => {
          const collection = db.collection<SessionDocument>(SESSIONS_COLLECTION);
          const erased = { reason: ERASED_TEXT, ticket: null };
          // Those that have not ended first: a session that ends in between is then found among the ended ones.
          const open = await eraseOf(collection, personId, { endReason: null, ...TELLING }, { $set: erased });
          const ended = { ...erased, endReason: ERASED_TEXT };
          return (
            open + (await eraseOf(collection, personId, { endReason: { $ne: null }, ...TELLING }, { $set: ended }))
          );
        },
        { deadlineMs: ERASURE_MS },
      ),
  };
}

export function sessionCondition({ status, actorId, subjectId }: SessionFilter): Filter<SessionDocument> {
  return {
    ...(status !== undefined && { status }),
    ...(actorId !== undefined && { actorId }),
    ...(subjectId !== undefined && { subjectId }),
  };
}
