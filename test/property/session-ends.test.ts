import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { EPOCH, expectValidChains } from '../unit/audit/drafts.js';
import type { Behaviour } from '../unit/audit/memory-events.js';
import type { CallBehaviour } from '../unit/impersonation/memory-sessions.js';
import { grace, openReplica, outcome, pass, REQUEST, Stores } from '../unit/impersonation/replicas.js';
import { ada, cleo, direct, impersonated, session } from '../unit/policy/people.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const SESSIONS = 5;
const CALLS: readonly CallBehaviour[] = ['ok', 'ok', 'refuse', 'lose-answer'];
const WRITES: readonly Behaviour[] = ['ok', 'ok', 'refuse', 'lose-answer', 'prefix'];

describe('whatever fails when, on two replicas that stop, revoke, expire and sweep', () => {
  it('every session has one end, one event of it, and is refused from its end on', async () => {
    console.log(`session ends: TEST_SEED=${SEED}`);
    const random = seededRandom(SEED);
    const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    for (let round = 0; round < 12; round++) {
      const stores = new Stores();
      const replicas = [openReplica(stores), openReplica(stores)] as const;
      const running = Array.from({ length: SESSIONS }, (_, n) =>
        session({ id: `${round}-${n}`, startedAt: Date.now(), expiresAt: Date.now() + 30_000 + random() * 90_000 }),
      );
      for (const one of running) stores.sessions.sessions.set(one.id, one);
      const ended = new Set<string>();
      for (let step = 0; step < 60; step++) {
        stores.sessions.behaviour = any(CALLS);
        stores.events.behaviour = any(WRITES);
        const replica = any(replicas);
        const one = any(running);
        const act = random();
        if (act < 0.15) {
          const identity = impersonated(ada, cleo, one.access, { session: one });
          const stopping = replica.stop(identity, null, REQUEST, null).then(() => ended.add(one.id));
          void outcome(stopping, 0);
        } else if (act < 0.3) {
          const revoking = replica.revoke(direct(grace), { sessionId: one.id, reason: 'enough' }, REQUEST, null);
          void outcome(
            revoking.then(() => ended.add(one.id)),
            0,
          );
        } else {
          for (const { sweeper } of replicas) void outcome(sweeper.sweep(), 0);
        }
        await pass(random() * 6_000);
      }
      stores.sessions.behaviour = 'ok';
      stores.events.behaviour = 'ok';
      for (let second = 0; second < 130; second++) {
        for (const { sweeper } of replicas) void outcome(sweeper.sweep(), 0);
        await pass(1_000);
      }
      const context = `round ${round}, TEST_SEED=${SEED}`;
      for (const { id } of running) {
        expect(stores.ends(id), context).toHaveLength(1);
        const { status } = stores.sessions.sessions.get(id) ?? {};
        expect(stores.ends(id)[0], context).toBe(`IMPERSONATION_${status} -`);
        if (ended.has(id)) expect(status, context).not.toBe('ACTIVE');
      }
      expect(stores.sessions.claims.size, context).toBe(0);
      expectValidChains(stores.events.stored);
    }
  });
});
