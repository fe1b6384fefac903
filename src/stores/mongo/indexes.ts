import type { IndexDescription } from 'mongodb';
import { StoreUnusableError } from '../../errors/index.js';
import type { MongoConnection } from './connection.js';
import { mayNot, noSuchCollection, openingFailure } from './failures.js';
import { indexInWords, missingIndexes } from './index-definitions.js';
import { INDEX_BUILD_MS, READ_MS } from './limits.js';
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
 * Makes sure that the indexes are there: asks which are, and creates only what is missing. A database user that may not create any
 * (as the gateway's own should not, in production) can therefore start over a prepared database.
 * @throws StoreUnusableError where some are missing and the server refuses to make them, e.g. because the database user may not, or
 *   because an index of that name exists with another definition.
 * @throws StoreUnavailableError where it does not answer.
 */
export async function ensureIndexes(
  connection: MongoConnection,
  collection: string,
  indexes: readonly IndexDescription[],
): Promise<void> {
  const what = `the indexes of ${collection}`;
  const missing = missingIndexes(indexes, await foundIndexes(connection, what, collection));
  if (missing.length === 0) return;
  try {
    await connection.run(what, (db) => db.collection(collection).createIndexes(missing), {
      deadlineMs: INDEX_BUILD_MS,
      expected: () => true,
    });
  } catch (error) {
    if (!mayNot(error)) throw openingFailure(what, error);
    const named = missing.map(indexInWords).join(', ');
    throw new StoreUnusableError(
      `The database user may not create the indexes that ${collection} lacks: ${named}. ` +
        '`impersonation-gateway store prepare`, run once as a user that may, makes them.',
      { cause: error },
    );
  }
}

/** None where the collection is not there yet, and where the database user may not ask: then the server's word on creating counts. */
async function foundIndexes(connection: MongoConnection, what: string, collection: string): Promise<unknown[]> {
  try {
    return await connection.run(what, (db) => db.collection(collection).listIndexes({ maxTimeMS: READ_MS }).toArray(), {
      expected: (error) => noSuchCollection(error) || mayNot(error),
    });
  } catch (error) {
    if (noSuchCollection(error) || mayNot(error)) return [];
    throw openingFailure(what, error);
  }
}
