import type { Filter, WithId } from 'mongodb';
import { INACTIVITY, type SessionEnding } from '../../domain/impersonation-session.js';
import { longestDueFirst } from '../longest-due.js';
import type { EndClaim, SessionStore, UnrecordedEnd } from '../session-store.js';
import type { MongoConnection } from './connection.js';
import { READ_MS } from './limits.js';
import { type SessionDocument, sessionFromDocument, type VoidStartDocument } from './session-documents.js';

/** Ends: one atomic change of one document each, so that of any number of replicas exactly one succeeds. */
export function createSessionEnds(
  connection: MongoConnection,
  collection: string,
): Pick<
  SessionStore,
  'end' | 'prolong' | 'renewEndClaim' | 'confirmEndRecorded' | 'claimUnrecordedEnd' | 'dueForExpiry'
> {
  return {
    end: (id, { status, endedAt, endedById, endReason }, claim) =>
      connection.run('sessions.end', async (db) => {
        const at = new Date(endedAt);
        const ended = await db.collection<SessionDocument>(collection).findOneAndUpdate(
          { _id: id, status: 'ACTIVE', ...inTime({ status, endReason }, at) },
          {
            $set: { status, endedAt: at, endedById, endReason, ...claimed(claim) },
            $unset: { activeSlot: '' },
          },
          { returnDocument: 'after' },
        );
        return ended && sessionFromDocument(ended);
      }),

    prolong: (id, at, until) =>
      connection.run('sessions.prolong', async (db) => {
        const seen = new Date(at);
        const endsAt = new Date(until);
        const running = { _id: id, status: 'ACTIVE', expiresAt: { $gt: seen } } as const;
        const documents = db.collection<SessionDocument>(collection);
        const prolonged =
          (await documents.findOneAndUpdate(
            { ...running, idleEndsAt: { $gt: seen, $lt: endsAt } },
            { $set: { idleEndsAt: endsAt } },
            { returnDocument: 'after' },
          )) ??
          // Somebody has moved it on as far by then. A write that changes nothing: a read shows what a majority has, which need not be
          // that yet, and the session would be taken for ended.
          (await documents.findOneAndUpdate(
            { ...running, idleEndsAt: { $gte: endsAt } },
            { $set: { status: 'ACTIVE' } },
            { returnDocument: 'after' },
          ));
        return prolonged && sessionFromDocument(prolonged);
      }),

    renewEndClaim: (id, claim) =>
      connection.run('sessions.renewEndClaim', async (db) => {
        const { matchedCount } = await db
          .collection<SessionDocument>(collection)
          .updateOne({ _id: id, endClaimedBy: claim.by }, { $set: { endClaimedAt: new Date(claim.at) } });
        return matchedCount === 1;
      }),

    confirmEndRecorded: (id) =>
      connection.run('sessions.confirmEndRecorded', async (db) => {
        await db
          .collection<SessionDocument>(collection)
          .updateOne({ _id: id }, { $unset: { endClaimedAt: '', endClaimedBy: '' } });
      }),

    claimUnrecordedEnd: (claim, leaseMs) =>
      connection.run('sessions.claimUnrecordedEnd', async (db) => {
        const found = await db
          .collection<SessionDocument | VoidStartDocument>(collection)
          .findOneAndUpdate(
            { endClaimedAt: { $lt: new Date(claim.at - leaseMs) } },
            { $set: claimed(claim) },
            { sort: { endClaimedAt: 1 }, returnDocument: 'after' },
          );
        return found && unrecordedEnd(found);
      }),

    dueForExpiry: (now, limit) =>
      connection.run('sessions.dueForExpiry', async (db) => {
        if (limit <= 0) return [];
        const due = async (time: 'expiresAt' | 'idleEndsAt') => {
          const found = await db
            .collection<SessionDocument>(collection)
            .find(
              { status: 'ACTIVE', [time]: { $lt: new Date(now + 1) } },
              { maxTimeMS: READ_MS, batchSize: limit + 1 },
            )
            .sort({ [time]: 1, _id: 1 })
            .limit(limit)
            .toArray();
          return found.flatMap((document) => sessionFromDocument(document) ?? []);
        };
        return longestDueFirst([...(await due('expiresAt')), ...(await due('idleEndsAt'))], limit);
      }),
  };
}

/**
 * The time is part of the condition, so that no replica's clock can stop what has expired, or expire what has not; and so is the
 * activity that another replica has seen.
 */
function inTime({ status, endReason }: Pick<SessionEnding, 'status' | 'endReason'>, at: Date): Filter<SessionDocument> {
  if (status !== 'EXPIRED') return { expiresAt: { $gt: at } };
  return endReason === INACTIVITY ? { idleEndsAt: { $lte: at }, expiresAt: { $gt: at } } : { expiresAt: { $lte: at } };
}

function claimed({ by, at }: EndClaim): { endClaimedAt: Date; endClaimedBy: string } {
  return { endClaimedAt: new Date(at), endClaimedBy: by };
}

/** Null for a document that this gateway cannot have written; its claim stays with whoever looked. */
function unrecordedEnd(document: Readonly<WithId<SessionDocument | VoidStartDocument>>): UnrecordedEnd | null {
  if (document.status === 'VOID') return { kind: 'void', id: document._id };
  const session = sessionFromDocument(document);
  return session && { kind: 'ended', session };
}
