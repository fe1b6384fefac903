import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, it } from 'vitest';
import { createMongoStore, type MongoStore, type MongoStoreOptions } from '../../src/stores/mongo/index.js';
import type { MongoAbility, MongoPeer, MongoPeerKind } from '../support/mongo-peer.js';
import { type MongoWire, openMongoWire } from '../support/mongo-wire.js';

/** Of one test or hook against a server, milliseconds. */
export const MONGO_TIMEOUT_MS = 60_000;

/** A running server, and what the tests of the store in MongoDB ask of it. */
export interface MongoSetting {
  readonly kind: MongoPeerKind;
  readonly peer: () => MongoPeer;
  /** A database name not used before; the database goes when the suite ends. */
  readonly freshName: () => string;
  /** That database, past the store. */
  readonly db: (name: string) => Db;
}

/** What one test works with: a database of its own, a store over it, and the wire in between. */
export interface WiredStore {
  readonly store: MongoStore;
  readonly wire: MongoWire;
  readonly db: Db;
  readonly name: string;
}

/** Starts the server before the tests of the enclosing `describe`, and stops it and removes the data after them. */
export function runningMongo(kind: MongoPeerKind): MongoSetting {
  let peer: MongoPeer | undefined;
  let client: MongoClient | undefined;
  const names: string[] = [];
  beforeAll(async () => {
    peer = await kind.start();
    client = new MongoClient(peer.uri, { serverSelectionTimeoutMS: 10_000 });
  }, MONGO_TIMEOUT_MS);
  afterAll(async () => {
    if (kind.lacks['drop-database'] === undefined) await Promise.all(names.map((name) => client?.db(name).dropDatabase()));
    await client?.close();
    await peer?.stop();
  }, MONGO_TIMEOUT_MS);
  return {
    kind,
    peer: () => started(peer),
    freshName() {
      const name = `gateway_test_${process.pid}_${Date.now().toString(36)}_${names.length}`;
      names.push(name);
      return name;
    },
    db: (name) => started(client).db(name),
  };
}

/** Opens a store over a fresh database, behind a wire, for the time of `use`. */
export async function withWiredStore(
  setting: MongoSetting,
  use: (wired: WiredStore) => Promise<void>,
  options: Partial<MongoStoreOptions> & { prepare?: (db: Db) => Promise<void> } = {},
): Promise<void> {
  const name = setting.freshName();
  const { prepare, ...storeOptions } = options;
  await prepare?.(setting.db(name));
  const wire = await openMongoWire(setting.peer().uri);
  const store = createMongoStore({ uri: wire.uri, database: name, ...storeOptions });
  try {
    await store.open();
    await use({ store, wire, db: setting.db(name), name });
  } finally {
    wire.mend();
    await store.close();
    await wire.close();
  }
}

/** A test that runs only where the server can do what it needs; elsewhere it is named among those that were not run. */
export function itNeeds(
  { kind }: MongoSetting,
  abilities: readonly MongoAbility[],
  guarantee: string,
  test: () => Promise<void>,
): void {
  const reasons = abilities.flatMap((ability) => kind.lacks[ability] ?? []);
  if (reasons.length === 0) it(guarantee, test, MONGO_TIMEOUT_MS);
  else console.warn(`NOT RUN on ${kind.name}: "${guarantee}": ${[...new Set(reasons)].join('; ')}`);
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the server has not been started');
  return value;
}
