import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isInactive } from '../../src/policy/index.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { EPOCH } from '../unit/audit/drafts.js';
import { openReplica, outcome, pass, Stores } from '../unit/impersonation/replicas.js';
import { session } from '../unit/policy/people.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const LIMIT = 60_000;
const STEP = 6_000;
/** A sweep comes once a second. */
const ROUND = 1_000;

describe('a session that is used now and then, at one of two replicas', () => {
  it('never ends before the limit after the last activity, and at latest one step later; with one event', async () => {
    console.log(`inactivity: TEST_SEED=${SEED}`);
    const random = seededRandom(SEED);
    for (let round = 0; round < 8; round++) {
      const stores = new Stores();
      const replicas = [openReplica(stores), openReplica(stores)] as const;
      const startedAt = Date.now();
      const one = session({
        id: `${round}`,
        startedAt,
        expiresAt: startedAt + 900_000,
        inactivity: { limitMs: LIMIT, endsAt: startedAt + LIMIT + STEP },
      });
      stores.sessions.sessions.set(one.id, one);
      let lastActive = startedAt;
      const busyUntil = startedAt + random() * 400_000;
      const context = () => `round ${round}, TEST_SEED=${SEED}`;
      const now = () => stores.sessions.sessions.get(one.id);
      for (let step = 0; step < 800 && now()?.status === 'ACTIVE'; step++) {
        const replica = replicas[random() < 0.5 ? 0 : 1];
        if (random() < 0.2 && Date.now() < busyUntil) {
          const found = await outcome(Promise.resolve(replica.view.lookup(one.id)), 0);
          // As a request does: what looks unused here is settled with the store first.
          const here =
            typeof found === 'object' && found !== null && isInactive(found, Date.now())
              ? await outcome(replica.activity.settle(found), 0)
              : found;
          if (typeof here === 'object' && here?.status === 'ACTIVE') {
            const at = Date.now();
            const noted = replica.activity.note(here);
            if (noted === undefined || (await outcome(noted, 0)) === true) lastActive = at;
          }
        }
        for (const { sweeper } of replicas) void outcome(sweeper.sweep(), 0);
        await pass(random() * ROUND * 2);
      }
      const ended = now();
      expect(ended, context()).toMatchObject({ status: 'EXPIRED', endReason: 'INACTIVITY' });
      expect(ended?.endedAt, context()).toBeGreaterThanOrEqual(lastActive + LIMIT);
      expect(ended?.endedAt, context()).toBeLessThanOrEqual(lastActive + LIMIT + STEP);
      for (let second = 0; second < 40; second++) {
        for (const { sweeper } of replicas) void outcome(sweeper.sweep(), 0);
        await pass(1_000);
      }
      expect(stores.ends(one.id), context()).toEqual(['IMPERSONATION_EXPIRED -']);
      expect(stores.sessions.claims.size, context()).toBe(0);
      expect(stores.sessions.count('prolong'), context()).toBeLessThanOrEqual(2 + 2 * Math.ceil(400_000 / STEP));
    }
  });
});

describe('activity that comes too late, or cannot be stored', () => {
  const one = session({
    id: 's',
    startedAt: EPOCH,
    expiresAt: EPOCH + 900_000,
    inactivity: { limitMs: LIMIT, endsAt: EPOCH + LIMIT + STEP },
  });
  const open = () => {
    const stores = new Stores();
    stores.sessions.sessions.set(one.id, one);
    return { stores, replica: openReplica(stores), other: openReplica(stores) };
  };

  it('does not bring back a session that has ended', async () => {
    const { stores, replica, other } = open();
    await pass(LIMIT + STEP - 1);
    // It ends while the activity is on its way.
    stores.sessions.sessions.set(one.id, { ...one, status: 'STOPPED', endedAt: Date.now(), endedById: 'user_ada' });
    expect(await outcome(Promise.resolve(replica.activity.note(one)))).toBe(false);
    expect(replica.view.lastKnown('s')?.status).toBe('STOPPED');
    expect(await outcome(other.activity.settle(one))).toMatchObject({ status: 'STOPPED' });
  });

  it('what looks unused here and was used elsewhere goes on, and no event says otherwise', async () => {
    const { stores, replica, other } = open();
    await pass(LIMIT);
    expect(await outcome(Promise.resolve(other.activity.note(one)), 0)).toBe(true);
    await pass(STEP + 1);
    expect(await outcome(replica.activity.settle(one), 0)).toMatchObject({ status: 'ACTIVE' });
    expect(replica.view.hasEnded('s')).toBe(false);
    expect(stores.ends('s')).toEqual([]);
  });

  it('is not taken for noted where the store does not answer, and an end is not taken for certain', async () => {
    const { stores, replica } = open();
    await pass(LIMIT);
    stores.sessions.behaviour = 'refuse';
    expect(await outcome(Promise.resolve(replica.activity.note(one)), 0)).not.toBe(true);
    await pass(STEP);
    expect(await outcome(replica.activity.settle(one), 0)).not.toMatchObject({ status: 'EXPIRED' });
    expect(replica.view.hasEnded('s')).toBe(false);
  });
});
