import type { IndexDescription } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { openingFailure } from './failures.js';
import { INDEX_BUILD_MS } from './limits.js';
import type { UserFields } from './user-fields.js';

/** One for each filter of the trail, each in the order of the list, which an index serves in either direction. */
export const EVENT_INDEXES: readonly IndexDescription[] = [
  { key: { chain: 1, sequence: 1 } },
  { key: { occurredAt: 1, _id: 1 } },
  ...['type', 'outcome', 'actorId', 'subjectId', 'sessionId', 'requestId', 'operationName'].map((field) => ({
    key: { [field]: 1, occurredAt: 1, _id: 1 },
  })),
];

/** Small: one entry for each chain, from which those opened since a moment are read. */
export const OPENING_INDEX: IndexDescription = {
  key: { occurredAt: 1 },
  partialFilterExpression: { sequence: 0 },
};

export const SEAL_INDEXES: readonly IndexDescription[] = [{ key: { 'chains.chain': 1, _id: -1 } }];

export const SESSION_INDEXES: readonly IndexDescription[] = [
  { key: { startedAt: 1, _id: 1 } },
  ...['status', 'actorId', 'subjectId'].map((field) => ({ key: { [field]: 1, startedAt: 1, _id: 1 } })),
  { key: { status: 1, expiresAt: 1, _id: 1 } },
  { key: { actorId: 1, status: 1, expiresAt: 1 } },
  // The limit of active sessions rests on this one: see session-starts.ts.
  { key: { activeSlot: 1 }, unique: true, sparse: true },
  { key: { endClaimedAt: 1 }, sparse: true },
];

/** What serves the directory: look-up by id (unless that is `_id`), search by name, by e-mail address, by role. */
export function userIndexes(fields: UserFields): IndexDescription[] {
  const { id, name, email, roles } = fields;
  return [
    ...(id === '_id' ? [] : [{ key: { [id]: 1 } }]),
    ...[name, email, roles].map((path) => ({ key: { [path]: 1, [id]: 1 } })),
  ];
}

/**
 * Creates the indexes that are missing; resolves once all of them can be used.
 * @throws StoreUnusableError where the server refuses, e.g. because the database user may not, or because an index of that name
 *   exists with another definition.
 * @throws StoreUnavailableError where it does not answer.
 */
export async function ensureIndexes(
  connection: MongoConnection,
  collection: string,
  indexes: readonly IndexDescription[],
): Promise<void> {
  const what = `the indexes of ${collection}`;
  try {
    await connection.run(what, (db) => db.collection(collection).createIndexes([...indexes]), {
      deadlineMs: INDEX_BUILD_MS,
      expected: () => true,
    });
  } catch (error) {
    throw openingFailure(what, error);
  }
}
