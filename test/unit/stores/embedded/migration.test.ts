import { describe, expect, it } from 'vitest';
import { writeBindables } from '../../../../src/stores/embedded/bindable.js';
import { EVENT_ROW, EVENT_TABLE, eventValues, INSERT_EVENT } from '../../../../src/stores/embedded/event-rows.js';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { SESSION_TABLE, sessionValues } from '../../../../src/stores/embedded/session-rows.js';
import {
  activeSession,
  comparableEvent,
  comparableSeal,
  EPOCH,
  eventChain,
  storedSeal,
} from '../../../support/store-fixtures.js';
import { SCHEMA_1 } from './schema-1.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const EVENTS = eventChain('old', 300, {
  details: { salt: new Uint8Array(16).fill(9), text: '{"reason":"ü"}' },
  signature: new Uint8Array(64).fill(7),
});
const SESSION = activeSession({ id: 'old' });
const ENDED = activeSession({ id: 'ended', status: 'STOPPED', endedAt: EPOCH, endedById: 'user_ada' });

/** A database as a gateway of version 1 has left it. */
function directoryOfVersion1(): string {
  const directory = temporaryDirectory();
  const file = openFile(directory);
  file.pragma('journal_mode = WAL');
  file.exec(SCHEMA_1);
  const insert = file.prepare(INSERT_EVENT);
  file.exec('BEGIN');
  for (const event of EVENTS) insert.run(writeBindables(eventValues(event)));
  const columns = 13;
  const insertSession = file.prepare(`INSERT INTO ${SESSION_TABLE} VALUES (${'?, '.repeat(columns)}NULL)`);
  for (const session of [SESSION, ENDED]) {
    insertSession.run(writeBindables(sessionValues(session).slice(0, columns)));
  }
  file.exec(`UPDATE impersonationSessions SET endClaimedAt = ${EPOCH} WHERE id = 'ended'`);
  file.exec("INSERT INTO voidedStarts (id, voidedAt) VALUES ('void', 1)");
  file.exec(
    "INSERT INTO users VALUES ('user_carl', 'Carl', 'c@example.com', '[\"USER\"]', 0, NULL, 'carl', 'c@example.com')",
  );
  file.exec('COMMIT');
  file.close();
  return directory;
}

/** Every table and index with its definition. */
function schemaOf(directory: string): unknown {
  return openFile(directory).prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').raw().all([]);
}

describe('a database of schema version 1', () => {
  it('keeps everything it holds when it is opened, and does all that is new', async () => {
    const directory = directoryOfVersion1();
    const store = await openStore(directory);
    expect((await store.events.chain('old', 0, 999)).map(comparableEvent)).toEqual(EVENTS.map(comparableEvent));
    expect((await store.events.page({}, { limit: 999, direction: 'forward' })).items).toHaveLength(300);
    expect(await store.sessions.get('old')).toEqual(SESSION);
    expect(await store.sessions.voidStart('void', { by: 'claim', at: EPOCH })).toBe(false);
    expect(await store.users.findByIds(['user_carl'])).toHaveLength(1);
    // Whoever was to record the end may have stopped for the upgrade.
    const claim = { by: 'claim', at: EPOCH + 1 };
    expect(await store.sessions.claimUnrecordedEnd(claim, 0)).toEqual({ kind: 'ended', session: ENDED });
    expect(await store.sessions.claimUnrecordedEnd(claim, 0)).toBeNull();

    expect(await store.events.chainsSince(EPOCH + 299)).toEqual(['old']);
    expect(await store.events.openedSince(EPOCH)).toEqual(['old']);
    expect(await store.events.openedSince(EPOCH + 1)).toEqual([]);
    expect(await store.seals.insert(storedSeal({ chains: ['old'] }))).toBe('stored');
    const seal = await store.seals.covering('old');
    expect(seal && comparableSeal(seal)).toEqual(comparableSeal(storedSeal({ chains: ['old'] })));
    expect(await store.events.eraseDetails('user_ada')).toBe(300);
  });

  it('ends up with the very schema of a new database, version included', async () => {
    const old = directoryOfVersion1();
    const fresh = temporaryDirectory();
    for (const directory of [old, fresh]) await (await openStore(directory)).close();
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
    for (const directory of [old, fresh]) {
      expect(openFile(directory).prepare('SELECT user_version FROM pragma_user_version').raw().all([])).toEqual([[4]]);
    }
  });

  it('may be opened by several at once, and again', async () => {
    const directory = directoryOfVersion1();
    const stores = Array.from({ length: 4 }, () => createEmbeddedStore({ directory }));
    await Promise.all(stores.map((store) => store.open()));
    for (const store of stores) expect(await store.events.chainsSince(0)).toEqual(['old']);
    for (const store of stores) await store.close();
    const again = await openStore(directory);
    expect((await again.events.chain('old', 0, 999)).map(comparableEvent)).toEqual(EVENTS.map(comparableEvent));
  });

  it('is left as it is where bringing it up to date fails', async () => {
    const directory = directoryOfVersion1();
    // An index in the way of one of the new tables.
    openFile(directory).exec('CREATE INDEX sealedChains ON users (name)');
    const before = schemaOf(directory);
    await expect(createEmbeddedStore({ directory }).open()).rejects.toThrow(/cannot be used/);
    expect(schemaOf(directory)).toEqual(before);
    const kept = openFile(directory).prepare(`SELECT count(${EVENT_ROW}) FROM ${EVENT_TABLE}`).raw().all([]);
    expect(kept).toEqual([[300]]);
  });
});
