import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type Verdict, type VerifyOptions } from '../../../src/audit/verify/index.js';
import type { Attack } from './attack.js';
import { goldenReports, reportOn } from './attack-reports.js';
import { ATTACKS } from './attacks.js';
import { MIDNIGHT, story, verifyOffline, verifyOnline } from './story.js';
import { kindsOf } from './verifying.js';

/** Kinds of the input rather than of the trail: files.test.ts and store.test.ts bring them about. */
const OF_INPUTS = ['LINE', 'UNREADABLE', 'ANCHOR_LINE'];

async function verdictOf(
  { attack, options }: Attack,
  by: 'export' | 'store',
  onFault?: VerifyOptions['onFault'],
): Promise<Verdict> {
  const trail = story();
  attack(trail);
  const all = onFault === undefined ? { ...options } : { ...options, onFault };
  return by === 'export' ? verifyOffline(trail, all) : verifyOnline(trail, all);
}

const golden = goldenReports();

describe.each(['export', 'store'] as const)('a trail verified from the %s', (by) => {
  it('holds when nothing was done to it', async () => {
    const trail = story();
    const verdict = by === 'export' ? await verifyOffline(trail) : await verifyOnline(trail);
    expect(verdict).toEqual({
      verdict: 'HOLDS',
      limits: ['UNSEALED_EVENTS'],
      chains: 2,
      events: 10,
      unsealedEvents: 2,
      erasedDetails: 0,
      gaps: 0,
      commitSignatures: 6,
      uncheckedSignatures: 0,
      prunedEvents: 0,
      givenUpEvents: {},
      seals: 3,
      lostSeals: 0,
      anchoredSeals: 3,
      newestEventAt: MIDNIGHT + 22_000,
      newestSealAt: MIDNIGHT + 15_000,
      faults: [],
      total: 0,
      counts: {},
    });
  });

  it.each(ATTACKS.filter((attack) => (attack.by ?? by) === by && attack.faults.length > 0))(
    'tells: $name',
    async (attack) => {
      const report = reportOn(attack.name, by);
      const verdict = await verdictOf(attack, by, report.onFault);
      expect(kindsOf(verdict)).toEqual(expect.arrayContaining([...attack.faults]));
      expect(verdict.verdict).toBe('FAULTY');
      // Where it is, in which words, and what it leaves unproven: all of it, and no more.
      expect(report.lines(), golden.how).toEqual(golden.of(report));
    },
  );

  it.each(ATTACKS.filter((attack) => attack.faults.length === 0))('takes no offence at: $name', async (attack) => {
    expect((await verdictOf(attack, by)).faults).toEqual([]);
  });
});

describe('the table of attacks', () => {
  it('has a report for each attack that is told, and none for any other', () => {
    const told = ATTACKS.filter(({ faults }) => faults.length > 0).flatMap(({ name, by }) =>
      (['export', 'store'] as const).filter((way) => (by ?? way) === way).map((way) => reportOn(name, way).title),
    );
    expect([...golden.titles()].sort()).toEqual(told.sort());
  });

  it('brings about every kind of fault that a trail can have', () => {
    const caused = new Set(ATTACKS.flatMap(({ faults }) => faults));
    const missing = FAULT_KINDS.filter((kind) => !caused.has(kind) && !OF_INPUTS.includes(kind));
    expect(missing).toEqual([]);
  });
});
