import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { EPOCH, expectValidChains } from '../unit/audit/drafts.js';
import type { Behaviour } from '../unit/audit/memory-events.js';
import { Mortal } from '../unit/impersonation/crashing.js';
import type { CallBehaviour } from '../unit/impersonation/memory-sessions.js';
import {
  grace,
  openReplica,
  outcome,
  pass,
  REQUEST,
  type Replica,
  RULES,
  Stores,
} from '../unit/impersonation/replicas.js';
import { ada, cleo, direct, impersonated } from '../unit/policy/people.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const CLOSING = /STOPPED|EXPIRED|REVOKED|VOIDED/;
const INPUT = { userId: 'user_cleo', reason: 'a reason', durationSeconds: 60 };
const start = (replica: Replica, by = ada) => replica.start(direct(by), INPUT, REQUEST, null);

function closings(stores: Stores): Map<string, StoredEvent[]> {
  const found = new Map<string, StoredEvent[]>();
  for (const event of stores.events.stored) {
    if (event.type === 'IMPERSONATION_STARTED') found.set(event.sessionId ?? '', []);
  }
  for (const event of stores.events.stored) {
    if (CLOSING.test(event.type)) found.get(event.sessionId ?? '')?.push(event);
  }
  return found;
}

/** Rounds of those sweepers, every other second. */
async function sweeps(replicas: readonly Replica[], seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 2) {
    for (const { sweeper } of replicas) void sweeper.sweep().catch(() => undefined);
    await pass(2_000);
  }
}

/** Each recorded start has one event that closes it, of the type that its session tells; nothing is left to be done. */
function expectOneEndEach(stores: Stores, context: string): void {
  for (const [id, ends] of closings(stores)) {
    const session = stores.sessions.sessions.get(id);
    const expected = session === undefined ? 'IMPERSONATION_VOIDED' : `IMPERSONATION_${session.status}`;
    expect(
      [...ends].map(({ type }) => type),
      `${context}, ${id}`,
    ).toEqual([expected]);
    if (session?.status === 'EXPIRED') expect(session.endedAt, context).toBe(session.expiresAt);
  }
  for (const id of stores.sessions.sessions.keys()) expect(closings(stores).has(id), context).toBe(true);
  expect(stores.sessions.claims.size, context).toBe(0);
  expectValidChains(stores.events.stored);
}

const SCENARIOS: readonly [string, (replica: Replica) => Promise<unknown>][] = [
  ['a start', (replica) => start(replica)],
  [
    'a start and its stop',
    async (replica) => {
      const { session } = await start(replica);
      await replica.stop(impersonated(ada, cleo, 'READ_ONLY', { session }), null, REQUEST, null);
    },
  ],
  [
    'a start and its revocation',
    async (replica) => {
      const { session } = await start(replica);
      await replica.revoke(direct(grace), { sessionId: session.id, reason: 'enough' }, REQUEST, null);
    },
  ],
  [
    'a start and its expiry',
    async (replica) => {
      await start(replica);
      await pass(61_000);
      await replica.sweeper.sweep();
    },
  ],
  [
    'starts beyond the limit, of which one is void',
    async (replica) => {
      const { sessions } = RACED;
      for (let n = 0; n <= RULES.activeSessionLimit; n++) {
        // As where another replica's starts came between the look and the deed.
        vi.spyOn(sessions, 'countActive').mockResolvedValue(0);
        await start(replica).catch(() => undefined);
      }
    },
  ],
];
let RACED: Stores;

describe('a process that crashes at any of its calls to the store, carried out or not', () => {
  it.each(SCENARIOS)('%s: leaves what two new ones make whole, one end for each start', async (name, act) => {
    for (let call = 0, finished = false; !finished; call++) {
      for (const carriedOut of [false, true]) {
        vi.clearAllTimers();
        const stores = new Stores();
        RACED = stores;
        const mortal = new Mortal(stores);
        const replica = mortal.replica();
        mortal.diesAt(call, carriedOut);
        await outcome(act(replica), 70_000);
        finished = !mortal.dead;
        await sweeps([openReplica(stores), openReplica(stores)], 110);
        expectOneEndEach(stores, `${name}, dead at call ${call}, ${carriedOut ? '' : 'not '}carried out`);
      }
      expect(call).toBeLessThan(100);
    }
  });

  it('a void start: whoever crashes in the middle of it, twice over, it is void once', async () => {
    for (let call = 0, finished = false; !finished; call++) {
      for (const carriedOut of [false, true]) {
        for (let second = 0; second < 8; second++) {
          vi.clearAllTimers();
          const stores = new Stores();
          const starting = new Mortal(stores);
          // At its fourth call: the event is durable, the session is not stored.
          starting.diesAt(3, false);
          await outcome(start(starting.replica()), 1_000);
          expect(stores.told(), 'the start').toEqual(['IMPERSONATION_STARTED -']);
          await pass(60_000);
          const [first, other] = [new Mortal(stores), new Mortal(stores)];
          first.diesAt(call, carriedOut);
          other.diesAt(second * 2, !carriedOut);
          await sweeps([first.replica(), other.replica()], 4);
          finished = !first.dead;
          first.dead = true;
          other.dead = true;
          // Everything starts anew, together.
          await sweeps([openReplica(stores), openReplica(stores), openReplica(stores)], 90);
          expectOneEndEach(stores, `first dead at ${call} (${carriedOut}), second at ${second * 2}`);
          expect(closings(stores).size).toBe(1);
        }
      }
    }
  });
});

const CALLS: readonly CallBehaviour[] = ['ok', 'ok', 'ok', 'refuse', 'lose-answer'];
const WRITES: readonly Behaviour[] = ['ok', 'ok', 'ok', 'refuse', 'lose-answer', 'prefix', 'late'];

describe('whatever fails and whoever crashes when, on three replicas that start, stop, revoke, expire and sweep', () => {
  it('every recorded start has one end, one event of it of the right type, and none is lost', async () => {
    console.log(`one end per start: TEST_SEED=${SEED}`);
    const random = seededRandom(SEED);
    const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    let starts = 0;
    for (let round = 0; round < 25; round++) {
      vi.clearAllTimers();
      const stores = new Stores();
      const boot = () => {
        const mortal = new Mortal(stores);
        return { mortal, replica: mortal.replica() };
      };
      const running = [boot(), boot(), boot()];
      const told = new Map<string, string>();
      for (let step = 0; step < 60; step++) {
        stores.sessions.behaviour = any(CALLS);
        stores.events.behaviour = any(WRITES);
        const at = Math.floor(random() * running.length);
        const { mortal, replica } = running[at] ?? boot();
        const act = random();
        const known = any([...stores.sessions.sessions.values(), undefined]);
        if (act < 0.2) void outcome(start(replica, any([ada, grace])), 0);
        else if (act < 0.3 && known !== undefined) {
          const actor = known.actorId === ada.id ? ada : grace;
          const stopping = replica.stop(
            impersonated(actor, cleo, known.access, { session: known }),
            null,
            REQUEST,
            null,
          );
          void outcome(
            stopping.then(() => told.set(known.id, 'ended')),
            0,
          );
        } else if (act < 0.4 && known !== undefined) {
          const input = { sessionId: known.id, reason: 'enough' };
          void outcome(
            replica.revoke(direct(grace), input, REQUEST, null).then(() => told.set(known.id, 'ended')),
            0,
          );
        } else if (act < 0.5) {
          mortal.diesAt(Math.floor(random() * 6), random() < 0.5);
          void outcome(replica.sweeper.sweep(), 0);
        } else if (act < 0.55) {
          mortal.dead = true;
        } else for (const { replica: one } of running) void outcome(one.sweeper.sweep(), 0);
        await pass(random() * 6_000);
        // What the store still had to carry out comes late, but within what docs/lifecycle.md allows it.
        if (random() < 0.5) stores.events.land();
        for (const [index, one] of running.entries()) {
          if (one.mortal.dead && random() < 0.3) running[index] = boot();
        }
      }
      stores.events.land();
      stores.sessions.behaviour = 'ok';
      stores.events.behaviour = 'ok';
      for (const [index, one] of running.entries()) if (one.mortal.dead) running[index] = boot();
      // Those still to die may do so now, even all of them; one more is there that does not.
      await sweeps([...running.map(({ replica }) => replica), boot().replica], 240);
      const context = `round ${round}, TEST_SEED=${SEED}`;
      starts += closings(stores).size;
      expectOneEndEach(stores, context);
      for (const id of told.keys()) expect(stores.sessions.sessions.get(id)?.status, context).not.toBe('ACTIVE');
    }
    expect(starts).toBeGreaterThan(25);
  }, 60_000);
});
