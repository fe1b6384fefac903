import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import type { SessionStore } from '../../../src/stores/index.js';
import { draft, EPOCH } from '../audit/drafts.js';
import { openReplica, outcome, type Stores } from './replicas.js';
import { open, RUNNING, stop, sweeps, under } from './running-session.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

describe('what is known of the request that ended a session', () => {
  const FACTS = { type: 'IMPERSONATION_STOPPED', requestId: 'request-1', actorId: 'user_ada' };

  function expectFacts(gateway: ReturnType<typeof open>): void {
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    const [event] = gateway.events.stored.filter(({ sessionId }) => sessionId === 's');
    expect(event).toMatchObject(FACTS);
    expect(event?.details?.text).toContain('"ipAddress":"192.0.2.7"');
    expect(gateway.sessions.claims.size).toBe(0);
  }

  it('is recorded though the answer of the store was lost, and soon', async () => {
    const gateway = open();
    gateway.sessions.scripts.end = ['lose-answer'];
    await outcome(stop(gateway.replica), 100);
    await sweeps(gateway, 2);
    expectFacts(gateway);
  });

  it.each([15, 25, 45, 300])('is recorded after the trail alone was away for %i seconds', async (seconds) => {
    const gateway = open();
    gateway.events.behaviour = 'refuse';
    await outcome(stop(gateway.replica), 100);
    await sweeps(gateway, seconds);
    gateway.events.behaviour = 'ok';
    await sweeps(gateway, 60);
    expectFacts(gateway);
  });

  it.each([15, 45, 3 * 3_600])('is recorded after the whole store was away for %i seconds', async (seconds) => {
    for (const stored of ['ok', 'lose-answer', 'refuse'] as const) {
      const running = { ...RUNNING, expiresAt: Date.now() + 4 * 3_600_000 };
      const gateway = open([running]);
      gateway.events.behaviour = 'refuse';
      gateway.sessions.scripts.end = [stored];
      await outcome(stop(gateway.replica, under(running)), 100);
      gateway.sessions.behaviour = 'refuse';
      await sweeps(gateway, Math.min(seconds, 60));
      vi.setSystemTime(Date.now() + Math.max(0, seconds - 60) * 1_000);
      gateway.sessions.behaviour = 'ok';
      gateway.events.behaviour = 'ok';
      await sweeps(gateway, 60);
      expectFacts(gateway);
    }
  });

  it('includes why the gateway itself ended it, also where only the session is left to tell', async () => {
    for (const [endReason, code] of [
      ['SUBJECT_PROTECTED', 'SUBJECT_PROTECTED'],
      ['ACTOR_DEMOTED', 'FORBIDDEN'],
      ['AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE'],
      ['[ERASED]', '-'],
      ['toString', '-'],
    ] as const) {
      const gateway = open();
      const ending = { status: 'REVOKED', endedAt: Date.now(), endedById: null, endReason } as const;
      await gateway.sessions.end('s', ending, { by: 'crashed', at: Date.now() });
      await sweeps(gateway, 40);
      expect(gateway.stores.ends('s')).toEqual([`IMPERSONATION_REVOKED ${code}`]);
    }
  });

  it('comes before those who would take over, whoever sweeps first when the store is back', async () => {
    const gateway = open();
    gateway.events.behaviour = 'refuse';
    await outcome(stop(gateway.replica), 100);
    gateway.sessions.behaviour = 'refuse';
    await sweeps(gateway, 60);
    gateway.sessions.behaviour = 'ok';
    gateway.events.behaviour = 'ok';
    await sweeps({ replica: gateway.other, other: gateway.other }, 3);
    await sweeps(gateway, 60);
    expectFacts(gateway);
  });
});

describe('a replica that is cut off from the store alone', () => {
  const away = () => Promise.reject(new StoreUnavailableError('cut off'));

  /** A replica that reaches the store, or a part of it, only while it is not cut off. */
  function withLine(stores: Stores) {
    const line = { events: true, sessions: true };
    const over = <T extends object>(port: T, isUp: () => boolean): T =>
      new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => (isUp() ? Reflect.apply(member, target, args) : away());
        },
      });
    const replica = openReplica(stores, {
      events: over(stores.events.port, () => line.events),
      sessions: over<SessionStore>(stores.sessions, () => line.sessions),
    });
    return { line, replica };
  }

  it.each([35, 120])(
    'for %i seconds after it has claimed an end: another records it, and it is not sent again',
    async (seconds) => {
      const gateway = open();
      const { line, replica } = withLine(gateway.stores);
      line.events = false;
      await outcome(stop(replica), 100);
      expect(gateway.sessions.claims.size).toBe(1);
      line.sessions = false;
      const both = { replica, other: gateway.other };
      await sweeps(both, seconds);
      await sweeps({ replica: gateway.other, other: gateway.other }, 40);
      expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
      line.events = true;
      line.sessions = true;
      await sweeps(both, 120);
      expect(gateway.stores.ends('s')).toHaveLength(1);
      expect(gateway.sessions.claims.size).toBe(0);
    },
  );

  it('with its trail alone, for long: it leaves the event to others in the end, and does not send it again', async () => {
    const gateway = open();
    const { line, replica } = withLine(gateway.stores);
    line.events = false;
    await outcome(stop(replica), 100);
    // Its trail is stuck with an event that has to be kept, so nothing behind it is sent or given up.
    void replica.trail.recordEventually(draft('stuck')).catch(() => undefined);
    const both = { replica, other: gateway.other };
    await sweeps(both, 9 * 60);
    expect(gateway.stores.ends('s')).toEqual([]);
    await sweeps(both, 5 * 60);
    expect(gateway.stores.ends('s')).toEqual(['IMPERSONATION_STOPPED -']);
    line.events = true;
    await sweeps(both, 120);
    expect(gateway.stores.ends('s')).toHaveLength(1);
    expect(gateway.sessions.claims.size).toBe(0);
  });
});
