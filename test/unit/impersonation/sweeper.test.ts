import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { StartedImpersonation } from '../../../src/impersonation/start.js';
import { TestClock } from '../../support/test-clock.js';
import { draft, EPOCH } from '../audit/drafts.js';
import { ada, direct, session } from '../policy/people.js';
import { openReplica, outcome, pass, REQUEST, Stores } from './replicas.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

/** A start that was recorded so many milliseconds ago, by a process that is no more. */
function started(stores: Stores, id: string, agoMs: number): StoredEvent {
  const at = Date.now() - agoMs;
  const [event] = openChain({ instance: 'crashed', version: '1' }).extend([
    draft(`start of ${id}`, {
      type: 'IMPERSONATION_STARTED',
      occurredAt: at,
      session: { id, access: 'FULL', startedAt: at, expiresAt: at + 600_000 },
    }),
  ]);
  if (event === undefined) throw new Error('no event');
  stores.events.write([event]);
  return event;
}
const voided = (stores: Stores) =>
  stores.events.stored.filter(({ type }) => type === 'IMPERSONATION_VOIDED').map(({ sessionId }) => sessionId);

const nobodyRuns = (days: number) => void vi.setSystemTime(Date.now() + days * 24 * 3_600_000);

describe('a start without a session', () => {
  it('is found void by exactly one, half a minute after it at the earliest, and never again', async () => {
    const stores = new Stores();
    const [one, other] = [openReplica(stores), openReplica(stores)];
    started(stores, 'lost', 20_000);
    one.sweeper.start();
    other.sweeper.start();
    await pass(9_000);
    expect(voided(stores)).toEqual([]);
    await pass(10 * 60_000);
    expect(voided(stores)).toEqual(['lost']);
    const event = stores.events.stored.at(-1);
    expect(event).toMatchObject({ actorId: 'user_ada', subjectId: 'user_cleo', outcome: 'FAILURE' });
    await Promise.all([outcome(one.sweeper.stop()), outcome(other.sweeper.stop())]);
  });

  it('can become none afterwards', async () => {
    const stores = new Stores();
    started(stores, 'lost', 40_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(await stores.sessions.insert(session({ id: 'lost' }), 3)).toBe('duplicate');
  });

  it('is found among any number that are well, and with each page the search has come further', async () => {
    const stores = new Stores();
    for (let n = 0; n < 450; n++) {
      started(stores, `s${n}`, 3_600_000 + n * 10_000);
      if (n !== 40 && n !== 440) stores.sessions.sessions.set(`s${n}`, session({ id: `s${n}`, status: 'STOPPED' }));
    }
    stores.sessions.scripts.getMany = ['ok', 'refuse'];
    await outcome(
      openReplica(stores)
        .sweeper.sweep()
        .catch(() => undefined),
    );
    // The oldest page is done and need not be read again, whatever becomes of this process.
    expect(voided(stores)).toEqual(['s440']);
    expect(stores.sessions.settledUpTo).toBe(EPOCH - 3_600_000 - 250 * 10_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['s440', 's40']);
  });

  it.each([1, 3, 40, 400])('is found after the gateway was down for %i days', async (days) => {
    const stores = new Stores();
    const before = openReplica(stores);
    before.sweeper.start();
    await pass(30 * 60_000);
    await outcome(before.sweeper.stop());
    started(stores, 'lost', 0);
    nobodyRuns(days);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
  });

  it('is found however often the gateways crash again before the search has come to it', async () => {
    const stores = new Stores();
    await outcome(openReplica(stores).sweeper.sweep());
    started(stores, 'lost', 0);
    for (let boot = 0; boot < 5; boot++) {
      nobodyRuns(2);
      // Each leaves an event of its own, and sweeps nothing.
      started(stores, `well-${boot}`, 0);
      stores.sessions.sessions.set(`well-${boot}`, session({ id: `well-${boot}`, status: 'STOPPED' }));
      stores.sessions.scripts.getMany = ['refuse'];
      await outcome(
        openReplica(stores)
          .sweeper.sweep()
          .catch(() => undefined),
      );
    }
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
  });

  it('costs one small read a round once the search has caught up, however long the trail is', async () => {
    const stores = new Stores();
    for (let n = 0; n < 1_000; n++) {
      started(stores, `s${n}`, 48 * 3_600_000 + n * 1_000);
      stores.sessions.sessions.set(`s${n}`, session({ id: `s${n}`, status: 'STOPPED' }));
    }
    const replica = openReplica(stores);
    await outcome(replica.sweeper.sweep());
    const rounds = 40;
    const [pages, sizes] = [stores.events.pages, stores.sessions.count('getMany')];
    for (let round = 0; round < rounds; round++) {
      await pass(15_000);
      await outcome(replica.sweeper.sweep(), 0);
    }
    expect(stores.events.pages - pages).toBe(rounds);
    expect(stores.sessions.count('getMany')).toBe(sizes);
    // A later process begins where this one was, a day's overlap apart, not at the beginning.
    const again = openReplica(stores);
    const before = stores.events.pages;
    await outcome(again.sweeper.sweep());
    expect(stores.events.pages - before).toBe(1);
  });

  it('whose event was stuck on its way while the search went on is found once it appears', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    stores.events.behaviour = 'refuse';
    replica.sweeper.start();
    await pass(60_000);
    const starting = replica.start(direct(ada), { userId: 'user_cleo', reason: 'a reason' }, REQUEST, null);
    expect(await outcome(starting)).toBe('AUDIT_UNAVAILABLE');
    await pass(30 * 60_000);
    stores.events.behaviour = 'ok';
    await pass(2 * 60_000);
    expect(voided(stores)).toHaveLength(1);
    expect(stores.sessions.sessions.size).toBe(0);
    await outcome(replica.sweeper.stop());
  });

  it('is found after a clock that was a year ahead for a while, in this process and in the next', async () => {
    const stores = new Stores();
    const clock = new TestClock();
    const replica = openReplica(stores, { clock });
    clock.advance(365 * 24 * 3_600_000);
    await outcome(replica.sweeper.sweep());
    clock.advance(-365 * 24 * 3_600_000);
    started(stores, 'lost', 40_000);
    await outcome(replica.sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
    stores.sessions.settledUpTo = Date.now() + 365 * 24 * 3_600_000;
    started(stores, 'lost too', 3 * 24 * 3_600_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['lost', 'lost too']);
  });

  it('is recorded after all, once, where whoever found it crashed before that', async () => {
    const stores = new Stores();
    started(stores, 'lost', 60_000);
    await stores.sessions.voidStart('lost', { by: 'crashed', at: Date.now() });
    const replicas = [openReplica(stores), openReplica(stores), openReplica(stores)];
    for (const { sweeper } of replicas) sweeper.start();
    await pass(25_000);
    expect(voided(stores)).toEqual([]);
    await pass(20 * 60_000);
    expect(voided(stores)).toEqual(['lost']);
    expect(stores.sessions.claims.size).toBe(0);
    for (const { sweeper } of replicas) await outcome(sweeper.stop());
  });

  it('is not void where its session has ended and somebody removed it from the store', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    const starting = replica.start(direct(ada), { userId: 'user_cleo', reason: 'a reason' }, REQUEST, null);
    const { session: one } = (await outcome(starting)) as StartedImpersonation;
    await outcome(replica.stop(direct(ada), one.id, REQUEST, null));
    stores.sessions.sessions.clear();
    stores.sessions.settledUpTo = null;
    await pass(60_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(stores.told()).toEqual(['IMPERSONATION_STARTED -', 'IMPERSONATION_STOPPED -']);
  });

  it('is looked for again where the store did not answer', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    started(stores, 'lost', 60_000);
    stores.sessions.behaviours.getMany = 'refuse';
    expect(await outcome(replica.sweeper.sweep())).toContain('not answered');
    stores.sessions.behaviours.getMany = 'ok';
    await outcome(replica.sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
  });

  it('whose event somebody has changed is told to the log, and stops neither the round nor the trail', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    const forge = (id: string, change: (body: string) => string) => {
      const event = started(stores, id, 60_000);
      stores.events.stored.splice(stores.events.stored.indexOf(event), 1, { ...event, body: change(event.body) });
    };
    forge('not JSON', () => 'not JSON');
    forge('no session', (body) => JSON.stringify({ ...JSON.parse(body), session: undefined }));
    forge('no actor', (body) => JSON.stringify({ ...JSON.parse(body), actor: null }));
    forge('no time', (body) => body.replaceAll(/"startedAt":"[^"]*"/g, '"startedAt":"soon"'));
    started(stores, 'lost', 70_000);
    await outcome(replica.sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
    expect(replica.lines.filter((line) => line.includes('has been changed'))).toHaveLength(4);
  });
});

describe('the sweeper', () => {
  it('takes each of its steps though another fails', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    const running = session({ id: 's', startedAt: EPOCH, expiresAt: EPOCH + 600_000 });
    stores.sessions.sessions.set('s', running);
    stores.sessions.behaviours.end = 'refuse';
    await outcome(replica.revokeUnfit(running, 'ACTOR_DEMOTED'));
    started(stores, 'lost', 60_000);
    expect(await outcome(replica.sweeper.sweep())).toContain('not answered');
    expect(voided(stores)).toEqual(['lost']);
  });

  it('goes on after a round that failed', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    stores.sessions.behaviour = 'refuse';
    replica.sweeper.start();
    await pass(10_000);
    stores.sessions.behaviour = 'ok';
    stores.sessions.sessions.set('s', session({ id: 's', expiresAt: EPOCH }));
    await pass(2_000);
    expect(stores.ends('s')).toEqual(['IMPERSONATION_EXPIRED -']);
    expect(replica.lines.some((line) => line.includes('a round of expiry and catching up failed'))).toBe(true);
    await outcome(replica.sweeper.stop());
  });

  it('stops after the round under way, and does nothing more', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    replica.sweeper.start();
    stores.sessions.hold('dueForExpiry');
    await pass(1_500);
    let stopped = false;
    void replica.sweeper.stop().then(() => {
      stopped = true;
    });
    await pass(1_000);
    expect(stopped).toBe(false);
    stores.sessions.release('dueForExpiry');
    await pass(1);
    expect(stopped).toBe(true);
    const calls = stores.sessions.calls.length;
    await pass(60_000);
    expect(stores.sessions.calls).toHaveLength(calls);
  });

  it('can be stopped while the trail is down: it waits for no event without an end', async () => {
    const stores = new Stores();
    const replica = openReplica(stores);
    started(stores, 'lost', 60_000);
    stores.sessions.sessions.set('s', session({ id: 's', expiresAt: EPOCH }));
    stores.events.behaviour = 'refuse';
    replica.sweeper.start();
    await pass(1_100);
    expect(await outcome(replica.sweeper.stop(), 5_000)).toBeUndefined();
  });
});
