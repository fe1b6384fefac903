import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, it } from 'vitest';
import { createMongoStore, type MongoStore, type MongoStoreOptions } from '../../src/stores/mongo/index.js';
import type { MongoAbility, MongoPeer, MongoPeerKind } from '../support/mongo-peer.js';
import { type MongoWire, openMongoWire } from '../support/mongo-wire.js';

/** Of one test or hook against a server, milliseconds. */
export const MONGO_TIMEOUT_MS = 60_000;

/** A guarantee that was not tested on a server, and what the server lacks for it. */
interface NotRun {
  readonly guarantee: string;
  readonly reason: string;
}

/** A running server, and what the tests of the store in MongoDB ask of it. */
export interface MongoSetting {
  readonly kind: MongoPeerKind;
  readonly peer: () => MongoPeer;
  readonly notRun: NotRun[];
  /** A database name not used before; the database goes when the suite ends. */
  readonly freshName: () => string;
  /** Removes that database before the suite ends. */
  readonly discard: (name: string) => Promise<void>;
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
  let count = 0;
  const names = new Set<string>();
  const discard = async (name: string) => {
    // The data of a server that the tests started goes with it.
    if (kind.lacks['own-process'] !== undefined) await started(client).db(name).dropDatabase();
    names.delete(name);
  };
  beforeAll(async () => {
    peer = await kind.start();
    client = new MongoClient(peer.uri, { serverSelectionTimeoutMS: 10_000 });
  }, MONGO_TIMEOUT_MS);
  const notRun: NotRun[] = [];
  afterAll(async () => {
    reportNotRun(kind, notRun);
    for (const name of names) await discard(name);
    await client?.close();
    await peer?.stop();
  }, MONGO_TIMEOUT_MS);
  return {
    kind,
    peer: () => started(peer),
    notRun,
    freshName() {
      const name = `gateway_test_${process.pid}_${Date.now().toString(36)}_${count}`;
      count += 1;
      names.add(name);
      return name;
    },
    discard,
    db: (name) => started(client).db(name),
  };
}

interface WiredStoreOptions extends Partial<MongoStoreOptions> {
  /** Puts into the database what is to be there before the store opens. */
  readonly prepare?: (db: Db) => Promise<void>;
}

/** Opens a store over a fresh database, behind a wire. */
export async function openWiredStore(
  setting: MongoSetting,
  { prepare, ...options }: WiredStoreOptions = {},
): Promise<WiredStore & { close(): Promise<void> }> {
  const name = setting.freshName();
  const db = setting.db(name);
  await prepare?.(db);
  const wire = await openMongoWire(setting.peer().uri);
  const store = createMongoStore({ uri: wire.uri, database: name, ...options });
  const close = async () => {
    wire.mend();
    await store.close();
    await wire.close();
    await setting.discard(name);
  };
  try {
    await store.open();
  } catch (error) {
    await close();
    throw error;
  }
  return { store, wire, db, name, close };
}

/** The same for the time of `use`. */
export async function withWiredStore(
  setting: MongoSetting,
  use: (wired: WiredStore) => Promise<void>,
  options: WiredStoreOptions = {},
): Promise<void> {
  const wired = await openWiredStore(setting, options);
  try {
    await use(wired);
  } finally {
    await wired.close();
  }
}

/** A test that runs only where the server can do what it needs; elsewhere it is named among those that were not run. */
export function itNeeds(
  { kind, notRun }: MongoSetting,
  abilities: readonly MongoAbility[],
  guarantee: string,
  test: () => Promise<void>,
): void {
  const reasons = abilities.flatMap((ability) => kind.lacks[ability] ?? []);
  if (reasons.length === 0) it(guarantee, test, MONGO_TIMEOUT_MS);
  else notRun.push({ guarantee, reason: reasons.join('; ') });
}

function reportNotRun(kind: MongoPeerKind, notRun: readonly NotRun[]): void {
  for (const reason of new Set(notRun.map((test) => test.reason))) {
    const names = notRun.filter((test) => test.reason === reason).map(({ guarantee }) => `\n  - ${guarantee}`);
    console.warn(`NOT RUN on ${kind.name}, because ${reason}:${names.join('')}`);
  }
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the server has not been started');
  return value;
}
