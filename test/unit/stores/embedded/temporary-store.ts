import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { onTestFinished } from 'vitest';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import type { Store } from '../../../../src/stores/index.js';

/** A directory of its own that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An opened store that is closed after the test. */
export async function openStore(directory: string): Promise<Store> {
  const store = createEmbeddedStore({ directory });
  await store.open();
  onTestFinished(() => store.close());
  return store;
}

/** The database file itself, as somebody with access to the machine has it. */
export function openFile(directory: string): Database.Database {
  const database = new Database(join(directory, 'gateway.db'), { timeout: 1000 });
  onTestFinished(() => {
    database.close();
  });
  return database;
}
