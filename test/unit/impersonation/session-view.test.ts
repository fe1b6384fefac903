import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { createSessionView } from '../../../src/impersonation/index.js';
import type { Clock } from '../../../src/platform/clock.js';
import { thisMoment } from '../../../src/platform/moment.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, EPOCH } from '../audit/drafts.js';
import { session as policySession } from '../policy/people.js';
import { MemorySessions } from './memory-sessions.js';
import { outcome, pass } from './replicas.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const STOPPED = { status: 'STOPPED', endedAt: EPOCH, endedById: 'user_ada', endReason: null } as const;

function session(id: string, more: Partial<ImpersonationSession> = {}): ImpersonationSession {
  return policySession({ id, startedAt: EPOCH, expiresAt: EPOCH + 3_600_000, ...more });
}

async function open(
  ids: readonly string[] = ['s'],
  clock: Clock & { advance?: (ms: number) => void } = new TestClock(),
) {
  const sessions = new MemorySessions();
  for (const id of ids) sessions.sessions.set(id, session(id));
  const { logger, lines } = collectedLog();
  const view = createSessionView({ sessions, clock, logger });
  await view.start();
  const ended: string[] = [];
  view.onEnded(({ id, status }) => void ended.push(`${id} ${status}`));
  return { sessions, view, clock, ended, lines };
}
const status = async (found: ReturnType<Awaited<ReturnType<typeof open>>['view']['lookup']>, ms = 2_000) => {
  const settled = await outcome(Promise.resolve(found), ms);
  return settled === null || typeof settled === 'string' ? settled : settled.status;
};

describe('a session', () => {
  it('is answered at once, without a promise, while the view is fresh and holds it', async () => {
    const { view, sessions } = await open();
    expect(await view.lookup('s')).toMatchObject({ id: 's', status: 'ACTIVE' });
    const reads = sessions.calls.length;
    expect(view.lookup('s')).not.toBeInstanceOf(Promise);
    expect(sessions.calls).toHaveLength(reads);
  });

  it('of which the view has not heard is looked up, and null where there is none', async () => {
    const { view } = await open();
    expect(await status(view.lookup('s'))).toBe('ACTIVE');
    expect(await status(view.lookup('unknown'))).toBeNull();
  });

  it('stored on this replica is known at once', async () => {
    const { view, sessions, clock } = await open([]);
    sessions.sessions.set('new', session('new'));
    view.add(session('new'), thisMoment(clock));
    expect(view.lookup('new')).toMatchObject({ id: 'new' });
  });

  it('ended by another replica is seen to have ended within a second, and told of once', async () => {
    const { view, sessions, ended } = await open();
    await view.lookup('s');
    await sessions.end('s', STOPPED, { by: 'claim', at: EPOCH });
    await pass(1_000);
    expect(view.lookup('s')).toMatchObject({ status: 'STOPPED' });
    expect(view.hasEnded('s')).toBe(true);
    await pass(5_000);
    expect(ended).toEqual(['s STOPPED']);
  });

  it('removed from the store behind our back is not honoured any more', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    sessions.sessions.delete('s');
    await pass(1_000);
    expect(await status(view.lookup('s'))).toBeNull();
    expect(view.lastKnown('s')).toBeNull();
  });
});

describe('a session that is known at once to go on', () => {
  it('is one that the view holds, as the look-up gives it, for a second after it was read', async () => {
    const { view, clock } = await open();
    expect(view.fresh('s')).toBeNull();
    const found = await view.lookup('s');
    expect(view.fresh('s')).toBe(found);
    (clock as TestClock).advance(1_000);
    expect(view.fresh('s')).toBe(found);
    (clock as TestClock).advance(1);
    expect(view.fresh('s')).toBeNull();
  });

  it('is none that has ended, here or elsewhere, though that cannot be out of date', async () => {
    const { view, sessions } = await open(['here', 'elsewhere']);
    await view.lookup('here');
    await view.lookup('elsewhere');
    view.markEnded(session('here'), STOPPED);
    await sessions.end('elsewhere', STOPPED, { by: 'claim', at: EPOCH });
    await pass(1_000);
    expect([view.fresh('here'), view.fresh('elsewhere'), view.fresh('unknown')]).toEqual([null, null, null]);
    expect([view.hasEnded('here'), view.hasEnded('elsewhere'), view.hasEnded('unknown')]).toEqual([true, true, false]);
  });

  it('is nobody’s to hear of: only ends are told', async () => {
    const { view, ended } = await open();
    await view.lookup('s');
    await pass(5_000);
    expect(ended).toEqual([]);
  });

  it('stays in use by being asked for so', async () => {
    const { view } = await open();
    await view.lookup('s');
    for (let second = 0; second < 90; second += 1) {
      expect(view.fresh('s')).not.toBeNull();
      await pass(1_000);
    }
  });

  it('is counted until it has ended or its time is up', async () => {
    const { view, clock } = await open(['one', 'two', 'over']);
    for (const id of ['one', 'two', 'over']) await view.lookup(id);
    expect(view.activeCount()).toBe(3);
    view.markEnded(session('two'), STOPPED);
    expect(view.activeCount()).toBe(2);
    (clock as TestClock).advance(3_600_000 - 1);
    expect(view.activeCount()).toBe(2);
    (clock as TestClock).advance(1);
    expect(view.activeCount()).toBe(0);
  });
});

describe('an answer of the store that is taken in long after it was given', () => {
  const ended = async ({ sessions, clock }: Awaited<ReturnType<typeof open>>) => {
    await sessions.end('s', STOPPED, { by: 'claim', at: EPOCH });
    // As for a process that stands still meanwhile, or whose network does.
    (clock as TestClock).advance(60_000);
  };

  it('lets nobody in: not who comes while the read of all sessions is under way', async () => {
    const opened = await open();
    await opened.view.lookup('s');
    opened.sessions.hold('getMany');
    await pass(500);
    await ended(opened);
    const looked = opened.view.lookup('s');
    opened.sessions.release('getMany');
    expect(await status(looked)).toBe('STOPPED');
  });

  it('lets nobody in: not who asked for it', async () => {
    const opened = await open();
    opened.sessions.hold('get');
    const looked = opened.view.lookup('s');
    await ended(opened);
    opened.sessions.release('get');
    expect(await status(looked)).toBe('STOPPED');
  });

  it('lets nobody in where the store gives no newer one', async () => {
    const opened = await open();
    opened.sessions.hold('get');
    const looked = opened.view.lookup('s');
    await ended(opened);
    opened.sessions.behaviour = 'hang';
    opened.sessions.release('get');
    expect(await status(looked)).toBe('REVOCATION_UNAVAILABLE');
  });

  it('does not count as young because all other sessions were read since', async () => {
    const { view, sessions } = await open(['s', 'other']);
    await view.lookup('other');
    sessions.hold('get');
    await pass(390);
    const looked = view.lookup('s');
    await sessions.end('s', STOPPED, { by: 'claim', at: EPOCH });
    // The next read begins, which does not ask for this session yet.
    await pass(20);
    sessions.hold('getMany');
    await pass(700);
    sessions.release('get');
    expect(await status(looked)).toBe('ACTIVE');
    await pass(250);
    const later = view.lookup('s');
    sessions.release('getMany');
    expect(await status(later)).toBe('STOPPED');
  });
});

describe('the end of a session on this replica', () => {
  it('shows at once, in a lookup and in `hasEnded`, though the store may not know of it', async () => {
    const { view, ended } = await open();
    await view.lookup('s');
    view.markEnded(session('s'), STOPPED);
    expect(view.hasEnded('s')).toBe(true);
    expect(view.lookup('s')).toMatchObject(STOPPED);
    expect(view.lastKnown('s')).toMatchObject(STOPPED);
    expect(ended).toEqual(['s STOPPED']);
  });

  it('is final whatever the store says, for as long as its token could be shown', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    view.markEnded(session('s'), STOPPED);
    for (let minute = 0; minute < 60; minute++) {
      await pass(60_000);
      expect(sessions.sessions.get('s')?.status).toBe('ACTIVE');
      expect(view.hasEnded('s')).toBe(true);
      if (minute % 7 === 0) expect(await status(view.lookup('s'), 10)).toBe('STOPPED');
    }
  });

  it('is final for a session the view had not heard of', async () => {
    const { view, ended } = await open();
    view.markEnded(session('s'), STOPPED);
    expect(view.hasEnded('s')).toBe(true);
    expect(await status(view.lookup('s'))).toBe('STOPPED');
    await pass(120_000);
    expect(view.hasEnded('s')).toBe(true);
    expect(ended).toEqual(['s STOPPED']);
  });

  it('is not undone by a read that began before it', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    sessions.hold('getMany');
    await pass(500);
    view.markEnded(session('s'), STOPPED);
    sessions.release('getMany');
    await pass(50);
    expect(view.hasEnded('s')).toBe(true);
  });

  it('is not undone by the first look-up of the session, where that began before it', async () => {
    const { view, sessions } = await open();
    sessions.hold('get');
    const looked = view.lookup('s');
    view.markEnded(session('s'), STOPPED);
    sessions.release('get');
    expect(await status(looked)).toBe('STOPPED');
    expect(view.hasEnded('s')).toBe(true);
  });

  it('is told to whoever was waiting for a look-up meanwhile, though that has no answer', async () => {
    const { view, sessions } = await open();
    sessions.behaviours.get = 'hang';
    const looked = status(view.lookup('s'));
    view.markEnded(session('s'), STOPPED);
    expect(await looked).toBe('STOPPED');
  });

  it('is the first that was marked, not a later one', async () => {
    const { view, ended, clock } = await open();
    await view.lookup('s');
    view.markEnded(session('s'), STOPPED);
    view.markEnded(session('s'), { ...STOPPED, status: 'REVOKED' });
    expect(view.lookup('s')).toMatchObject({ status: 'STOPPED' });
    view.add(session('s'), thisMoment(clock));
    expect(view.lookup('s')).toMatchObject({ status: 'STOPPED' });
    expect(ended).toEqual(['s STOPPED']);
  });

  it('is answered however long the store has been down, since it cannot be out of date', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    view.markEnded(session('s'), STOPPED);
    sessions.behaviour = 'refuse';
    await pass(1_800_000);
    expect(view.lookup('s')).toMatchObject({ status: 'STOPPED' });
  });
});

describe('a store that does not answer', () => {
  it.each(['refuse', 'hang'] as const)('is bridged for a second and no longer (%s)', async (behaviour) => {
    const { view, sessions } = await open();
    await view.lookup('s');
    sessions.behaviour = behaviour;
    await pass(600);
    expect(view.lookup('s')).toMatchObject({ status: 'ACTIVE' });
    await pass(500);
    expect(view.fresh('s')).toBeNull();
    expect(await status(view.lookup('s'), 2_000)).toBe('REVOCATION_UNAVAILABLE');
    expect(view.lastKnown('s')).toMatchObject({ status: 'ACTIVE' });
  });

  it('is waited for: who asks in a hiccup is answered when it is over', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    sessions.behaviour = 'refuse';
    await pass(1_100);
    sessions.behaviour = 'ok';
    expect(await status(view.lookup('s'))).toBe('ACTIVE');
  });

  it.each(['refuse', 'hang'] as const)('is waited for by nobody longer than 1.5 seconds (%s)', async (behaviour) => {
    const { view, sessions } = await open();
    sessions.behaviour = behaviour;
    expect(await status(view.lookup('unknown'), 1_500)).toBe('REVOCATION_UNAVAILABLE');
    expect(view.lastKnown('unknown')).toBeNull();
  });

  it('is noticed to answer again, and an end that happened meanwhile with it', async () => {
    const { view, sessions, lines } = await open();
    await view.lookup('s');
    sessions.behaviour = 'refuse';
    await pass(30_000);
    sessions.behaviour = 'ok';
    await sessions.end('s', STOPPED, { by: 'claim', at: EPOCH });
    await pass(1_000);
    expect(view.hasEnded('s')).toBe(true);
    expect(view.ageMs()).toBeLessThan(1_000);
    expect(lines.filter((line) => line.includes('could not be refreshed'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('fresh again'))).toHaveLength(1);
  });

  it('keeps a view from starting at all', async () => {
    const sessions = new MemorySessions();
    sessions.behaviour = 'refuse';
    const view = createSessionView({ sessions, clock: new TestClock(), logger: collectedLog().logger });
    await expect(view.start()).rejects.toThrow('not answered');
    expect(view.ageMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('how old the view is', () => {
  it('is told by the wall clock also where the process’s own clock stood still', async () => {
    const clock = new TestClock();
    const { view } = await open(['s'], clock);
    await view.lookup('s');
    clock.advance(1_001);
    expect(view.ageMs()).toBeGreaterThan(1_000);
    expect(view.lookup('s')).toBeInstanceOf(Promise);
    await pass(10);
  });

  it('is told by the process’s own clock also where the wall clock was set back', async () => {
    const clock = new TestClock();
    const { view, sessions } = await open(['s'], clock);
    await view.lookup('s');
    clock.advance(-3_600_000);
    sessions.behaviour = 'refuse';
    await pass(5_100);
    expect(view.ageMs()).toBeGreaterThan(5_000);
    expect(await status(view.lookup('s'))).toBe('REVOCATION_UNAVAILABLE');
  });

  it('is exact on an idle replica too', async () => {
    const { view, sessions } = await open([]);
    await pass(60_000);
    expect(view.ageMs()).toBeLessThan(1_000);
    sessions.behaviour = 'refuse';
    await pass(10_000);
    expect(view.ageMs()).toBeGreaterThan(9_000);
  });

  it('counts from when a read began, not from when it ended', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    sessions.hold('getMany');
    await pass(1_300);
    sessions.release('getMany');
    await pass(0);
    expect(view.ageMs()).toBeGreaterThan(850);
    await pass(400);
  });
});

describe('the view', () => {
  it('forgets sessions that are not used, and asks for them anew', async () => {
    const { view, sessions } = await open();
    await view.lookup('s');
    await pass(62_000);
    expect(sessions.calls.at(-1)?.ids).not.toContain('s');
    expect(view.lastKnown('s')).toBeNull();
    expect(await status(view.lookup('s'))).toBe('ACTIVE');
  });

  it('forgets an end of its own only when no token of the session can be valid any more', async () => {
    const { view } = await open();
    view.markEnded(session('s', { expiresAt: EPOCH + 600_000 }), STOPPED);
    await pass(659_000);
    expect(view.hasEnded('s')).toBe(true);
    await pass(3_000);
    expect(view.lastKnown('s')).toBeNull();
  });

  it('keeps those in use, and reads any number of them in pieces', async () => {
    const ids = Array.from({ length: 1_201 }, (_, n) => `s${n}`);
    const { view, sessions, clock } = await open(ids);
    for (const id of ids) view.add(session(id), thisMoment(clock));
    sessions.calls.length = 0;
    await sessions.end('s1200', STOPPED, { by: 'claim', at: EPOCH });
    await pass(450);
    const reads = sessions.calls.filter(({ method }) => method === 'getMany');
    expect(reads.map((read) => read.ids.length)).toEqual([500, 500, 201]);
    expect(view.hasEnded('s1200')).toBe(true);
    expect(view.hasEnded('s0')).toBe(false);
  });

  it('tells nobody who no longer listens, and reads nothing once it is stopped', async () => {
    const { view, sessions } = await open();
    const heard: string[] = [];
    const stop = view.onEnded(({ id }) => void heard.push(id));
    stop();
    view.markEnded(session('s'), STOPPED);
    expect(heard).toEqual([]);
    view.stop();
    await pass(500);
    const reads = sessions.calls.length;
    await pass(10_000);
    expect(sessions.calls).toHaveLength(reads);
  });
});
