import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { thisMoment } from '../../../src/platform/moment.js';
import { draft, EPOCH, expectValidChains } from '../audit/drafts.js';
import { ada, direct } from '../policy/people.js';
import { outcome, pass } from './replicas.js';
import { open, RUNNING, revoke, stop, sweeps } from './running-session.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

describe('while the session store is down', () => {
  it('a stop takes effect here at once, is stored when the store is back, and recorded once', async () => {
    const gateway = open();
    gateway.sessions.behaviour = 'refuse';
    expect(await outcome(stop(gateway.replica))).toMatchObject({ session: { status: 'STOPPED' } });
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
    expect(await outcome(stop(gateway.replica))).toBe('IMPERSONATION_ENDED');
    await sweeps(gateway, 60);
    expect(gateway.stores.told()).toEqual([]);
    gateway.sessions.behaviour = 'ok';
    await sweeps(gateway, 60);
    expect(gateway.sessions.sessions.get('s')).toMatchObject({
      status: 'STOPPED',
      endedById: 'user_ada',
      endedAt: EPOCH,
    });
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    expect(gateway.events.stored[0]).toMatchObject({ requestId: 'request-1' });
    expect(gateway.sessions.claims.size).toBe(0);
    const tries = gateway.sessions.count('end');
    await sweeps(gateway, 10);
    expect(gateway.sessions.count('end')).toBe(tries);
  });

  it('a session known to this replica can be named, an unknown one cannot', async () => {
    const gateway = open();
    gateway.replica.view.add(RUNNING, thisMoment(gateway.replica.clock));
    gateway.sessions.behaviour = 'refuse';
    expect(await outcome(stop(gateway.other, direct(ada), 's'))).toBe('REVOCATION_UNAVAILABLE');
    expect(await outcome(revoke(gateway.replica))).toMatchObject({ status: 'REVOKED' });
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
  });

  it('a revocation of a session this replica has never seen is enforced here, also when the store is back first', async () => {
    const gateway = open();
    gateway.sessions.behaviours.end = 'refuse';
    expect(await outcome(revoke(gateway.replica))).toMatchObject({ status: 'REVOKED' });
    expect(gateway.sessions.sessions.get('s')?.status).toBe('ACTIVE');
    expect(await gateway.replica.view.lookup('s')).toMatchObject({ status: 'REVOKED' });
  });

  it('an end that another replica got in first with is not recorded again', async () => {
    const gateway = open();
    gateway.sessions.behaviours.end = 'refuse';
    await outcome(stop(gateway.replica));
    gateway.sessions.behaviours.end = 'ok';
    await outcome(revoke(gateway.other));
    await sweeps(gateway, 40);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_REVOKED -']);
  });

  it('an end whose answer was lost is recorded once', async () => {
    const gateway = open();
    gateway.sessions.scripts.end = ['lose-answer'];
    expect(await outcome(stop(gateway.replica))).toMatchObject({ session: { status: 'STOPPED' } });
    await sweeps(gateway, 70);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    expect(gateway.sessions.claims.size).toBe(0);
  });

  it('a mistake in the store is not hidden, and the session still counts as ended here', async () => {
    const gateway = open();
    gateway.sessions.behaviours.end = 'bug';
    expect(await outcome(stop(gateway.replica))).toContain('a mistake in the store');
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
  });
});

describe('while the trail cannot be written', () => {
  it.each([5, 20, 40, 120])('a stop is never refused, and recorded once after %i seconds', async (seconds) => {
    const gateway = open();
    gateway.events.behaviour = 'refuse';
    expect(await outcome(stop(gateway.replica), 2_100)).toMatchObject({ session: { status: 'STOPPED' } });
    await sweeps(gateway, seconds);
    gateway.events.behaviour = 'ok';
    await sweeps(gateway, 100);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    expect(gateway.sessions.claims.size).toBe(0);
    expectValidChains(gateway.events.stored);
  });

  // A write that lands more than a lease after it was sent is beyond what any deadline can promise.
  it.each([
    ['lose-answer', 5],
    ['lose-answer', 20],
    ['lose-answer', 40],
    ['late', 5],
    ['late', 14],
    ['late', 25],
  ] as const)(
    'an end event whose write fails but is carried out counts once (%s, %i s)',
    async (behaviour, seconds) => {
      const gateway = open();
      gateway.events.behaviour = behaviour;
      void outcome(stop(gateway.replica), 0);
      await sweeps(gateway, seconds);
      gateway.events.land();
      gateway.events.behaviour = 'ok';
      await sweeps(gateway, 100);
      expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
      expect(gateway.sessions.claims.size).toBe(0);
      expectValidChains(gateway.events.stored);
    },
  );

  it('claims nothing it could not record', async () => {
    const gateway = open();
    await gateway.sessions.end(
      's',
      { status: 'STOPPED', endedAt: EPOCH, endedById: 'user_ada', endReason: null },
      { by: 'crashed', at: EPOCH },
    );
    gateway.events.behaviour = 'refuse';
    void gateway.replica.trail.recordEventually(draft('stuck'));
    await pass(31_000);
    const claims = gateway.sessions.count('claimUnrecordedEnd');
    await outcome(gateway.replica.sweeper.sweep());
    expect(gateway.sessions.count('claimUnrecordedEnd')).toBe(claims);
    gateway.events.behaviour = 'ok';
    await pass(2_000);
  });
});

describe('who ends a session while the store is away', () => {
  it('is answered once it is stored, where that is soon', async () => {
    const gateway = open();
    gateway.sessions.scripts.end = ['refuse', 'refuse', 'refuse'];
    const told = stop(gateway.replica);
    expect(await outcome(told, 50)).toBe('waiting');
    expect(gateway.replica.isUnstored('s')).toBe(true);
    expect(await outcome(told, 1_000)).toMatchObject({ session: { status: 'STOPPED' } });
    expect(gateway.sessions.sessions.get('s')?.status).toBe('STOPPED');
    expect(gateway.replica.isUnstored('s')).toBe(false);
    await sweeps(gateway, 60);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
  });

  it.each(['refuse', 'hang'] as const)(
    'else after two seconds, and it can be told that the others do not know (%s)',
    async (behaviour) => {
      const gateway = open();
      gateway.sessions.behaviours.end = behaviour === 'refuse' ? behaviour : 'ok';
      if (behaviour === 'hang') gateway.sessions.scripts.end = ['refuse', 'hang'];
      const told = stop(gateway.replica);
      expect(await outcome(told, 1_900)).toBe('waiting');
      expect(await outcome(told, 200)).toMatchObject({ session: { status: 'STOPPED' } });
      expect(gateway.replica.isUnstored('s')).toBe(true);
    },
  );

  it('is not waited for by whoever is refused because the gateway itself ended the session', async () => {
    const gateway = open();
    gateway.sessions.behaviours.end = 'refuse';
    expect(await outcome(gateway.replica.revokeUnfit(RUNNING, 'ACTOR_DEMOTED'), 0)).toBeUndefined();
    expect(gateway.replica.isUnstored('s')).toBe(true);
  });
});

describe('an end that took effect here while the store was away', () => {
  it('stands as it was told to its caller, though time runs out before it is stored', async () => {
    const gateway = open([{ ...RUNNING, expiresAt: EPOCH + 5_000 }]);
    gateway.sessions.behaviours.end = 'refuse';
    expect(await outcome(stop(gateway.replica), 2_100)).toMatchObject({ session: { status: 'STOPPED' } });
    for (let second = 0; second < 10; second++) {
      await outcome(
        gateway.replica.sweeper.sweep().catch(() => undefined),
        1_000,
      );
    }
    gateway.sessions.behaviours.end = 'ok';
    await outcome(gateway.replica.sweeper.sweep());
    expect(gateway.sessions.sessions.get('s')).toMatchObject({ status: 'STOPPED', endedAt: EPOCH });
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
  });

  it('stands also where the store comes back between the try to store it and the search for what has expired', async () => {
    const gateway = open([{ ...RUNNING, expiresAt: EPOCH + 5_000 }]);
    gateway.sessions.behaviours.end = 'refuse';
    await outcome(stop(gateway.replica), 2_100);
    await pass(10_000);
    gateway.sessions.behaviours.end = 'ok';
    gateway.sessions.scripts.end = ['refuse'];
    await outcome(
      gateway.replica.sweeper.sweep().catch(() => undefined),
      1_000,
    );
    await outcome(gateway.replica.sweeper.sweep());
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    expect(await outcome(revoke(gateway.replica))).toBe('IMPERSONATION_ENDED');
  });
});

describe('hours without a store', () => {
  it('cost one entry for each session that was ended, and one try a round', async () => {
    const many = Array.from({ length: 120 }, (_, n) => ({ ...RUNNING, id: `s${n}`, actorId: `actor-${n}` }));
    const gateway = open(many);
    gateway.sessions.behaviour = 'refuse';
    gateway.events.behaviour = 'refuse';
    for (let attempt = 0; attempt < 3; attempt++) {
      for (const one of many) await outcome(gateway.replica.revokeUnfit(one, 'ACTOR_DEMOTED'), 0);
    }
    const rounds = 300;
    const queued = vi.spyOn(gateway.replica.trail, 'recordEventually');
    const tried = gateway.sessions.count('end');
    for (let round = 0; round < rounds; round++) {
      await outcome(
        gateway.replica.sweeper.sweep().catch(() => undefined),
        1_000,
      );
    }
    // Nothing is put into the trail's queue for what is not stored, and a round stops at its first failure.
    expect(queued).not.toHaveBeenCalled();
    expect(gateway.sessions.count('end') - tried).toBeLessThanOrEqual(rounds * 50);
    gateway.sessions.behaviour = 'ok';
    gateway.events.behaviour = 'ok';
    await sweeps(gateway, 60);
    for (const { id } of many) expect(gateway.stores.ends(id)).toEqual(['IMPERSONATION_REVOKED FORBIDDEN']);
    expect(gateway.sessions.claims.size).toBe(0);
  });

  it('without a trail cost one event in its queue for each session, however long', async () => {
    const gateway = open();
    gateway.events.behaviour = 'hang';
    const queued = vi.spyOn(gateway.replica.trail, 'recordEventually');
    await outcome(stop(gateway.replica), 3_000);
    await sweeps(gateway, 500);
    expect(queued).toHaveBeenCalledTimes(1);
  });
});

describe('an end whose recorder crashed', () => {
  const STOPPED = { status: 'STOPPED', endedAt: EPOCH, endedById: 'user_ada', endReason: null } as const;

  it('before it was recorded is recorded by exactly one other, after the lease', async () => {
    const gateway = open();
    await gateway.sessions.end('s', STOPPED, { by: 'crashed', at: EPOCH });
    await sweeps(gateway, 29);
    expect(gateway.stores.told()).toEqual([]);
    await sweeps(gateway, 40);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    expect(gateway.events.stored[0]).toMatchObject({ actorId: 'user_ada', occurredAt: EPOCH });
    expect(gateway.sessions.claims.size).toBe(0);
  });

  it('after it was recorded, before that was confirmed, is confirmed and not recorded again', async () => {
    const gateway = open();
    gateway.sessions.behaviours.confirmEndRecorded = 'refuse';
    await outcome(stop(gateway.replica));
    expect(gateway.sessions.claims.size).toBe(1);
    gateway.sessions.behaviours.confirmEndRecorded = 'ok';
    await sweeps(gateway, 40);
    expect(gateway.stores.ends('s')).toHaveLength(1);
    expect(gateway.sessions.claims.size).toBe(0);
  });

  it('names whoever ended it also where only the session is left to tell', async () => {
    const gateway = open();
    await gateway.sessions.end(
      's',
      { ...STOPPED, status: 'REVOKED', endedById: 'user_grace', endReason: 'enough' },
      { by: 'crashed', at: EPOCH },
    );
    await sweeps(gateway, 35);
    expect(gateway.events.stored[0]).toMatchObject({ type: 'IMPERSONATION_REVOKED', actorId: 'user_grace' });
    expect(gateway.events.stored[0]?.details?.text).toBe('{"reason":"enough"}');
  });
});
