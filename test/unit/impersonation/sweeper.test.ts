import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { draft, EPOCH } from '../audit/drafts.js';
import { session } from '../policy/people.js';
import { openReplica, outcome, pass, Stores } from './replicas.js';

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

  it('is found within a day after a crash, among any number that are well', async () => {
    const stores = new Stores();
    for (let n = 0; n < 450; n++) {
      started(stores, `s${n}`, 3_600_000 + n * 1_000);
      if (n !== 440) stores.sessions.sessions.set(`s${n}`, session({ id: `s${n}`, status: 'STOPPED' }));
    }
    started(stores, 'long ago', 25 * 3_600_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['s440']);
  });

  it('is recorded after all where whoever found it crashed before that', async () => {
    const stores = new Stores();
    started(stores, 'lost', 60_000);
    await stores.sessions.voidStart('lost');
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual([]);
    await pass(10 * 60_000);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
    await outcome(openReplica(stores).sweeper.sweep());
    expect(voided(stores)).toEqual(['lost']);
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
