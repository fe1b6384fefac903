import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAt, noteOnce, type Tally } from '../../../src/policy/burst.js';
import { anomalyRule, noteSubject, type SubjectsSeen } from '../../../src/policy/index.js';
import { SEED } from '../../support/seeded-random.js';

const rule = { threshold: 5, windowMs: 1_000 };

/** Notes it at each of the times, and gives those at which a burst was told of. */
function toldAt(times: readonly number[], of = rule): number[] {
  let tally: Tally | undefined;
  return times.filter((now) => {
    const noted = noteOnce(tally, now, of);
    tally = noted.tally;
    return noted.burst;
  });
}

describe('a burst', () => {
  it('is so many within the time, and one less is none', () => {
    expect(toldAt([0, 1, 2, 3])).toEqual([]);
    expect(toldAt([0, 1, 2, 3, 4])).toEqual([4]);
  });

  it('is not spread out by the border between two stretches of time', () => {
    expect(toldAt([0, 990, 991, 992, 1_001, 1_002, 1_003])).toEqual([1_002]);
  });

  it('is none where as many come over a longer time', () => {
    expect(toldAt([0, 400, 800, 1_200, 1_600, 2_000, 2_400, 2_800, 3_200])).toEqual([]);
  });

  it('is told of once in the time, however long it goes on, and again after it', () => {
    const times = Array.from({ length: 301 }, (_, n) => n * 10);
    expect(toldAt(times)).toEqual([40, 1_040, 2_040]);
  });

  it.each([2_000, 2_001, 5_000])('is told of with its last one, also where there was nothing for %i ms', (quiet) => {
    expect(toldAt([0, quiet, quiet + 1, quiet + 2, quiet + 3, quiet + 4])).toEqual([quiet + 4]);
  });

  it('of nothing there is where the threshold is 0', () => {
    expect(toldAt([0, 0, 0, 0, 0, 0], { threshold: 0, windowMs: 1_000 })).toEqual([]);
  });

  it('never tells of the same twice where the clock is set back, and finds others afterwards', () => {
    expect(toldAt([5_000, 5_000, 5_000, 5_000, 5_000, 1_000, 1_001, 1_002, 1_003, 1_004])).toEqual([5_000]);
    expect(toldAt([5_000, 1_000, 1_001, 1_002, 1_003, 1_004])).toEqual([1_004]);
    expect(toldAt([5_000, 1, 2, 3, 4, 5])).toEqual([5]);
  });

  it(`is told of whenever so many came within the same stretch, whatever came before (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        const told = toldAt(sorted);
        for (let i = 1; i < told.length; i += 1) {
          expect((told[i] as number) - (told[i - 1] as number)).toBeGreaterThanOrEqual(rule.windowMs);
        }
        // The estimate never says more than there were within two stretches.
        for (const at of told) {
          expect(sorted.filter((time) => time <= at && time > at - 2 * rule.windowMs).length).toBeGreaterThanOrEqual(5);
        }
      }),
      { seed: SEED },
    );
  });

  it('fades from the count as its time goes by', () => {
    let tally: Tally | undefined;
    for (let n = 0; n < 100; n += 1) tally = noteOnce(tally, 500, rule).tally;
    const counts = [500, 1_499, 2_000, 2_499, 2_500, 9_999].map((now) => countAt(tally, now, rule.windowMs));
    expect(counts).toEqual([100, 100, 50, 0, 0, 0]);
    expect(countAt(undefined, 0, 1_000)).toBe(0);
  });

  it('counts for the new stretch at the very border of the old one', () => {
    let tally: Tally | undefined;
    for (const now of [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1_000]) tally = noteOnce(tally, now, rule).tally;
    expect(countAt(tally, 1_500, rule.windowMs)).toBe(6);
  });
});

describe('many subjects', () => {
  const many = { threshold: 3, windowMs: 1_000 };
  function told(starts: readonly (readonly [string, number])[], of = many) {
    let seen: SubjectsSeen | undefined;
    return starts.flatMap(([who, now]) => {
      const noted = noteSubject(seen, who, now, of);
      seen = noted.seen;
      expect(seen.lastAt.size).toBeLessThanOrEqual(Math.max(of.threshold, 0));
      return noted.burst ? [[who, now, noted.count]] : [];
    });
  }

  it('are so many different ones within the time', () => {
    expect(
      told([
        ['a', 0],
        ['b', 1],
        ['a', 2],
        ['b', 3],
        ['c', 4],
        ['d', 5],
      ]),
    ).toEqual([['c', 4, 3]]);
  });

  it('are none where the same come again, or others long after', () => {
    expect(told(Array.from({ length: 20 }, (_, n) => [`s${n % 2}`, n] as const))).toEqual([]);
    expect(told(Array.from({ length: 20 }, (_, n) => [`s${n}`, n * 500] as const))).toEqual([]);
  });

  it('are told of once in the time, and again after it', () => {
    expect(told(Array.from({ length: 30 }, (_, n) => [`s${n}`, n * 100] as const)).map(([, at]) => at)).toEqual([
      200, 1_200, 2_200,
    ]);
  });

  it('are told of again, once the time is over, where the clock was set back meanwhile', () => {
    const day = 86_400_000;
    const starts = [...[0, 1, 2].map((n) => day + n), 0, 400, 800, 1_000, 1_200];
    expect(told(starts.map((at, n) => [`s${n}`, at] as const)).map(([, at]) => at)).toEqual([day + 2, 1_000]);
  });

  it('are none of those before a clock was set back, once the time is over', () => {
    expect(
      told([
        ['a', 5_000],
        ['b', 5_001],
        ['c', 0],
        ['d', 2_000],
        ['e', 2_001],
      ]),
    ).toEqual([['c', 0, 3]]);
  });

  it('are none, and nobody is kept, where the threshold is 0', () => {
    expect(
      told(
        Array.from({ length: 9 }, (_, n) => [`s${n}`, n] as const),
        { threshold: 0, windowMs: 1_000 },
      ),
    ).toEqual([]);
  });
});

it('each kind of anomaly has its own threshold and time', () => {
  const rules = { deniedPerActor: 1, deniedPerAddress: 2, subjectsPerHour: 3 };
  expect(anomalyRule('DENIED_BURST_BY_ACTOR', rules)).toEqual({ threshold: 1, windowMs: 60_000 });
  expect(anomalyRule('DENIED_BURST_BY_ADDRESS', rules)).toEqual({ threshold: 2, windowMs: 60_000 });
  expect(anomalyRule('MANY_SUBJECTS', rules)).toEqual({ threshold: 3, windowMs: 3_600_000 });
});
