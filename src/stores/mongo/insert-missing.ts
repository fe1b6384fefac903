import { setTimeout as pause } from 'node:timers/promises';
import type { Collection, OptionalUnlessRequiredId, WithId } from 'mongodb';
import { StoreUnavailableError } from '../../errors/index.js';
import type { MongoConnection } from './connection.js';
import { isDuplicateKey } from './failures.js';
import { MAJORITY_MS, MAJORITY_POLL_MS, READ_MS } from './limits.js';

interface Identified {
  _id: string;
}

/**
 * Inserts, in order, those of the documents whose id is not taken, and resolves once ALL of them are stored on a majority,
 * whoever wrote them. A document found stored is believed only when a majority read shows it: the attempt that wrote it may
 * have timed out before a majority had it, and could still be rolled back.
 * @param check is asked about each document found stored; it throws to stop.
 * @throws StoreUnavailableError, also where a document another writer stored does not reach the majority in time.
 */
export async function insertMissing<S extends Identified>(
  connection: MongoConnection,
  what: string,
  collectionName: string,
  documents: readonly S[],
  check: (ours: S, stored: WithId<S>) => void,
): Promise<void> {
  let rest = documents;
  while (rest.length > 0) {
    if (await inserted(connection, what, collectionName, rest)) return;
    const stored = await majorityView(connection, what, collectionName, rest);
    rest = rest.filter((ours) => {
      const theirs = stored.get(ours._id);
      if (theirs !== undefined) check(ours, theirs);
      return theirs === undefined;
    });
  }
}

/** False where an id was taken: how many were written before that one differs from server to server. */
async function inserted<S extends Identified>(
  connection: MongoConnection,
  what: string,
  collectionName: string,
  documents: readonly S[],
): Promise<boolean> {
  try {
    await connection.run(
      what,
      (db) =>
        db.collection<S>(collectionName).insertMany(documents as OptionalUnlessRequiredId<S>[], { ordered: true }),
      { expected: isDuplicateKey },
    );
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Those of the documents that a majority holds, by id; never none, as at least one id was taken. */
async function majorityView<S extends Identified>(
  connection: MongoConnection,
  what: string,
  collectionName: string,
  documents: readonly S[],
): Promise<ReadonlyMap<string, WithId<S>>> {
  const ids = documents.map(({ _id }) => _id);
  for (let waited = 0; waited <= MAJORITY_MS; waited += MAJORITY_POLL_MS) {
    const found = await connection.run(what, (db) => findByIds(db.collection<S>(collectionName), ids));
    if (found.length > 0) return new Map(found.map((document) => [document._id, document]));
    await pause(MAJORITY_POLL_MS);
  }
  throw new StoreUnavailableError(
    `MongoDB did not answer ${what}: a write of another writer has not reached a majority`,
  );
}

function findByIds<S extends Identified>(collection: Collection<S>, ids: readonly string[]): Promise<WithId<S>[]> {
  return collection
    .find({ _id: { $in: ids } } as never, { maxTimeMS: READ_MS, batchSize: ids.length + 1, readConcern: 'majority' })
    .toArray();
}
