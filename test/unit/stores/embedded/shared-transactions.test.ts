import { describe, expect, it, onTestFinished } from 'vitest';
import { EventConflictError } from '../../../../src/errors/index.js';
import { Connection } from '../../../../src/stores/embedded/connection.js';
import type { Store } from '../../../../src/stores/index.js';
import { SEED, seededRandom } from '../../../support/seeded-random.js';
import { activeSession, comparableEvent, eventChain, storedEvent } from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const NOTE = 'INSERT INTO progress (name, reachedAt) VALUES (?, ?)';
const NOTED = 'SELECT count(*) FROM progress';
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A connection whose syncs are let go one by one, and how many transactions it has committed. */
async function heldConnection(sync?: () => Promise<void>) {
  const directory = temporaryDirectory();
  const begun: (() => void)[] = [];
  const connection = new Connection(directory, sync ?? (() => new Promise((resolve) => begun.push(resolve))));
  await connection.open();
  onTestFinished(() => connection.close());
  const file = openFile(directory);
  const kept = () => file.prepare('SELECT name FROM progress ORDER BY name').raw().all([]).flat();
  const note = (name: string) => connection.write(() => connection.run(NOTE, [name, 1]));
  return { connection, directory, begun, kept, note };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: Error) => error.constructor.name,
  );

describe('what is written at the same time', () => {
  it('shares one transaction with all that came while a sync was under way', async () => {
    const { begun, kept, note } = await heldConnection();
    const first = note('a');
    await turn();
    const rest = ['b', 'c', 'd'].map(note);
    await turn();
    expect([kept(), begun.length]).toEqual([['a'], 1]);
    begun[0]?.();
    await first;
    await turn();
    expect([kept(), begun.length]).toEqual([['a', 'b', 'c', 'd'], 2]);
    begun[1]?.();
    expect(await Promise.all(rest)).toEqual([1, 1, 1]);
  });

  it('is undone alone where it fails, whatever it had written, and nobody else hears of it', async () => {
    const { connection, begun, kept, note } = await heldConnection();
    void note('a');
    await turn();
    const works = [
      note('b'),
      connection.write(() => {
        connection.run(NOTE, ['half done', 1]);
        throw new EventConflictError('x');
      }),
      note('c'),
      note('a'),
      note('d'),
    ].map(outcome);
    await turn();
    begun[0]?.();
    await turn();
    begun[1]?.();
    expect(await Promise.all(works)).toEqual(['done', 'EventConflictError', 'done', 'StoreUnavailableError', 'done']);
    expect(kept()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is told of a failure alone where all of them fail, without a sync', async () => {
    const { begun, note } = await heldConnection();
    void note('a');
    await turn();
    const works = [note('a'), note('a')].map(outcome);
    await turn();
    begun[0]?.();
    expect(await Promise.all(works)).toEqual(['StoreUnavailableError', 'StoreUnavailableError']);
    expect(begun.length).toBe(1);
  });

  it('is lost together where SQLite gives up the transaction, and each is told', async () => {
    const { connection, begun, kept, note } = await heldConnection();
    void note('a');
    await turn();
    const works = [
      note('b'),
      connection.write(() => {
        // As SQLite itself does at a full disk, or where it cannot read a page.
        connection.run('ROLLBACK', []);
        throw new Error('disk full');
      }),
      note('c'),
    ].map(outcome);
    await turn();
    begun[0]?.();
    expect(await Promise.all(works)).toEqual(Array(3).fill('StoreUnavailableError'));
    expect(kept()).toEqual(['a']);
    const after = note('e');
    await turn();
    begun[1]?.();
    await after;
    expect(kept()).toEqual(['a', 'e']);
  });

  it('is not acknowledged where the shared sync fails', async () => {
    const ends: { succeed: () => void; fail: () => void }[] = [];
    const sync = () =>
      new Promise<void>((resolve, reject) => {
        ends.push({ succeed: resolve, fail: () => reject(new Error('EIO')) });
      });
    const connection = new Connection(temporaryDirectory(), sync);
    await connection.open();
    onTestFinished(() => connection.close());
    const note = (name: string) => outcome(connection.write(() => connection.run(NOTE, [name, 1])));
    const first = note('a');
    await turn();
    const rest = ['b', 'c'].map(note);
    ends[0]?.succeed();
    expect(await first).toBe('done');
    await turn();
    ends[1]?.fail();
    expect(await Promise.all(rest)).toEqual(['StoreUnavailableError', 'StoreUnavailableError']);
    expect(ends.length).toBe(2);
  });

  it('keeps all that it acknowledged and nothing else where there is no room, and goes on once there is', async () => {
    const { connection, kept } = await heldConnection(() => Promise.resolve());
    const mostPages = (pages: number) =>
      connection.read(() => connection.number(`PRAGMA max_page_count = ${pages}`, []));
    const acknowledged: string[] = [];
    const full: unknown[] = [];
    const round = (name: string) =>
      Promise.all(
        [5, 9_000, 5].map((length, n) => {
          const long = `${name} ${n} ${'x'.repeat(length)}`;
          return connection
            .write(() => connection.run(NOTE, [long, 1]))
            .then(
              () => void acknowledged.push(long),
              (error: Error) => void full.push((error.cause as Error).message),
            );
        }),
      );
    await mostPages((await connection.read(() => connection.number('PRAGMA page_count', []))) + 12);
    for (let n = 0; n < 12; n++) await round(`full ${n}`);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(new Set(full)).toEqual(new Set(['database or disk is full']));
    expect(kept()).toEqual([...acknowledged].sort());
    await mostPages(1_000_000);
    await round('room');
    expect(acknowledged.slice(-3).every((name) => name.startsWith('room'))).toBe(true);
    expect(kept()).toEqual([...acknowledged].sort());
  });

  it('waits its own time for the lock of another process, not that of those before it', async () => {
    const { connection, directory, begun, note } = await heldConnection();
    const file = openFile(directory);
    file.exec('BEGIN IMMEDIATE');
    const early = outcome(note('early'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const late = outcome(note('late'));
    expect(await early).toBe('StoreUnavailableError');
    file.exec('ROLLBACK');
    await expect.poll(() => begun.length).toBe(1);
    begun[0]?.();
    expect(await late).toBe('done');
    expect(await connection.read(() => connection.number(NOTED, []))).toBe(1);
  });

  it('is refused, not left waiting, where the store is closed meanwhile', async () => {
    const { connection, begun, note } = await heldConnection();
    const first = outcome(note('a'));
    await turn();
    const second = outcome(note('b'));
    connection.close();
    begun[0]?.();
    expect(await second).toBe('StoreUnavailableError');
    expect(await first).toBe('done');
  });

  it(`of all kinds and in any mixture leaves what each would have left by itself (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const directory = temporaryDirectory();
    const stores = [await openStore(directory), await openStore(directory)];
    const expected = new Map<string, number>();
    const writes: Promise<void>[] = [];
    for (let n = 0; n < 300; n++) {
      const store = stores[n % 2] as Store;
      const chain = `chain-${n}`;
      const length = 1 + Math.floor(random() * 4);
      const clash = random() < 0.2;
      const events = eventChain(chain, length);
      const forged = [...events, storedEvent({ chain, sequence: 0, body: '{}' })];
      writes.push(
        store.events.append(clash ? forged : events).then(
          () => void expected.set(chain, length),
          (error: unknown) => {
            expect(error).toBeInstanceOf(EventConflictError);
            expected.set(chain, 0);
          },
        ),
        store.sessions
          .insert(activeSession({ id: `s-${Math.floor(n / 2)}`, actorId: `a-${n % 3}` }), 20)
          .then((stored) => void expect(['stored', 'limit', 'duplicate']).toContain(stored)),
      );
      if (random() < 0.1) await Promise.all(writes.splice(0, 3));
    }
    await Promise.all(writes);
    for (const [chain, length] of expected) {
      const found = await stores[0]?.events.chain(chain, 0, 9);
      expect(found?.map(comparableEvent)).toEqual(eventChain(chain, length).map(comparableEvent));
    }
    const sessions = openFile(directory).prepare(
      'SELECT count(*), max(n) FROM (SELECT count(*) AS n FROM impersonationSessions GROUP BY actorId)',
    );
    expect(sessions.raw().all([])).toEqual([[3, 20]]);
  });
});
