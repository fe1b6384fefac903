import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Store } from '../../src/stores/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { MONGO_TIMEOUT_MS } from '../contract/mongo-setting.js';
import { findMongoPeers, type MongoPeer, type MongoPeerKind } from '../support/mongo-peer.js';
import { BSON_TYPES, type BsonAttack } from './attacks-on-bson-types.js';
import { describeForging } from './describe-forging.js';
import { describePruning } from './describe-pruning.js';
import { describeTampering, type Scene } from './describe-tampering.js';
import type { Copy } from './raw-database.js';
import { type MongoDocuments, openMongoDocuments } from './raw-mongo.js';
import { type WrittenTrail, writeTrail } from './written-trail.js';

/** As many attacks at once; each database has a trail of its own, and is put back as it was after each attack. */
const DATABASES = 4;

interface Attackable {
  readonly name: string;
  readonly store: Store;
  readonly db: MongoDocuments;
  readonly trail: WrittenTrail;
  readonly copies: readonly Copy[];
  readonly whole: Copy;
}

// One server is enough: what the verifier makes of a document does not depend on who keeps it.
const kinds = (await findMongoPeers()).slice(0, 1);

for (const kind of kinds) {
  describe(`the documents of MongoDB, on ${kind.name}`, { timeout: MONGO_TIMEOUT_MS }, () => {
    let peer: MongoPeer;
    let client: MongoClient;
    let folder: string;
    const free: Attackable[] = [];
    const waiting: ((database: Attackable) => void)[] = [];

    beforeAll(async () => {
      peer = await kind.start();
      client = new MongoClient(peer.uri, { serverSelectionTimeoutMS: 10_000 });
      folder = await mkdtemp(path.join(tmpdir(), 'tampering-'));
      for (let count = 0; count < DATABASES; count += 1) free.push(await written(count));
    }, MONGO_TIMEOUT_MS);

    afterAll(async () => {
      for (const { store, name } of free) {
        await store.close();
        // The data of a server that the tests started goes with it.
        if (kind.lacks['own-process'] !== undefined) await client.db(name).dropDatabase();
      }
      await client.close();
      await peer.stop();
      await rm(folder, { recursive: true, force: true });
    }, MONGO_TIMEOUT_MS);

    async function written(count: number): Promise<Attackable> {
      const name = `tampering_${process.pid}_${Date.now().toString(36)}_${count}`;
      const store = createMongoStore({ uri: peer.uri, database: name });
      await store.open();
      const db = openMongoDocuments(client.db(name));
      const copies: Copy[] = [];
      const place = await mkdtemp(path.join(folder, 'trail-'));
      const trail = await writeTrail(store, place, async () => void copies.push(await db.copy()));
      return { name, store, db, trail, copies, whole: await db.copy() };
    }

    async function take(): Promise<Attackable> {
      return free.pop() ?? new Promise((resolve) => waiting.push(resolve));
    }

    function release(database: Attackable): void {
      const next = waiting.shift();
      if (next === undefined) free.push(database);
      else next(database);
    }

    async function openScene(): Promise<Scene<MongoDocuments>> {
      const database = await take();
      const { store, db, trail, copies, whole } = database;
      await db.putBack(whole);
      const place = await mkdtemp(path.join(folder, 'attacked-'));
      return {
        ground: {
          db,
          trail,
          copyAtSeal: (index) => {
            const copy = copies[index];
            if (copy === undefined) throw new Error(`there is no copy of seal ${index}`);
            return copy;
          },
          eraseByThePort: (personId) => store.events.eraseDetails(personId),
        },
        folder: place,
        store: async () => store,
        close: async () => release(database),
      };
    }

    describeTampering(openScene, possibleOn(kind));
    describeForging(openScene);
    describePruning(openScene);
  });
}

/** The attacks that the peer can be made to suffer; the others are named, with the reason. */
function possibleOn(kind: MongoPeerKind): readonly BsonAttack[] {
  return BSON_TYPES.filter(({ row, name, needs = [] }) => {
    const reasons = needs.flatMap((ability) => kind.lacks[ability] ?? []);
    if (reasons.length > 0)
      console.warn(`NOT RUN on ${kind.name}, because ${reasons.join('; ')}:\n  - ${row}: ${name}`);
    return reasons.length === 0;
  });
}

if (kinds.length === 0) {
  it('documents of MongoDB were tampered with', ({ skip }) => {
    if (process.env.CI !== undefined) throw new Error('no MongoDB-compatible server could be had');
    skip('no MongoDB-compatible server could be had');
  });
}
