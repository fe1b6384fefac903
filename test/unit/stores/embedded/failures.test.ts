import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventConflictError, StoreUnavailableError } from '../../../../src/errors/index.js';
import { RefusedValueError } from '../../../../src/stores/embedded/bindable.js';
import {
  activeSession,
  comparableEvent,
  directoryUser,
  EPOCH,
  eventChain,
  storedEvent,
} from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

describe('when something is wrong, the embedded store', () => {
  it('says that it is unavailable, with the cause, and nothing of the data in its own words', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    openFile(directory).exec('DROP TABLE impersonationEvents');
    const error = (await store.events
      .append([storedEvent({ body: 'secret' })])
      .catch((reason: unknown) => reason)) as Error;
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toBe('the embedded store did not carry out the call');
    expect((error.cause as Error).message).toContain('no such table');
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('secret');
    await store.sessions.insert(activeSession(), 1);
  });

  it('acknowledges nothing once its file is gone or another is in its place', async () => {
    for (const harm of [
      (path: string) => rmSync(path),
      (path: string) => rmSync(`${path}-wal`),
      (path: string) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, '');
      },
    ]) {
      const directory = temporaryDirectory();
      const store = await openStore(directory);
      await store.events.append(eventChain('a', 2));
      harm(join(directory, 'gateway.db'));
      await expect(store.events.append(eventChain('b', 2))).rejects.toThrow(/removed or replaced/);
      await expect(store.sessions.insert(activeSession(), 1)).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
    }
  });

  it('writes all of a call or nothing', async () => {
    const store = await openStore(temporaryDirectory());
    const events = eventChain('a', 10);
    await store.events.append(events.slice(9));
    const forged = [...events.slice(0, 9), storedEvent({ chain: 'a', sequence: 9, body: '{}' })];
    await expect(store.events.append(forged)).rejects.toBeInstanceOf(EventConflictError);
    const bad = [...events.slice(0, 3), storedEvent({ chain: 'a', sequence: 3, body: '\ud800' })];
    await expect(store.events.append(bad)).rejects.toBeInstanceOf(RefusedValueError);
    expect((await store.events.chain('a', 0, 50)).map((event) => event.sequence)).toEqual([9]);
    await store.events.append(events);
    expect(await store.events.chain('a', 0, 50)).toHaveLength(10);
  });

  it('gives up after about two seconds on a lock that another process keeps, and reads go on meanwhile', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.events.append(eventChain('a', 2));
    const file = openFile(directory);
    file.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const write = store.events.append(eventChain('b', 2)).catch((error: unknown) => error);
    expect(await store.events.chain('a', 0, 5)).toHaveLength(2);
    await store.ping();
    expect(await write).toBeInstanceOf(StoreUnavailableError);
    clearInterval(timer);
    // The event loop was not blocked while the call waited.
    expect(turns).toBeGreaterThan(10);
    file.exec('ROLLBACK');
    await store.events.append(eventChain('b', 2));
    expect(await store.events.chains()).toEqual(['a', 'b']);
  });

  it('waits for a lock that is let go in time', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const file = openFile(directory);
    file.exec('BEGIN IMMEDIATE');
    setTimeout(() => file.exec('ROLLBACK'), 150);
    await store.events.append(eventChain('a', 2));
    expect(await store.events.chains()).toEqual(['a']);
  });

  it('reads an event that was edited into bytes that are not UTF-8, so that the verifier can tell', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const [event] = eventChain('a', 1);
    await store.events.append(eventChain('a', 1));
    openFile(directory).exec("UPDATE impersonationEvents SET body = CAST(x'7b22ff80227d' AS TEXT)");
    expect((await store.events.get('a:000000000000'))?.body).toBe('{"\ufffd\ufffd"}');
    const { items } = await store.events.page({}, { limit: 5, direction: 'forward' });
    expect(items.map((item) => item.body)).not.toContain(event?.body);
  });

  it('keeps and gives back a NUL in text, and takes no text for another that is cut at it', async () => {
    const store = await openStore(temporaryDirectory());
    const event = storedEvent({ chain: 'a', body: '{"nul":"\0 tail"}', actorId: 'user_ada\0x' });
    await store.events.append([event]);
    const read = await store.events.get(event.id);
    expect(read && comparableEvent(read)).toEqual(comparableEvent(event));
    expect((await store.events.page({ actorId: 'user_ada' }, { limit: 5, direction: 'forward' })).items).toEqual([]);
    await store.seedUsers([directoryUser({ id: 'user_ada' })]);
    expect(await store.users.findByIds(['user_ada\0', 'user_ada\0x', '\0user_ada'])).toEqual([]);
  });

  it('finds nothing for text with a lone surrogate, not what U+FFFD stands for', async () => {
    const store = await openStore(temporaryDirectory());
    await store.seedUsers([directoryUser({ id: 'u\ufffd', name: '\ufffd' })]);
    await store.sessions.insert(activeSession({ id: 's\ufffd', actorId: 'a\ufffd' }), 1);
    await store.events.append([storedEvent({ actorId: 'a\ufffd' })]);
    expect(await store.users.findByIds(['u\ud800', 'u\udfff'])).toEqual([]);
    expect((await store.users.search({ prefix: '\ud800', limit: 5 })).items).toEqual([]);
    expect(await store.sessions.get('s\ud800')).toBeNull();
    expect(await store.sessions.getMany(['s\ud800'])).toEqual([]);
    expect(await store.sessions.countActive('a\ud800', EPOCH)).toBe(0);
    expect((await store.events.page({ actorId: 'a\ud800' }, { limit: 5, direction: 'forward' })).items).toEqual([]);
    await expect(store.sessions.insert(activeSession({ id: 's\ud800' }), 9)).rejects.toBeInstanceOf(RefusedValueError);
  });

  it('refuses a limit that SQLite would take as none', async () => {
    const store = await openStore(temporaryDirectory());
    await expect(store.events.page({}, { limit: -2, direction: 'forward' })).rejects.toBeInstanceOf(RefusedValueError);
    await expect(store.events.chain('a', 0, -1)).rejects.toBeInstanceOf(RefusedValueError);
    await expect(store.sessions.dueForExpiry(EPOCH, -1)).rejects.toBeInstanceOf(RefusedValueError);
    await expect(store.users.search({ limit: -2 })).rejects.toBeInstanceOf(RefusedValueError);
  });

  it('gives nobody out whose roles or session whose state it cannot understand', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.seedUsers([directoryUser({ id: 'u' })]);
    await store.sessions.insert(activeSession({ id: 's' }), 1);
    const file = openFile(directory);
    for (const roles of ['not json', '{"0":"ADMIN"}', '"ADMIN"', '[1]']) {
      file.prepare('UPDATE users SET roles = ?').run([roles]);
      await expect(store.users.findByIds(['u']), roles).rejects.toBeInstanceOf(StoreUnavailableError);
    }
    file.exec("UPDATE impersonationSessions SET access = 'EVERYTHING'");
    await expect(store.sessions.get('s')).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});
