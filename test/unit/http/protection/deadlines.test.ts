import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../../../src/http/protection/deadlines.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<string>(() => undefined);
const later = (ms: number, value: string) => new Promise<string>((resolve) => setTimeout(resolve, ms, value));

/** What became of a piece of work, as far as it is known. */
function watched(deadlines: Deadlines, work: Promise<string>): { outcome: string | null; over: number } {
  const seen: { outcome: string | null; over: number } = { outcome: null, over: 0 };
  const over = () => {
    seen.over += 1;
  };
  deadlines
    .limit(
      work,
      (value) => `done: ${value}`,
      () => 'time up',
      over,
    )
    .then(
      (outcome) => {
        seen.outcome = outcome;
      },
      (error: unknown) => {
        seen.outcome = `rejected: ${String(error)}`;
      },
    );
  return seen;
}

describe('work with a deadline', () => {
  it('comes to what it comes to in time, and to what is made of its time being up else, never to both', async () => {
    const deadlines = new Deadlines(1_000);
    const quick = watched(deadlines, later(999, 'a'));
    const slow = watched(deadlines, later(1_300, 'b'));
    const stuck = watched(deadlines, never);
    const failed = watched(deadlines, Promise.reject(new Error('broken')));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([quick, slow, stuck, failed]).toEqual([
      { outcome: 'done: a', over: 1 },
      { outcome: 'time up', over: 1 },
      { outcome: 'time up', over: 1 },
      { outcome: 'rejected: Error: broken', over: 1 },
    ]);
  });

  it('is dropped, rejections included, where it comes to something afterwards', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const deadlines = new Deadlines(10);
    // Twice the time, and more.
    const late = watched(
      deadlines,
      later(40, '').then(() => Promise.reject(new Error('late'))),
    );
    await vi.advanceTimersByTimeAsync(100);
    process.off('unhandledRejection', note);
    expect([late.outcome, unhandled]).toEqual(['time up', []]);
  });

  it('each has its own time, whatever began and ended before and after it', async () => {
    const deadlines = new Deadlines(1_000);
    const first = watched(deadlines, never);
    await vi.advanceTimersByTimeAsync(400);
    const second = watched(deadlines, later(100, 'x'));
    const third = watched(deadlines, never);
    await vi.advanceTimersByTimeAsync(599);
    expect([first.outcome, second.outcome, third.outcome]).toEqual([null, 'done: x', null]);
    // An eighth of the time is as exact as it is.
    await vi.advanceTimersByTimeAsync(127);
    expect([first.outcome, third.outcome]).toEqual(['time up', null]);
    await vi.advanceTimersByTimeAsync(273);
    expect(third.outcome).toBeNull();
    await vi.advanceTimersByTimeAsync(127);
    expect(third.outcome).toBe('time up');
  });

  it('takes one timer for all of it, and none that outlasts it', async () => {
    const deadlines = new Deadlines(1_000);
    const before = vi.getTimerCount();
    const all = Array.from({ length: 1_000 }, () => watched(deadlines, Promise.resolve('at once')));
    expect(vi.getTimerCount() - before).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(all.every(({ outcome }) => outcome === 'done: at once')).toBe(true);
    await vi.advanceTimersByTimeAsync(126);
    expect(vi.getTimerCount()).toBe(before);
    watched(deadlines, never);
    expect(vi.getTimerCount() - before).toBe(1);
    deadlines.close();
    expect(vi.getTimerCount()).toBe(before);
  });

  it('rejects where what is made of it throws', async () => {
    const deadlines = new Deadlines(10);
    const broken = () => {
      throw new Error('made badly');
    };
    await expect(deadlines.limit(Promise.resolve(1), broken, broken)).rejects.toThrow('made badly');
    const stuck = expect(deadlines.limit(never, broken, broken)).rejects.toThrow('made badly');
    await vi.advanceTimersByTimeAsync(20);
    await stuck;
  });
});
