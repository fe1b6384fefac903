import { describe, expect, it } from 'vitest';
import {
  activityStepMs,
  beginInactivity,
  endingByTime,
  isActivity,
  isInactive,
  isLook,
  mayContinue,
  prolongedUntil,
} from '../../../src/policy/index.js';
import { ada, cleo, NOW, session } from './people.js';

const LIMIT = 600_000;
const STEP = 60_000;
const long = (endsAt = NOW + LIMIT + STEP, expiresAt = NOW + 3_600_000) =>
  session({ startedAt: NOW, expiresAt, inactivity: { limitMs: LIMIT, endsAt } });

describe('whether somebody uses a session', () => {
  const table: readonly [string, 'QUERY' | 'MUTATION' | 'SUBSCRIPTION', boolean, boolean, boolean][] = [
    ['a query that was let through', 'QUERY', false, true, true],
    ['a mutation that was let through', 'MUTATION', false, true, true],
    ['a query that a page marks as its own', 'QUERY', true, true, false],
    ['a mutation that a page marks as its own', 'MUTATION', true, true, false],
    ['a query of which nothing was let through, or a look', 'QUERY', false, false, false],
    ['a mutation of which nothing was let through', 'MUTATION', false, false, false],
    ['a stream', 'SUBSCRIPTION', false, true, false],
    ['a stream that is marked', 'SUBSCRIPTION', true, true, false],
  ];
  it.each(table)('%s', (_, kind, isMarked, hasRun, expected) => {
    expect(isActivity({ kind, isMarked, hasRun })).toBe(expected);
  });

  it('what asks about the impersonation or the schema alone is a look; the customer’s data are not', () => {
    for (const look of ['Query.impersonation', 'Query.actor', 'Query.__typename', 'Query.__schema'])
      expect(isLook(look), look).toBe(true);
    for (const use of ['Query.viewer', 'Query.orders', 'Mutation.updateDeliveryNote'])
      expect(isLook(use), use).toBe(false);
  });
});

describe('the end for want of activity', () => {
  it('is the limit and one step after the start, and there is none where the limit is 0', () => {
    expect(beginInactivity(600, NOW)).toEqual({ limitMs: LIMIT, endsAt: NOW + LIMIT + STEP });
    expect(beginInactivity(0, NOW)).toBeNull();
    expect([activityStepMs(60_000), activityStepMs(5_000)]).toEqual([6_000, 1_000]);
  });

  const table: readonly [string, ReturnType<typeof long>, number, boolean][] = [
    ['before it', long(NOW + 5), NOW + 4, false],
    ['at it', long(NOW + 5), NOW + 5, true],
    ['at a time that is no number', long(NOW + 5), Number.NaN, true],
    ['where it is no number', long(Number.NaN), NOW, true],
    ['where the fixed end comes first', long(NOW + 10, NOW + 10), NOW + 10, false],
    ['without a limit', session(), NOW + 3_600_000, false],
  ];
  it.each(table)('%s', (_, one, now, expected) => {
    expect(isInactive(one, now)).toBe(expected);
  });

  it('is not stored anew while what is stored will do, nor beyond the fixed end', () => {
    expect(prolongedUntil(long(), NOW + STEP)).toBeNull();
    expect(prolongedUntil(long(), NOW + STEP + 1)).toBe(NOW + STEP + 1 + LIMIT + STEP);
    expect(prolongedUntil(long(NOW + 600_000, NOW + 600_000), NOW + 599_999)).toBeNull();
    expect(prolongedUntil(session(), NOW)).toBeNull();
  });

  it('refuses what comes afterwards as for any session that has ended', () => {
    const asked = (one: ReturnType<typeof long>) =>
      mayContinue({
        actor: ada,
        subject: cleo,
        session: one,
        rules: { impersonatorRoles: ['ADMIN'], protectedRoles: [] },
        now: NOW,
      });
    expect(asked(long())).toEqual({ allowed: true });
    const refused = { allowed: false, code: 'IMPERSONATION_ENDED', why: 'INACTIVE' };
    expect(asked(long(NOW))).toEqual(refused);
    expect(asked({ ...long(NOW), ...endingByTime(long(NOW), NOW) })).toEqual(refused);
  });

  it('is told apart from the fixed end', () => {
    const end = NOW + LIMIT + STEP;
    expect(endingByTime(long(), end)).toMatchObject({ endedAt: end, endReason: 'INACTIVITY' });
    expect(endingByTime(long(), end + 10_000)).toMatchObject({ endedAt: end, endReason: 'INACTIVITY' });
    expect(endingByTime(session(), NOW + 900_000)).toMatchObject({ endedAt: NOW + 600_000, endReason: null });
  });

  it('that nobody could end by then ends when somebody does: a gateway that does not know of the limit may have let in more', () => {
    const late = NOW + LIMIT + STEP + 10_001;
    expect(endingByTime(long(), late)).toMatchObject({ endedAt: late, endReason: 'INACTIVITY' });
    expect(endingByTime(long(), NOW + 3_600_000)).toMatchObject({ endedAt: NOW + 3_600_000, endReason: null });
    expect(endingByTime(long(), NOW + 9_000_000)).toMatchObject({ endedAt: NOW + 3_600_000, endReason: null });
  });
});
