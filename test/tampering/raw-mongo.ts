import { Binary, type Collection, type Db, type Document } from 'mongodb';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import type { Copy, RawDatabase } from './raw-database.js';

interface DocumentCopy extends Copy {
  readonly documents: ReadonlyMap<string, readonly Document[]>;
}

/** Documents whatever has been made of them: no type holds. */
type Documents = Collection<any>;

/** A database of MongoDB, opened by the driver with nothing of the product's in between. */
export interface MongoDocuments extends RawDatabase {
  /** The field as it is stored, its BSON type kept. */
  field(id: string, name: string): Promise<unknown>;
  sealField(index: number, name: string): Promise<unknown>;
  unsetInEvent(id: string, field: string): Promise<void>;
}

const EVENTS = 'impersonationEvents';
const SEALS = 'auditSeals';
/** Numbers come as the BSON types they are, and go back as these. */
const AS_STORED = { promoteValues: false, promoteLongs: false } as const;

export function openMongoDocuments(db: Db): MongoDocuments {
  const events: Documents = db.collection(EVENTS);
  const seals: Documents = db.collection(SEALS);

  async function put(collection: Documents, document: Document) {
    const { _id } = document;
    await collection.deleteMany({ _id });
    await collection.insertOne(document);
  }

  async function set(collection: Documents, _id: unknown, change: Document) {
    const { matchedCount } = await collection.updateOne({ _id }, change);
    if (matchedCount !== 1) throw new Error(`there is no document ${String(_id)}`);
  }

  return {
    async events() {
      return (await events.find({}).sort({ chain: 1, sequence: 1 }).toArray()).map(eventOf);
    },
    async seals() {
      return (await seals.find({}).sort({ _id: 1 }).toArray()).map(sealOf);
    },
    field: async (_id, name) => (await events.findOne({ _id }, AS_STORED))?.[name],
    sealField: async (_id, name) => (await seals.findOne({ _id }, AS_STORED))?.[name],
    unsetInEvent: (id, field) => set(events, id, { $unset: { [field]: 1 } }),
    async setInEvent(id, field, value) {
      if (field !== 'id') return set(events, id, { $set: { [field]: bson(value) } });
      // An id cannot be changed in MongoDB: the attacker takes the document out and puts it in again.
      const document = await events.findOne({ _id: id }, AS_STORED);
      if (document === null) throw new Error(`there is no event ${id}`);
      await events.deleteOne({ _id: id });
      await events.insertOne({ ...document, _id: value });
    },
    setInSeal: (index, field, value) => set(seals, index, { $set: { [field]: bson(value) } }),
    async deleteEvents(ids) {
      const { deletedCount } = await events.deleteMany({ _id: { $in: [...ids] } });
      if (deletedCount !== ids.length) throw new Error(`${deletedCount} of ${ids.length} events were deleted`);
    },
    async putEvents(changed) {
      for (const { id, ...rest } of changed) {
        await put(events, { _id: id, ...withBson(rest), occurredAt: new Date(rest.occurredAt) });
      }
    },
    async deleteSeals(indices) {
      const { deletedCount } = await seals.deleteMany({ _id: { $in: [...indices] } });
      if (deletedCount !== indices.length) throw new Error(`${deletedCount} of ${indices.length} seals were deleted`);
    },
    async putSeals(changed) {
      for (const { index, previousHash, kid, body, sealedAt, chains, ...rest } of changed) {
        const said = JSON.parse(body) as { chains: { chain: string; from: number; to: number; head: string }[] };
        await put(seals, {
          _id: index,
          sealedAt: new Date(sealedAt),
          previousSealHash: bson(previousHash),
          chains: said.chains
            .filter(({ chain }) => chains.includes(chain))
            .map(({ chain, from, to, head }) => ({ chain, from, to, head })),
          body,
          key: kid,
          ...withBson(rest),
        });
      }
    },
    async copy() {
      const documents = new Map<string, Document[]>();
      for (const name of [EVENTS, SEALS]) {
        documents.set(name, await db.collection(name).find({}, AS_STORED).toArray());
      }
      return { of: 'database', documents } satisfies DocumentCopy;
    },
    async putBack(copy) {
      for (const [name, earlier] of (copy as DocumentCopy).documents) {
        await db.collection(name).deleteMany({});
        if (earlier.length > 0) await db.collection(name).insertMany([...earlier]);
      }
    },
    close: async () => undefined,
  };
}

/** Bytes as the generic binary that the store writes; all else as it is. */
function bson(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Binary(Buffer.from(value));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return withBson(value as Document);
}

function withBson(document: Document): Document {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, bson(value)]));
}

function eventOf({ _id, ...rest }: Document): StoredEvent {
  const { details, previousHash, hash, signature, occurredAt } = rest;
  return {
    ...rest,
    id: _id,
    previousHash: bytes(previousHash),
    hash: bytes(hash),
    signature: signature && bytes(signature),
    details: details ? { salt: bytes(details.salt), text: details.text } : null,
    occurredAt: occurredAt.getTime(),
  } as unknown as StoredEvent;
}

function sealOf({ _id, previousSealHash, key, ...rest }: Document): StoredSeal {
  const { hash, signature, sealedAt, chains } = rest;
  return {
    ...rest,
    index: _id,
    previousHash: bytes(previousSealHash),
    kid: key,
    hash: bytes(hash),
    signature: bytes(signature),
    sealedAt: sealedAt.getTime(),
    chains: chains.map(({ chain }: { chain: string }) => chain),
  } as unknown as StoredSeal;
}

function bytes(value: Binary): Uint8Array {
  return new Uint8Array(value.value());
}
