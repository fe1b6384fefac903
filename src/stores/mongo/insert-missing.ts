import type { OptionalUnlessRequiredId, WithId } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { insertUnlessTaken } from './insert-unless-taken.js';
import { type Identified, majorityView } from './majority-view.js';

/**
 * Inserts, in order, those of the documents whose id is not taken, and resolves once ALL of them are stored on a majority,
 * whoever wrote them; see {@link majorityView} for when a document found stored is believed.
 * @param check is asked about each document found stored; it throws to stop.
 * @throws StoreUnavailableError, also where a document another writer stored does not reach the majority in time.
 */
export async function insertMissing<S extends Identified & { _id: string }>(
  connection: MongoConnection,
  what: string,
  collectionName: string,
  documents: readonly S[],
  check: (ours: S, stored: WithId<S>) => void,
): Promise<void> {
  let rest = documents;
  while (rest.length > 0) {
    // How many were written before the one in the way differs from server to server.
    const inserted = await insertUnlessTaken(connection, what, async (db) => {
      await db.collection<S>(collectionName).insertMany(rest as OptionalUnlessRequiredId<S>[], { ordered: true });
    });
    if (inserted) return;
    const ids = rest.map(({ _id }) => _id);
    const found = await majorityView<S>(connection, what, collectionName, ids);
    const stored = new Map<unknown, WithId<S>>(found.map((document) => [document._id, document]));
    rest = rest.filter((ours) => {
      const theirs = stored.get(ours._id);
      if (theirs !== undefined) check(ours, theirs);
      return theirs === undefined;
    });
  }
}
