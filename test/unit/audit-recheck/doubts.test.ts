import { describe, expect, it } from 'vitest';
import { Doubts } from '../../../src/audit/recheck/doubts.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';

describe('what is in doubt', () => {
  it(`is exactly what was added, in whatever order (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    const upTo = (most: number) => Math.floor(random() * most);
    for (let round = 0; round < 200; round += 1) {
      const doubts = new Doubts();
      const copy = new Doubts();
      const naive = new Set<number>();
      for (let added = upTo(12); added >= 0; added -= 1) {
        const from = upTo(60);
        const to = from + upTo(12) - 1;
        doubts.add({ chain: 'a', from, to });
        for (let sequence = from; sequence <= to; sequence += 1) naive.add(sequence);
      }
      copy.addAll(doubts);
      for (let sequence = 0; sequence < 80; sequence += 1) {
        expect([doubts.has('a', sequence), copy.has('a', sequence)]).toEqual([
          naive.has(sequence),
          naive.has(sequence),
        ]);
      }
      expect(doubts.has('b', 0)).toBe(false);
    }
  });

  it('goes on for ever where a stretch has no end', () => {
    const doubts = new Doubts();
    doubts.add({ chain: 'a', from: 7, to: null });
    doubts.add({ chain: 'a', from: 3, to: 4 });
    expect([2, 3, 4, 5, 6, 7, 1e15].map((sequence) => doubts.has('a', sequence))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('is a whole chain where there are too many places in it, and everything where there are too many chains', () => {
    const doubts = new Doubts();
    for (let place = 0; place < 1_001; place += 1) doubts.add({ chain: 'a', from: 3 * place, to: 3 * place });
    expect(doubts.has('a', 1)).toBe(true);
    expect(doubts.has('b', 1)).toBe(false);
    for (let chain = 0; chain < 10_000; chain += 1) doubts.add({ chain: `chain-${chain}`, from: 0, to: 0 });
    expect(doubts.has('b', 1)).toBe(true);
    const copy = new Doubts();
    copy.addAll(doubts);
    expect(copy.has('c', 1)).toBe(true);
  });
});
