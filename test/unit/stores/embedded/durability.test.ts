import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StoreUnavailableError } from '../../../../src/errors/index.js';
import { Connection } from '../../../../src/stores/embedded/connection.js';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { powerCuts } from '../../../support/power-cuts.js';
import { comparableEvent, eventId, storedEvent } from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const APPENDER = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

interface Appender {
  readonly process: ChildProcess;
  /** Ids that the store has acknowledged so far. */
  acknowledged(): string[];
  errors(): string;
  /** Resolves once so many batches were acknowledged, or the process ended. */
  reached(batches: number): Promise<void>;
  kill(): Promise<void>;
}

function startAppender(directory: string, chain: string): Appender {
  const child = spawn(process.execPath, ['--import', 'tsx', APPENDER, directory, chain]);
  let printed = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  // What follows the last line break may be cut off.
  const acknowledged = () => printed.split('\n').slice(0, -1);
  return {
    process: child,
    acknowledged,
    errors: () => errors,
    async reached(batches) {
      while (acknowledged().length < batches && child.exitCode === null) {
        await Promise.race([once(child.stdout, 'data'), closed]);
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function syncName(directory: string): void {
  const above = openSync(join(directory, '..'), 'r');
  fsyncSync(above);
  closeSync(above);
}

describe('what the embedded store has acknowledged', { timeout: 60_000 }, () => {
  it('is there after the process was killed, again and again', async () => {
    const directory = temporaryDirectory();
    let total = 0;
    for (let round = 0; round < 5; round++) {
      const chain = `killed-${round}`;
      const appender = startAppender(directory, chain);
      await appender.reached(20 + round * 40);
      await appender.kill();
      expect(appender.errors()).toBe('');
      const acknowledged = appender.acknowledged();
      expect(acknowledged.length).toBeGreaterThanOrEqual(20 + round * 40);

      const store = await openStore(directory);
      const last = Number(acknowledged.at(-1)?.split(':')[1]);
      const stored = await store.events.chain(chain, 0, last + 1_000);
      // Nothing acknowledged is missing; what was written but not acknowledged may be there, without a hole.
      expect(stored.length).toBeGreaterThan(last);
      for (const [sequence, event] of stored.entries()) {
        expect(comparableEvent(event)).toEqual(comparableEvent(storedEvent({ chain, sequence })));
      }
      for (const id of acknowledged) expect(await store.events.get(id)).not.toBeNull();
      await store.close();
      total += last + 1;
    }
    const store = await openStore(directory);
    expect(await store.events.chains()).toEqual([0, 1, 2, 3, 4].map((round) => `killed-${round}`));
    expect(await store.events.get(eventId('killed-0', 0))).not.toBeNull();
    expect(total).toBeGreaterThan(0);
    expect(openFile(directory).prepare('PRAGMA integrity_check').all([])).toMatchObject([{ integrity_check: 'ok' }]);
  });

  it('is there, whole and in order, when three processes write to one directory and two are killed', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const appenders = ['x', 'y', 'z'].map((chain) => startAppender(directory, chain));
    await Promise.all(appenders.map((appender) => appender.reached(20)));
    await appenders[0]?.kill();
    // This process writes meanwhile, too.
    for (let sequence = 0; sequence < 20; sequence++)
      await store.events.append([storedEvent({ chain: 'here', sequence })]);
    await appenders[1]?.kill();
    await appenders[2]?.reached(150);
    await appenders[2]?.kill();
    for (const [index, chain] of ['x', 'y', 'z'].entries()) {
      const appender = appenders[index];
      expect(appender?.errors()).toBe('');
      const last = Number(appender?.acknowledged().at(-1)?.split(':')[1]);
      const stored = await store.events.chain(chain, 0, last + 1_000);
      expect(stored.length).toBeGreaterThan(last);
      expect(stored.map((event) => event.sequence)).toEqual(stored.map((_, sequence) => sequence));
    }
    expect(await store.events.chain('here', 0, 100)).toHaveLength(20);
    expect(openFile(directory).prepare('PRAGMA integrity_check').all([])).toMatchObject([{ integrity_check: 'ok' }]);
  });

  it('waits for a sync of the log that began after its commit, shared by all that were committed meanwhile', async () => {
    const begun: (() => void)[] = [];
    const connection = new Connection(temporaryDirectory(), () => new Promise((resolve) => begun.push(resolve)));
    await connection.open();
    onTestFinished(() => connection.close());
    const done: string[] = [];
    const write = (name: string) => void connection.write(() => name).then(() => done.push(name));
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    write('a');
    await turn();
    write('b');
    write('c');
    await turn();
    expect([done, begun.length]).toEqual([[], 1]);
    begun[0]?.();
    await turn();
    expect([done, begun.length]).toEqual([['a'], 2]);
    write('d');
    begun[1]?.();
    await turn();
    expect([done, begun.length]).toEqual([['a', 'b', 'c'], 3]);
    begun[2]?.();
    await turn();
    expect([done, begun.length]).toEqual([['a', 'b', 'c', 'd'], 3]);
  });

  it('is not acknowledged where the sync fails, and after it nothing is: the system forgets what it could not write', async () => {
    let fails = true;
    const connection = new Connection(temporaryDirectory(), () =>
      fails ? Promise.reject(new Error('EIO')) : Promise.resolve(),
    );
    await connection.open();
    onTestFinished(() => connection.close());
    await expect(connection.write(() => 1)).rejects.toBeInstanceOf(StoreUnavailableError);
    fails = false;
    let ran = false;
    await expect(
      connection.write(() => {
        ran = true;
      }),
    ).rejects.toThrow('could not be synced');
    expect(ran).toBe(false);
    await expect(connection.ping()).rejects.toThrow('could not be synced');
  });

  it('lies in a write-ahead log whose checkpoints SQLite syncs', async () => {
    const connection = new Connection(temporaryDirectory());
    await connection.open();
    onTestFinished(() => connection.close());
    const asked = (question: string) => connection.read(() => connection.number(question, []));
    expect(await asked('SELECT synchronous FROM pragma_synchronous')).toBe(1);
    expect(await asked("SELECT journal_mode = 'wal' FROM pragma_journal_mode")).toBe(1);
  });

  it('lies in a log that is begun once the rollback journal of its beginning is off the disk', async () => {
    const said = vi.spyOn(Database.prototype as Database.Database, 'exec');
    onTestFinished(() => said.mockRestore());
    const connection = new Connection(temporaryDirectory());
    await connection.open();
    onTestFinished(() => connection.close());
    // A journal that a power cut brings back would undo the beginning beneath the log: EXTRA syncs that it is gone.
    const statements = said.mock.calls.map(([sql]) => sql);
    const extra = statements.indexOf('PRAGMA synchronous = EXTRA');
    expect(extra).toBeGreaterThanOrEqual(0);
    expect(extra).toBeLessThan(statements.indexOf('PRAGMA journal_mode = WAL'));
  });

  it('that nothing of what was erased is in the log is synced before it is said', async () => {
    const directory = temporaryDirectory();
    const sizes: number[] = [];
    const connection = new Connection(directory, async () => {
      sizes.push(statSync(join(directory, 'gateway.db-wal')).size);
    });
    await connection.open();
    onTestFinished(() => connection.close());
    await connection.erase(() => connection.run('DELETE FROM impersonationEvents', []));
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.at(-1)).toBe(0);
  });

  it.each([
    ['nothing', () => undefined],
    ['a folder that leads to it', (deep: string) => mkdirSync(deep)],
    [
      'the folder and the file',
      (deep: string) => {
        mkdirSync(deep);
        syncName(deep);
        mkdirSync(join(deep, 'data'));
        writeFileSync(join(deep, 'data', 'gateway.db'), '');
      },
    ],
  ])(
    'is found by its name where a process made %s, and was killed before that name was on disk',
    async (_what, made) => {
      const scene = temporaryDirectory();
      const cuts = await powerCuts(scene, Math.random, async () => {
        made(join(scene, 'deep'));
        const store = createEmbeddedStore({ directory: join(scene, 'deep', 'data') });
        await store.open();
        await store.events.append([storedEvent({ chain: 'a', sequence: 0 })]);
        await store.close();
      });
      const left = join(temporaryDirectory(), 'left');
      cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(left);
      const store = await openStore(join(left, 'deep', 'data'));
      expect(await store.events.chain('a', 0, 9)).toHaveLength(1);
    },
  );

  it('of what another process has committed can be waited for', async () => {
    let syncs = 0;
    const connection = new Connection(temporaryDirectory(), async () => {
      syncs += 1;
    });
    await connection.open();
    onTestFinished(() => connection.close());
    await connection.settle();
    expect(syncs).toBe(1);
  });
});
