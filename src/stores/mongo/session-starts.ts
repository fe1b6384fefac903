import type { ImpersonationSession } from '../../domain/impersonation-session.js';
import type { SessionStore } from '../session-store.js';
import type { MongoConnection } from './connection.js';
import { insertUnlessTaken } from './insert-unless-taken.js';
import { READ_MS } from './limits.js';
import {
  type ProgressDocument,
  type SessionDocument,
  sessionDocument,
  type VoidStartDocument,
} from './session-documents.js';

/** No session has this id: those are random UUIDs. */
const STARTS_SETTLED = 'progress:starts settled';

/**
 * Starts, without transactions: each ACTIVE session holds one of the actor's numbered slots, which a unique index gives to
 * one session only, so the limit holds however many replicas insert at once. A session keeps its slot until it is ended.
 */
export function createSessionStarts(
  connection: MongoConnection,
  collection: string,
): Pick<SessionStore, 'insert' | 'voidStart' | 'startsSettledUpTo' | 'setStartsSettledUpTo'> {
  const idIsTaken = (id: string): Promise<boolean> =>
    connection.run('sessions.insert', async (db) => {
      // Local, because the document that was in the way need not have reached a majority yet.
      const options = { projection: { _id: 1 }, readConcern: 'local', maxTimeMS: READ_MS } as const;
      return (await db.collection<SessionDocument>(collection).findOne({ _id: id }, options)) !== null;
    });

  const insertInSlot = (session: ImpersonationSession, slot: string): Promise<boolean> =>
    insertUnlessTaken(connection, 'sessions.insert', async (db) => {
      await db.collection<SessionDocument>(collection).insertOne(sessionDocument(session, slot));
    });

  return {
    async insert(session, activeLimit) {
      const held = await connection.run('sessions.insert', (db) =>
        db
          .collection<SessionDocument>(collection)
          .find({ actorId: session.actorId, status: 'ACTIVE' }, { projection: { activeSlot: 1 }, maxTimeMS: READ_MS })
          .toArray(),
      );
      // Counted as well as slotted: after the limit was lowered, sessions may sit in slots above the new limit.
      if (held.length >= activeLimit) return (await idIsTaken(session.id)) ? 'duplicate' : 'limit';
      const taken = new Set(held.map(({ activeSlot }) => activeSlot));
      for (let index = 0; index < activeLimit; index += 1) {
        const slot = `${session.actorId}#${index}`;
        if (taken.has(slot)) continue;
        if (await insertInSlot(session, slot)) return 'stored';
        if (await idIsTaken(session.id)) return 'duplicate';
      }
      return 'limit';
    },

    voidStart: (id, { by, at }) =>
      insertUnlessTaken(connection, 'sessions.voidStart', async (db) => {
        const time = new Date(at);
        await db
          .collection<VoidStartDocument>(collection)
          .insertOne({ _id: id, status: 'VOID', voidedAt: time, endClaimedAt: time, endClaimedBy: by });
      }),

    startsSettledUpTo: () =>
      connection.run('sessions.startsSettledUpTo', async (db) => {
        const found = await db
          .collection<ProgressDocument>(collection)
          .findOne({ _id: STARTS_SETTLED }, { maxTimeMS: READ_MS });
        // What is no date says nothing, and then the search begins anew.
        const reachedAt: unknown = found?.reachedAt;
        return reachedAt instanceof Date ? reachedAt.getTime() : null;
      }),

    setStartsSettledUpTo: (at) =>
      connection.run('sessions.setStartsSettledUpTo', async (db) => {
        await db
          .collection<ProgressDocument>(collection)
          .updateOne(
            { _id: STARTS_SETTLED },
            { $set: { status: 'PROGRESS', reachedAt: new Date(at) } },
            { upsert: true },
          );
      }),
  };
}
