import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type Verdict } from '../../../src/audit/verify/index.js';
import type { Attack } from './attack.js';
import { ATTACKS } from './attacks.js';
import { story, verifyOffline, verifyOnline } from './story.js';
import { kindsOf } from './verifying.js';

/** Kinds of the input rather than of the trail: files.test.ts and store.test.ts bring them about. */
const OF_INPUTS = ['LINE', 'UNREADABLE', 'ANCHOR_LINE'];
/** test/tampering has a trail that was pruned. */
const OF_PRUNING = ['PRUNE_RECORD'];

async function verdictOf({ attack, options }: Attack, by: 'export' | 'store'): Promise<Verdict> {
  const trail = story();
  attack(trail);
  return by === 'export' ? verifyOffline(trail, options) : verifyOnline(trail, options);
}

describe.each(['export', 'store'] as const)('a trail verified from the %s', (by) => {
  it('holds when nothing was done to it', async () => {
    const trail = story();
    const verdict = by === 'export' ? await verifyOffline(trail) : await verifyOnline(trail);
    expect(verdict).toMatchObject({ verdict: 'HOLDS', events: 10, chains: 2, seals: 3, anchoredSeals: 3, faults: [] });
  });

  it.each(ATTACKS.filter((attack) => (attack.by ?? by) === by && attack.faults.length > 0))(
    'tells: $name',
    async (attack) => {
      const verdict = await verdictOf(attack, by);
      expect(kindsOf(verdict)).toEqual(expect.arrayContaining([...attack.faults]));
      expect(verdict.verdict).toBe('FAULTY');
    },
  );

  it.each(ATTACKS.filter((attack) => attack.faults.length === 0))('takes no offence at: $name', async (attack) => {
    expect((await verdictOf(attack, by)).faults).toEqual([]);
  });
});

describe('the table of attacks', () => {
  it('brings about every kind of fault that a trail can have', () => {
    const caused = new Set(ATTACKS.flatMap(({ faults }) => faults));
    const elsewhere = [...OF_INPUTS, ...OF_PRUNING];
    const missing = FAULT_KINDS.filter((kind) => !caused.has(kind) && !elsewhere.includes(kind));
    expect(missing).toEqual([]);
  });
});
