import type { Db, Filter } from 'mongodb';
import type { SealStore } from '../seal-store.js';
import type { MongoConnection } from './connection.js';
import { insertUnlessTaken } from './insert-unless-taken.js';
import { READ_MS } from './limits.js';
import { majorityView } from './majority-view.js';
import { type SealDocument, sealDocument, sealFromDocument } from './seal-documents.js';
import { bytesOrNone } from './stored-values.js';

export const SEALS_COLLECTION = 'auditSeals';

/** Numbers keep their BSON type, so that a re-typed value is noticed. */
const AS_STORED = { promoteValues: false, maxTimeMS: READ_MS } as const;

/** Only what can be a seal at all: an `_id` of another type would sort above every number and pass for the newest. */
const ANY_SEAL = { _id: { $gte: 0 } } as const;

/** The seals in the collection `auditSeals`; see {@link SealStore} for what each method guarantees. */
export function createMongoSeals(connection: MongoConnection): SealStore {
  const newest = (what: string, where: Filter<SealDocument>) =>
    connection.run(what, async (db) => {
      const found = await seals(db).findOne({ ...where, ...ANY_SEAL }, { ...AS_STORED, sort: { _id: -1 } });
      return found && sealFromDocument(found);
    });

  return {
    async insert(seal) {
      const insert = async (db: Db) => {
        await seals(db).insertOne(sealDocument(seal));
      };
      if (await insertUnlessTaken(connection, 'seals.insert', insert)) return 'stored';
      const [stored] = await majorityView<SealDocument>(connection, 'seals.insert', SEALS_COLLECTION, [seal.index]);
      return Buffer.from(bytesOrNone(stored?.hash)).equals(seal.hash) ? 'stored' : 'taken';
    },

    latest: () => newest('seals.latest', {}),

    covering: (chain) => newest('seals.covering', { 'chains.chain': chain }),

    from: (index, limit) =>
      connection.run('seals.from', async (db) => {
        if (limit <= 0) return [];
        const found = await seals(db)
          .find({ _id: { $gte: index } }, { ...AS_STORED, batchSize: limit + 1 })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray();
        return found.map(sealFromDocument);
      }),
  };
}

function seals(db: Db) {
  return db.collection<SealDocument>(SEALS_COLLECTION);
}
