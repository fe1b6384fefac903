import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreUnavailableError, StoreUnusableError } from '../../../../src/errors/index.js';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { activeSession, directoryUser, eventChain } from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function refusal(directory: string): Promise<StoreUnusableError> {
  const error = await createEmbeddedStore({ directory })
    .open()
    .then(
      () => 'opened',
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(StoreUnusableError);
  const { message } = error as StoreUnusableError;
  // One sentence for an operator: no line break, no stack, no code of libsql.
  expect(message).toMatch(/^The embedded store cannot be used: [^\n]+\.$/);
  expect(message).not.toMatch(/SQLITE|ConnectionFailed|Error:/);
  return error as StoreUnusableError;
}

/** A directory with a database that holds something, closed. */
async function filledDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  await store.events.append(eventChain('a', 100));
  await store.close();
  // Everything into the one file, as after a clean end of the last process.
  const file = openFile(directory);
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
  return directory;
}

describe('opening the embedded store', () => {
  it('creates the directory and its parents for the owner alone, and every file too', async () => {
    const parent = temporaryDirectory();
    const directory = join(parent, 'deep', 'data');
    const store = await openStore(directory);
    await store.events.append(eventChain('a', 3));
    expect(mode(join(parent, 'deep'))).toBe('700');
    expect(mode(directory)).toBe('700');
    for (const file of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm'])
      expect(mode(join(directory, file)), file).toBe('600');
  });

  it('takes the rights of group and others from files that had them, and leaves a directory that exists as it is', async () => {
    const directory = await filledDirectory();
    chmodSync(join(directory, 'gateway.db'), 0o666);
    chmodSync(directory, 0o755);
    const store = await openStore(directory);
    expect(mode(join(directory, 'gateway.db'))).toBe('600');
    expect(mode(directory)).toBe('755');
    expect(await store.events.chain('a', 0, 200)).toHaveLength(100);
  });

  it('may be done twice, and by several at once on a directory that does not exist yet', async () => {
    const directory = join(temporaryDirectory(), 'data');
    const stores = Array.from({ length: 5 }, () => createEmbeddedStore({ directory }));
    onTestFinished(async () => {
      for (const store of stores) await store.close();
    });
    await Promise.all(stores.flatMap((store) => [store.open(), store.open()]));
    await Promise.all(stores.map((store, index) => store.events.append(eventChain(`chain-${index}`, 3))));
    expect(await stores[0]?.events.chains()).toHaveLength(5);
  });

  it('refuses a directory that is a file, and leaves that file alone', async () => {
    const path = join(temporaryDirectory(), 'data');
    writeFileSync(path, 'precious');
    expect((await refusal(path)).message).toBe(`The embedded store cannot be used: ${path} is not a directory.`);
    expect((await refusal(join(path, 'below'))).message).toContain('is not a directory');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('refuses a database that is a directory', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'gateway.db'));
    expect((await refusal(directory)).message).toContain('is a directory, not a database file');
  });

  it('refuses a place where nothing can be created', async () => {
    const parent = temporaryDirectory();
    symlinkSync(join(parent, 'volume that is not mounted'), join(parent, 'link'));
    for (const directory of ['/proc/impersonation-gateway', join(parent, 'link'), join(parent, 'link', 'data')]) {
      const error = await refusal(directory);
      expect(error.message).toContain(directory);
      expect(error.cause).toBeInstanceOf(Error);
    }
  });

  const damages: [string, (path: string) => void][] = [
    ['other text', (path) => writeFileSync(path, 'this is not a database at all\n'.repeat(1000))],
    ['a file cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
    ['a file of a few bytes', (path) => truncateSync(path, 50)],
    [
      'a header that was overwritten',
      (path) => writeFileSync(path, Buffer.concat([Buffer.alloc(64, 0xff), readFileSync(path).subarray(64)])),
    ],
    [
      'a schema that was overwritten',
      (path) => {
        const bytes = readFileSync(path);
        bytes.fill(0xff, 100, 4096);
        writeFileSync(path, bytes);
      },
    ],
  ];
  for (const [damage, inflict] of damages) {
    it(`refuses ${damage} as corrupt and changes no byte of it`, async () => {
      const directory = await filledDirectory();
      const path = join(directory, 'gateway.db');
      inflict(path);
      const before = readFileSync(path);
      expect((await refusal(directory)).message).toBe(
        `The embedded store cannot be used: ${path} is corrupt or is not a database; nothing was changed, restore it from a backup.`,
      );
      expect(readFileSync(path).equals(before)).toBe(true);
    });
  }

  it('refuses a database that a newer version has written, and changes no byte of it', async () => {
    const directory = await filledDirectory();
    const file = openFile(directory);
    file.exec('PRAGMA user_version = 5');
    file.pragma('wal_checkpoint(TRUNCATE)');
    file.close();
    const before = readFileSync(join(directory, 'gateway.db'));
    expect((await refusal(directory)).message).toMatch(/newer version of this gateway \(schema 5, known up to 4\)\.$/);
    expect(readFileSync(join(directory, 'gateway.db')).equals(before)).toBe(true);
  });

  it('refuses the database of another program, and changes no byte of it', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'gateway.db');
    const other = new Database(path);
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    const before = readFileSync(path);
    expect((await refusal(directory)).message).toContain('is the database of another program');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says that another process holds the lock when it does not let go', async () => {
    const directory = await filledDirectory();
    const file = openFile(directory);
    file.exec('BEGIN IMMEDIATE');
    expect((await refusal(directory)).message).toContain('is locked by another process');
    file.exec('ROLLBACK');
    expect(await (await openStore(directory)).events.chain('a', 0, 200)).toHaveLength(100);
  });

  it('refuses a backup that was put beside the log of another database: their pages would be mixed', async () => {
    const store = await openStore(await filledDirectory());
    const directory = temporaryDirectory();
    const path = join(directory, 'gateway.db');
    await store.copyTo?.(path);
    const elsewhere = temporaryDirectory();
    await (await openStore(elsewhere)).events.append(eventChain('b', 10));
    for (const name of ['-wal', '-shm']) copyFileSync(join(elsewhere, `gateway.db${name}`), `${path}${name}`);
    const before = readFileSync(path);
    expect((await refusal(directory)).message).toContain('was put back beside the log of another database');
    expect(readFileSync(path).equals(before)).toBe(true);
    for (const name of ['-wal', '-shm']) rmSync(`${path}${name}`);
    expect(await (await openStore(directory)).events.chain('a', 0, 200)).toHaveLength(100);
  });

  it('takes up its own log after a crash, and lets several open it beside one another', async () => {
    const place = temporaryDirectory();
    const store = await openStore(place);
    await store.events.append(eventChain('a', 10));
    const directory = temporaryDirectory();
    for (const name of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm']) {
      copyFileSync(join(place, name), join(directory, name));
    }
    for (const one of [await openStore(directory), await openStore(directory)]) {
      expect(await one.events.chain('a', 0, 200)).toHaveLength(10);
    }
  });

  it('creates an index that is missing', async () => {
    const directory = await filledDirectory();
    openFile(directory).exec('DROP INDEX eventsByActor');
    const store = await openStore(directory);
    const page = await store.events.page({ actorId: 'user_ada' }, { limit: 500, direction: 'forward' });
    expect(page.items).toHaveLength(100);
  });

  it('refuses every call before it', async () => {
    const store = createEmbeddedStore({ directory: temporaryDirectory() });
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.events.append(eventChain('a', 1))).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.sessions.insert(activeSession(), 1)).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.users.findByIds([directoryUser().id])).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});
