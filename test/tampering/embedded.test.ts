import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { SQLITE_TYPES } from './attacks-on-sqlite-types.js';
import { describeForging } from './describe-forging.js';
import { describePruning } from './describe-pruning.js';
import { describeTampering, type Scene } from './describe-tampering.js';
import type { Copy } from './raw-database.js';
import { openSqliteFile, type SqliteFile } from './raw-sqlite.js';
import { type WrittenTrail, writeTrail } from './written-trail.js';

let folder: string;
let trail: WrittenTrail;
let original: SqliteFile;
const copies: Copy[] = [];

/** Written once, by the product; every attack gets a copy of the files. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tampering-'));
  const directory = path.join(folder, 'original');
  const store = createEmbeddedStore({ directory });
  await store.open();
  original = openSqliteFile(directory);
  trail = await writeTrail(store, folder, async () => void copies.push(await original.copy()));
  await store.close();
});

afterAll(async () => {
  await original.close();
  await rm(folder, { recursive: true, force: true });
});

async function openScene(storeIsOpen: boolean): Promise<Scene<SqliteFile>> {
  const place = await mkdtemp(path.join(folder, 'attacked-'));
  const directory = path.join(place, 'data');
  await cp(path.join(folder, 'original'), directory, { recursive: true });
  const opened: Store[] = [];
  const openStore = async () => {
    const store = createEmbeddedStore({ directory });
    await store.open();
    opened.push(store);
    return store;
  };
  const gateways = storeIsOpen ? await openStore() : null;
  const db = openSqliteFile(directory);
  return {
    ground: {
      db,
      trail,
      copyAtSeal: (index) => {
        const copy = copies[index];
        if (copy === undefined) throw new Error(`there is no copy of seal ${index}`);
        return copy;
      },
      async eraseByThePort(personId) {
        const store = gateways ?? (await openStore());
        return store.events.eraseDetails(personId);
      },
    },
    folder: place,
    store: async () => gateways ?? openStore(),
    async close() {
      for (const store of opened) await store.close();
      await db.close();
      await rm(place, { recursive: true, force: true });
    },
  };
}

describe('the file of the embedded store, attacked while no gateway runs', () => {
  describeTampering(() => openScene(false), SQLITE_TYPES);
  describeForging(() => openScene(false));
  describePruning(() => openScene(false));
});

describe('the file of the embedded store, attacked while a gateway has it open', () => {
  describeTampering(() => openScene(true), SQLITE_TYPES);
  describeForging(() => openScene(true));
  describePruning(() => openScene(true));
});
