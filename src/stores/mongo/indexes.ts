import { setTimeout as pause } from 'node:timers/promises';
import type { IndexDescription } from 'mongodb';
import { StoreUnavailableError, StoreUnusableError } from '../../errors/index.js';
import type { MongoConnection } from './connection.js';
import { knowsNoSuchOption, mayNot, noSuchCollection, openingFailure } from './failures.js';
import { byReadiness, indexInWords, missingIndexes } from './index-definitions.js';
import { INDEX_BUILD_MS, INDEX_POLL_MS, READ_MS } from './limits.js';
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
  { key: { status: 1, idleEndsAt: 1, _id: 1 } },
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

/** Is told, in words for the operator, what an opening waits for that another process does. */
export type OnWaiting = (what: string) => void;

/**
 * Makes sure that the indexes are there and ready: asks which are, and creates only what is missing. A database user that may not
 * create any (as the gateway's own should not, in production) can therefore start over a prepared database. One that another process
 * is still building is waited for, whoever may create: nothing rests on an index that does not guard yet.
 * @throws StoreUnusableError where some are missing and the server refuses to make them, e.g. because the database user may not, or
 *   because an index of that name exists with another definition.
 * @throws StoreUnavailableError where it does not answer, or a build of another process does not end.
 */
export async function ensureIndexes(
  connection: Pick<MongoConnection, 'run'>,
  collection: string,
  indexes: readonly IndexDescription[],
  onWaiting: OnWaiting = () => undefined,
): Promise<void> {
  const what = `the indexes of ${collection}`;
  const deadline = performance.now() + INDEX_BUILD_MS;
  for (let refusal: unknown; ; await pause(INDEX_POLL_MS)) {
    const { ready, building } = byReadiness(await foundIndexes(connection, what, collection));
    const missing = missingIndexes(indexes, ready);
    if (missing.length === 0) return;
    const lacking = missingIndexes(missing, building);
    const awaited = missing.filter((index) => !lacking.includes(index)).map(indexInWords);
    if (awaited.length > 0 && refusal === undefined) {
      onWaiting(`indexes of ${collection} that another process is building: ${awaited.join(', ')}`);
    }
    // To ask for one that is being built is to wait for the end of that build, and to make it where that one failed.
    refusal ??= await refusalToCreate(connection, what, collection, missing);
    if (refusal === null) return;
    if (lacking.length > 0) {
      const named = lacking.map(indexInWords).join(', ');
      throw new StoreUnusableError(
        `The database user may not create the indexes that ${collection} lacks: ${named}. ` +
          '`impersonation-gateway store prepare`, run once as a user that may, makes them.',
        { cause: refusal },
      );
    }
    if (performance.now() > deadline) {
      throw new StoreUnavailableError(
        `Indexes of ${collection} are still being built by another process: ${awaited.join(', ')}.`,
      );
    }
  }
}

/** Null where they are made; the server's refusal where this database user may not make any. */
async function refusalToCreate(
  connection: Pick<MongoConnection, 'run'>,
  what: string,
  collection: string,
  missing: IndexDescription[],
): Promise<unknown> {
  try {
    await connection.run(what, (db) => db.collection(collection).createIndexes(missing), {
      deadlineMs: INDEX_BUILD_MS,
      expected: () => true,
    });
    return null;
  } catch (error) {
    if (mayNot(error)) return error;
    throw openingFailure(what, error);
  }
}

/**
 * None where the collection is not there yet, where the database user may not ask, and where the server does not tell what is ready from
 * what is not: then its word on creating counts.
 */
async function foundIndexes(
  connection: Pick<MongoConnection, 'run'>,
  what: string,
  collection: string,
): Promise<unknown[]> {
  const nothingToLearn = (error: unknown) => noSuchCollection(error) || mayNot(error) || knowsNoSuchOption(error);
  try {
    const question = { listIndexes: collection, includeBuildUUIDs: true, cursor: {}, maxTimeMS: READ_MS };
    return await connection.run(what, (db) => db.runCursorCommand(question).toArray(), { expected: nothingToLearn });
  } catch (error) {
    if (nothingToLearn(error)) return [];
    throw openingFailure(what, error);
  }
}
