import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSessionFault } from '../../../src/impersonation/index.js';
import { thisMoment } from '../../../src/platform/moment.js';
import { TestClock } from '../../support/test-clock.js';
import { EPOCH } from '../audit/drafts.js';
import { session } from '../policy/people.js';
import { openReplica, outcome, pass, Stores } from './replicas.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const APART_MS = 3_000;
const LASTS_MS = 60_000;

/** A replica whose clock is ahead of the right time, and one whose clock is behind it, by as much. */
function open() {
  const stores = new Stores();
  const replica = (ahead: number) => {
    const clock = new TestClock();
    clock.advance(ahead);
    const opened = openReplica(stores, { clock });
    return { ...opened, clock, fault: createSessionFault(opened.view, clock, async (session) => session) };
  };
  const [ahead, behind] = [replica(APART_MS), replica(-APART_MS)];
  const begin = (at: typeof ahead) => {
    const startedAt = at.clock.now();
    const begun = session({ id: 's', startedAt, expiresAt: startedAt + LASTS_MS });
    stores.sessions.sessions.set('s', begun);
    at.view.add(begun, thisMoment(at.clock));
    return begun;
  };
  return { stores, ahead, behind, begin };
}

describe('where the clocks of two replicas are 6 s apart, a session', () => {
  it('begun by the one that is ahead goes on at the other, and not longer than its time', async () => {
    const { stores, ahead, behind, begin } = open();
    begin(ahead);
    await pass(LASTS_MS - 100);
    expect([
      await outcome(Promise.resolve(ahead.fault('s')), 50),
      await outcome(Promise.resolve(behind.fault('s')), 0),
    ]).toEqual([null, null]);
    await pass(100);
    expect(ahead.fault('s')).toBe('TOKEN_EXPIRED');
    await outcome(ahead.sweeper.sweep(), 0);
    // The other, by whose clock it would have 6 s left, learns of its end as of any.
    await pass(1_000);
    expect(await outcome(Promise.resolve(behind.fault('s')), 0)).toBe('TOKEN_EXPIRED');
    expect(stores.ends('s')).toEqual(['IMPERSONATION_EXPIRED -']);
  });

  it('begun by the one that is ahead ends at the other by itself, late by as much as the clocks are apart', async () => {
    const { ahead, behind, begin } = open();
    begin(ahead);
    await pass(LASTS_MS + 2 * APART_MS - 1);
    expect(await outcome(Promise.resolve(behind.fault('s')), 0)).toBeNull();
    await pass(1);
    expect(await outcome(Promise.resolve(behind.fault('s')), 0)).toBe('TOKEN_EXPIRED');
  });

  it('begun by the one that is behind ends early, never late', async () => {
    const { stores, ahead, behind, begin } = open();
    const begun = begin(behind);
    await pass(LASTS_MS - 2 * APART_MS);
    expect(await outcome(Promise.resolve(ahead.fault('s')), 0)).toBe('TOKEN_EXPIRED');
    await outcome(ahead.sweeper.sweep(), 1_000);
    expect(await outcome(Promise.resolve(behind.fault('s')), 0)).toBe('TOKEN_EXPIRED');
    expect(stores.sessions.sessions.get('s')).toMatchObject({ status: 'EXPIRED', endedAt: begun.expiresAt });
  });
});

describe('whether a request in its middle may go on', () => {
  it('is said at once while the view is fresh, else found out', async () => {
    const { ahead, begin } = open();
    begin(ahead);
    expect(ahead.fault('s')).toBeNull();
    await pass(1_100);
    const asked = ahead.fault('s');
    expect(asked).toBeInstanceOf(Promise);
    expect(await asked).toBeNull();
  });

  it('is no, and no error, where the store does not tell', async () => {
    const { stores, ahead, begin } = open();
    begin(ahead);
    stores.sessions.behaviour = 'hang';
    await pass(1_100);
    expect(await outcome(Promise.resolve(ahead.fault('s')), 1_600)).toBe('REVOCATION_UNAVAILABLE');
  });

  it('is no where the session has ended elsewhere while the process stood still', async () => {
    const { stores, ahead, begin } = open();
    begin(ahead);
    const ending = { status: 'REVOKED', endedAt: EPOCH, endedById: 'user_grace', endReason: 'enough' } as const;
    await stores.sessions.end('s', ending, { by: 'claim', at: EPOCH });
    ahead.clock.advance(10_000);
    expect(await ahead.fault('s')).toBe('IMPERSONATION_ENDED');
  });
});
