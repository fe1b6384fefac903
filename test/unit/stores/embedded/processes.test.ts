import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { activeSession, EPOCH } from '../../../support/store-fixtures.js';
import { openStore, temporaryDirectory } from './temporary-store.js';

const STARTER = fileURLToPath(new URL('./start-sessions.ts', import.meta.url));

describe('processes that share one directory', { timeout: 60_000 }, () => {
  it('together hold no more sessions than the limit, end one session once and void one start once', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.sessions.insert(activeSession({ id: 'contested', actorId: 'other' }), 1);
    const starters = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, ['--import', 'tsx', STARTER, directory, name]);
      const closed = once(child, 'close');
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await closed;
      });
      return { child, closed, lines: () => printed.trim().split('\n') };
    });
    await Promise.all(starters.map(({ child }) => once(child.stdout, 'data')));
    for (const { child } of starters) child.stdin.end('go\n');
    await Promise.all(starters.map(({ closed }) => closed));

    const lines = starters.flatMap((starter) => starter.lines());
    const count = (line: string) => lines.filter((printed) => printed === line).length;
    expect(new Set(lines)).toEqual(new Set(['ready', 'stored', 'limit', 'ended', 'voided']));
    expect([count('stored'), count('limit'), count('ended'), count('voided')]).toEqual([3, 87, 1, 30]);
    expect(await store.sessions.countActive('user_ada', EPOCH)).toBe(3);
  });
});
