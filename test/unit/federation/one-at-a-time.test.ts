import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../../src/app/federation/one-at-a-time.js';

/** Looks that are done when the test says so, in whatever order. */
function slowLooks() {
  const log: string[] = [];
  const finish: (() => void)[] = [];
  const look = oneAtATime(async () => {
    const number = finish.length + 1;
    log.push(`begins ${number}`);
    await new Promise<void>((resolve) => finish.push(resolve));
    log.push(`ends ${number}`);
  });
  return { log, finish, look };
}

describe('looks one at a time', () => {
  it('never overlap: what is asked for meanwhile begins afterwards, once', async () => {
    const { log, finish, look } = slowLooks();
    const asked = [look(), look(), look()];
    expect(log).toEqual(['begins 1']);
    finish[0]?.();
    await expect.poll(() => finish.length).toBe(2);
    finish[1]?.();
    await Promise.all(asked);
    expect(log).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2']);
  });

  it('begin anew when all are done', async () => {
    const { log, finish, look } = slowLooks();
    const first = look();
    finish[0]?.();
    await first;
    const second = look();
    finish[1]?.();
    await second;
    expect(log).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2']);
  });
});
