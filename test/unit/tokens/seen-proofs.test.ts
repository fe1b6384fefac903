import { describe, expect, it } from 'vitest';
import { SeenProofs } from '../../../src/tokens/seen-proofs.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';

const NOW = 1_767_225_600_000;

describe('a proof that was shown', () => {
  it('passes once, and not again for as long as it could be shown', () => {
    const seen = new SeenProofs({ perOwner: 10 });
    expect(seen.show('a', 'ada', NOW + 65_000, NOW)).toBe('new');
    for (const later of [0, 1, 1_000, 64_999]) expect(seen.show('a', 'ada', NOW + 65_000, NOW + later)).toBe('seen');
  });

  it('does not pass again with another time in it, nor with the token of another person', () => {
    const seen = new SeenProofs({ perOwner: 10 });
    seen.show('a', 'ada', NOW + 65_000, NOW);
    expect(seen.show('a', 'ada', NOW + 70_000, NOW + 1)).toBe('seen');
    expect(seen.show('a', 'cleo', NOW + 65_000, NOW + 1)).toBe('seen');
  });

  it('is forgotten when it is stale, and takes no room any more', () => {
    const seen = new SeenProofs({ perOwner: 2, most: 2 });
    seen.show('a', 'ada', NOW + 1_500, NOW);
    seen.show('b', 'ada', NOW + 3_000, NOW);
    expect(seen.show('c', 'ada', NOW + 9_000, NOW + 1_000)).toBe('too-many-of-one');
    expect(seen.show('c', 'ada', NOW + 9_000, NOW + 2_000)).toBe('new');
    expect(seen.size).toBe(2);
  });

  it('is forgotten in portions where many are stale at once, and none of them passes meanwhile', () => {
    const seen = new SeenProofs({ perOwner: 5_000, most: 5_000 });
    for (let at = 0; at < 3_500; at += 1) seen.show(`p${at}`, 'ada', NOW + 65_000, NOW);
    const later = NOW + 66_000;
    const sizes = [1, 2, 3, 4].map((at) => {
      expect(seen.show(`q${at}`, 'cleo', later + 65_000, later)).toBe('new');
      expect(seen.show('p0', 'ada', NOW + 65_000, NOW + 64_000)).not.toBe('new');
      return seen.size;
    });
    expect(sizes).toEqual([2_501, 1_502, 503, 4]);
  });

  it('does not pass where a clock that was set back makes it young again', () => {
    const seen = new SeenProofs({ perOwner: 10 });
    seen.show('a', 'ada', NOW + 65_000, NOW);
    expect(seen.show('b', 'ada', NOW + 200_000, NOW + 140_000)).toBe('new');
    expect(seen.size).toBe(1);
    expect(seen.show('a', 'ada', NOW + 65_000, NOW + 10)).toBe('too-old');
    // What was made since is not locked out by a clock that was a little ahead.
    expect(seen.show('c', 'ada', NOW + 75_000, NOW + 10_000)).toBe('new');
  });

  const HOUR = 3_600_000;

  it('nor one of a clock that was an hour ahead; of all others each is taken when the clock is right again', () => {
    const seen = new SeenProofs({ perOwner: 10 });
    seen.show('ahead', 'ada', NOW + HOUR + 65_000, NOW + HOUR);
    seen.show('later', 'ada', NOW + HOUR + 140_000, NOW + HOUR + 75_000);
    for (const minutes of [0, 10, 58, 60]) {
      const now = NOW + minutes * 60_000;
      expect(seen.show(`at ${minutes}`, 'ada', now + 65_000, now), `${minutes} minutes`).toBe(
        minutes === 60 ? 'too-old' : 'new',
      );
    }
    expect(seen.show('ahead', 'ada', NOW + HOUR + 65_000, NOW + HOUR)).toBe('too-old');
  });

  it('takes no room for longer where the clock was ahead', () => {
    const seen = new SeenProofs({ perOwner: 5 });
    seen.show('ahead', 'ada', NOW + HOUR + 65_000, NOW + HOUR);
    for (let second = 0; second < HOUR / 1_000; second += 100) {
      const now = NOW + second * 1_000;
      expect(seen.show(`at ${second}`, 'ada', now + 65_000, now), `after ${second} s`).toBe('new');
      expect(seen.size).toBeLessThanOrEqual(2);
    }
  });
});

describe('room', () => {
  it('is not taken from others by one person, however many keys they have', () => {
    const seen = new SeenProofs({ perOwner: 3, most: 100 });
    const showings = Array.from({ length: 50 }, (_, at) => seen.show(`key-${at}`, 'mallory', NOW + 65_000, NOW));
    expect(showings.filter((each) => each === 'new')).toHaveLength(3);
    expect(new Set(showings.slice(3))).toEqual(new Set(['too-many-of-one']));
    expect(seen.show('a', 'ada', NOW + 65_000, NOW)).toBe('new');
  });

  it('that there is none of refuses: nothing that could be shown again is forgotten', () => {
    const seen = new SeenProofs({ perOwner: 10, most: 5 });
    for (let at = 0; at < 5; at += 1) expect(seen.show(`p${at}`, `u${at}`, NOW + 65_000, NOW)).toBe('new');
    expect(seen.show('more', 'ada', NOW + 65_000, NOW)).toBe('too-many');
    for (let at = 0; at < 5; at += 1) expect(seen.show(`p${at}`, `u${at}`, NOW + 65_000, NOW)).toBe('seen');
    expect(seen.size).toBe(5);
    // A refused one took none.
    expect(seen.show('more', 'ada', NOW + 140_000, NOW + 66_000)).toBe('new');
  });
});

it(`whatever is shown in whatever order, nothing passes twice within its time (TEST_SEED=${SEED})`, () => {
  const random = seededRandom(SEED);
  const seen = new SeenProofs({ perOwner: 50, most: 120 });
  const passed = new Map<string, number>();
  let now = NOW;
  let shown = 0;
  for (let step = 0; step < 20_000; step += 1) {
    now += Math.floor(random() * 200);
    const id = `proof-${Math.floor(random() * 400)}`;
    const staleAt = now + Math.floor(random() * 65_000);
    const showing = seen.show(id, `user-${Math.floor(random() * 5)}`, staleAt, now);
    expect(seen.size).toBeLessThanOrEqual(120);
    if (showing !== 'new') continue;
    shown += 1;
    expect(passed.get(id) ?? 0, `${id} passed while it could be shown again`).toBeLessThanOrEqual(now);
    passed.set(id, staleAt);
  }
  expect(shown).toBeGreaterThan(1_000);
});
