import { describe, expect, it } from 'vitest';
import { type AddressTrust, mayVerify, noteRefused } from '../../../src/policy/index.js';

function refusedAt(times: readonly number[]): AddressTrust | undefined {
  return times.reduce<AddressTrust | undefined>((trust, now) => noteRefused(trust, now), undefined);
}
const many = (count: number, now: number) => refusedAt(Array<number>(count).fill(now));

describe('whether a credential that is new here is verified', () => {
  it('is not asked of an address that has sent fewer bad ones than the bound', () => {
    expect(mayVerify(undefined, 0, 3).allowed).toBe(true);
    expect(mayVerify(many(2, 0), 0, 3).allowed).toBe(true);
    expect(mayVerify(many(3, 0), 0, 0).allowed).toBe(true);
  });

  it('is so once a second beyond it, and no more', () => {
    let trust = many(3, 0);
    const allowed: number[] = [];
    for (let now = 0; now < 5_000; now += 50) {
      const decision = mayVerify(trust, now, 3);
      if (decision.allowed) allowed.push(now);
      trust = decision.allowed ? noteRefused(decision.trust, now) : decision.trust;
    }
    expect(allowed).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  });

  it('is so again without a limit when the bad ones are past', () => {
    const decide = (now: number) => mayVerify({ refused: many(3, 0)?.refused, verifiedAt: now }, now, 3).allowed;
    expect([decide(30_000), decide(59_999), decide(120_000)]).toEqual([false, false, true]);
  });

  it('is so where the clock was set back: nobody is kept out until it has caught up', () => {
    const trust = { refused: many(3, 50_000)?.refused, verifiedAt: 50_000 };
    expect(mayVerify(trust, 10_000, 3).allowed).toBe(true);
    // Nor where that many bad ones follow.
    const again = [1, 2, 3].reduce<AddressTrust | undefined>((before) => noteRefused(before, 10_000), trust);
    expect(mayVerify(again, 10_000, 3)).toMatchObject({ allowed: true, trust: { verifiedAt: 10_000 } });
  });
});
