import { setTimeout as pause } from 'node:timers/promises';
import type { Collection, WithId } from 'mongodb';
import { StoreUnavailableError } from '../../errors/index.js';
import type { MongoConnection } from './connection.js';
import { MAJORITY_MS, MAJORITY_POLL_MS, READ_MS } from './limits.js';

/** A document of a collection whose ids are ours. */
export interface Identified {
  _id: string | number;
}

/**
 * Those of the documents that a majority holds, never none: at least one of the ids is known to be taken. A document that was
 * in the way of an insert is believed only here: the attempt that wrote it may have timed out before a majority had it, and
 * could still be rolled back.
 * @throws StoreUnavailableError where none of them reaches the majority in time.
 */
export async function majorityView<S extends Identified>(
  connection: MongoConnection,
  what: string,
  collectionName: string,
  ids: readonly S['_id'][],
): Promise<readonly WithId<S>[]> {
  for (let waited = 0; waited <= MAJORITY_MS; waited += MAJORITY_POLL_MS) {
    const found = await connection.run(what, (db) => findByIds(db.collection<S>(collectionName), ids));
    if (found.length > 0) return found;
    await pause(MAJORITY_POLL_MS);
  }
  throw new StoreUnavailableError(
    `MongoDB did not answer ${what}: a write of another writer has not reached a majority`,
  );
}

function findByIds<S extends Identified>(collection: Collection<S>, ids: readonly S['_id'][]): Promise<WithId<S>[]> {
  return collection
    .find({ _id: { $in: ids } } as never, { maxTimeMS: READ_MS, batchSize: ids.length + 1, readConcern: 'majority' })
    .toArray();
}
