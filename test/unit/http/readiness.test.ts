import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Exchange } from '../../../src/http/exchange.js';
import { createReadinessRoute } from '../../../src/http/routes/operations.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A gateway whose store answers a look when it is told to. */
function probed() {
  const looks: ((problem?: Error) => void)[] = [];
  const told: string[] = [];
  const check = () =>
    new Promise<void>((resolve, reject) => {
      looks.push((problem) => (problem === undefined ? resolve() : reject(problem)));
    });
  const route = createReadinessRoute([{ name: 'store', check }], (name, error) => told.push(`${name}: ${error}`));
  return {
    looks,
    told,
    /** The status of the answer to one who asks. */
    async ask(): Promise<number> {
      const res = { statusCode: 0, setHeader: () => res, end: () => res };
      await route({ res } as unknown as Exchange);
      return res.statusCode;
    },
    answer: (problem?: Error) => looks.shift()?.(problem),
  };
}

const DOWN = new Error('no store');

it('who asks while the parts are looked at gets what that look finds: a thousand probes ask the store once', async () => {
  const { ask, looks, answer } = probed();
  const asked = Array.from({ length: 1_000 }, () => ask());
  expect(looks.length).toBe(1);
  answer();
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
  const later = ask();
  expect(looks.length, 'what was found before is not told again').toBe(1);
  answer(DOWN);
  expect(await later).toBe(503);
});

it('a look that does not end is not waited for by those who come a second later', async () => {
  const { ask, looks } = probed();
  void ask();
  vi.advanceTimersByTime(1_000);
  const later = ask();
  expect(looks.length).toBe(2);
  looks[1]?.();
  expect(await later).toBe(200);
});

it('a failure is told once in ten seconds however many ask, and at once where it had been over', async () => {
  const { ask, answer, told } = probed();
  const round = async (problem?: Error) => {
    const asked = ask();
    answer(problem);
    await asked;
  };
  for (let times = 0; times < 100; times += 1) await round(DOWN);
  expect(told).toEqual(['store: Error: no store']);
  vi.advanceTimersByTime(10_000);
  await round(DOWN);
  expect(told.length).toBe(2);
  await round();
  await round(DOWN);
  expect(told.length).toBe(3);
});
