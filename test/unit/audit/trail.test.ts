import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AuditTrailOptions, createAuditTrail } from '../../../src/audit/trail.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

const GATEWAY = { instance: 'replica-1', version: '1.2.3' };
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => {
  vi.useFakeTimers({ now: EPOCH });
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 0));
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

function open(options: Partial<AuditTrailOptions> = {}) {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger, lines } = collectedLog();
  const trail = createAuditTrail({ events: events.port, clock, gateway: GATEWAY, logger, ...options });
  return { events, clock, trail, lines };
}

/** What has become of a promise so far. */
function watch<T>(promise: Promise<T>): { state: string; value?: T } {
  const seen: { state: string; value?: T } = { state: 'waiting' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: error.code ?? String(error) }),
  );
  return seen;
}
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('recording', () => {
  it('resolves only once the event is durable', async () => {
    const { events, trail } = open();
    events.hold();
    const recorded = watch(trail.record(draft('a')));
    await pass(500);
    expect([recorded.state, events.stored.length]).toEqual(['waiting', 0]);
    events.release();
    await pass();
    expect([recorded.state, events.stored.length]).toEqual(['resolved', 1]);
  });

  it('makes one chain, linked and without a gap, over any number of writes', async () => {
    const { events, trail } = open();
    for (let round = 0; round < 5; round++) {
      const recorded = Promise.all(Array.from({ length: round + 1 }, (_, n) => trail.record(draft(`${round}-${n}`))));
      await pass();
      await recorded;
    }
    expect(events.stored).toHaveLength(15);
    expect(expectValidChains(events.stored)).toBe(1);
  });

  it('writes what queued while a write was in flight as ONE write, in order, whoever asked', async () => {
    const { events, trail } = open();
    events.hold();
    const ids = Array.from({ length: 40 }, (_, n) => `r${n}`);
    const first = trail.record(draft('first'));
    await pass();
    const rest = ids.map((id, n) => (n % 3 === 0 ? trail.recordEventually(draft(id)) : trail.record(draft(id))));
    await pass(10);
    expect(events.appends.map(requestIds)).toEqual([['first']]);
    events.release();
    await pass();
    await Promise.all([first, ...rest]);
    expect(events.appends.map(requestIds)).toEqual([['first'], ids]);
    expectValidChains(events.stored);
  });

  it('lets requests of one turn of the event loop share the write', async () => {
    const { events, trail } = open();
    const recorded = Promise.all(['a', 'b', 'c'].map((id) => trail.record(draft(id))));
    await pass();
    await recorded;
    expect(events.appends.map(requestIds)).toEqual([['a', 'b', 'c']]);
  });

  it('never writes more events at once than the limit', async () => {
    const { events, trail } = open({ maxBatch: 4 });
    const recorded = Promise.all(Array.from({ length: 10 }, (_, n) => trail.record(draft(`${n}`))));
    await pass();
    await recorded;
    expect(events.appends.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(expectValidChains(events.stored)).toBe(1);
  });

  it('keeps time from running backwards within the chain where the clock was set back', async () => {
    const { events, trail } = open();
    for (const [id, occurredAt] of [
      ['a', EPOCH + 5_000],
      ['b', EPOCH - 3_600_000],
      ['c', EPOCH + 5_001],
    ] as const) {
      const recorded = trail.record(draft(id, { occurredAt }));
      await pass();
      await recorded;
    }
    const both = Promise.all([
      trail.record(draft('d', { occurredAt: EPOCH + 9_000 })),
      trail.record(draft('e', { occurredAt: EPOCH })),
    ]);
    await pass();
    await both;
    expect(events.stored.map(({ occurredAt }) => occurredAt - EPOCH)).toEqual([5_000, 5_000, 5_001, 9_000, 9_000]);
    expectValidChains(events.stored);
  });

  it('tells listeners of each group of events once it is durable, and no more once they stop', async () => {
    const { events, trail } = open();
    const heard: (readonly StoredEvent[])[] = [];
    const stop = trail.onRecorded((recorded) => void heard.push(recorded));
    events.script = ['refuse'];
    const recorded = Promise.all([trail.record(draft('a')), trail.record(draft('b'))]);
    await pass(10);
    expect(heard).toEqual([]);
    await pass(100);
    await recorded;
    expect(heard.map(requestIds)).toEqual([['a', 'b']]);
    stop();
    const third = trail.record(draft('c'));
    await pass();
    await third;
    expect(heard).toHaveLength(1);
  });

  it('refuses an event whose times cannot be written down, and lets no other event suffer for it', async () => {
    const { events, trail } = open();
    const session = { id: 's', access: 'FULL', startedAt: Number.NaN, expiresAt: EPOCH } as const;
    const good = [trail.record(draft('a')), trail.recordEventually(draft('b'))];
    const bad = [
      watch(trail.record(draft('x', { occurredAt: Number.NaN }))),
      watch(trail.record(draft('y', { session }))),
      watch(trail.recordEventually(draft('z', { occurredAt: Number.POSITIVE_INFINITY }))),
      watch(trail.recordEventually(draft('z', { session: { ...session, startedAt: 0, expiresAt: 8.65e15 } }))),
    ];
    await pass();
    await Promise.all(good);
    expect(bad.map(({ state }) => state)).toEqual(Array(4).fill('AUDIT_UNAVAILABLE'));
    expect(requestIds(events.stored)).toEqual(['a', 'b']);
  });
});

describe('a write that fails', () => {
  it.each(['refuse', 'lose-answer', 'prefix', 'late', 'bug'] as const)(
    'is tried again with the same ids and hashes, so that nothing is recorded twice (%s)',
    async (behaviour) => {
      const { events, trail } = open();
      events.script = ['ok', behaviour, behaviour];
      const first = trail.record(draft('a'));
      await pass();
      const rest = Promise.all(['b', 'c', 'd'].map((id) => trail.record(draft(id))));
      await pass(60);
      events.land();
      await pass(500);
      await Promise.all([first, rest]);
      expect(requestIds(events.stored).sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(expectValidChains(events.stored)).toBe(1);
      const tries = events.appends.slice(1);
      expect(tries).toHaveLength(3);
      for (const again of tries)
        expect(again.map(({ hash, body }) => [hash, body])).toEqual(tries[0]?.map(({ hash, body }) => [hash, body]));
    },
  );

  it('does not lose its place to events that came meanwhile', async () => {
    const { events, trail } = open();
    events.script = ['refuse', 'lose-answer', 'refuse'];
    const recorded = [trail.record(draft('a'))];
    await pass(20);
    recorded.push(trail.record(draft('b')));
    await pass(1_000);
    await Promise.all(recorded);
    expect(requestIds(events.stored)).toEqual(['a', 'b']);
    expect(expectValidChains(events.stored)).toBe(1);
  });

  it('is waited for by `recordEventually` however long the store is down', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    const kept = watch(trail.recordEventually(draft('kept')));
    await pass(10 * 60_000);
    expect(kept.state).toBe('waiting');
    expect(trail.failingSince()).toBe(EPOCH);
    events.behaviour = 'ok';
    await pass(1_100);
    expect(kept).toEqual({ state: 'resolved', value: true });
    expect(trail.failingSince()).toBeNull();
  });

  it('is not tried more than about once a second', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('a'));
    await pass(60_000);
    expect(events.appends.length).toBeGreaterThan(50);
    expect(events.appends.length).toBeLessThan(75);
    events.behaviour = 'ok';
    await pass(2_000);
  });
});

describe('a trail that cannot be written', () => {
  it.each(['refuse', 'hang'] as const)('refuses within its patience (%s)', async (behaviour) => {
    const { events, trail } = open();
    events.behaviour = behaviour;
    const refused = watch(trail.record(draft('a')));
    await pass(1_999);
    expect(refused.state).toBe('waiting');
    await pass(1);
    expect(refused.state).toBe('AUDIT_UNAVAILABLE');
  });

  it.each(['refuse', 'hang'] as const)('refuses at once when it is known to be failing (%s)', async (behaviour) => {
    const { events, trail } = open();
    events.behaviour = behaviour;
    void trail.recordEventually(draft('kept')).catch(() => undefined);
    await pass(2_100);
    const refused = watch(trail.record(draft('b')));
    await Promise.resolve();
    await pass();
    expect(refused.state).toBe('AUDIT_UNAVAILABLE');
    expect(trail.failingSince()).not.toBeNull();
  });

  it('does not write an event whose caller was refused while it still queued', async () => {
    const { events, trail } = open();
    events.hold();
    const inFlight = watch(trail.record(draft('in flight')));
    await pass(1_000);
    const queued = watch(trail.record(draft('queued')));
    await pass(2_500);
    expect([inFlight.state, queued.state]).toEqual(['AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);
    events.release();
    await pass(100);
    const after = trail.record(draft('after'));
    await pass();
    await after;
    expect(requestIds(events.stored)).toEqual(['in flight', 'after']);
    expectValidChains(events.stored);
  });

  it('refuses at once beyond the bound of its queue; what must not be lost is still taken', async () => {
    const { events, trail } = open({ maxQueue: 3 });
    events.hold();
    const taken = [trail.record(draft('in flight'))];
    await pass();
    for (const id of ['a', 'b', 'c']) taken.push(trail.record(draft(id)));
    const refused = watch(trail.record(draft('too many')));
    const kept = trail.recordEventually(draft('kept'));
    await pass();
    expect(refused.state).toBe('AUDIT_UNAVAILABLE');
    events.release();
    await pass();
    await Promise.all([...taken, kept]);
    expect(requestIds(events.stored)).toEqual(['in flight', 'a', 'b', 'c', 'kept']);
  });

  it('works again after an outage, for those that come after it', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    const refused = watch(trail.record(draft('a')));
    await pass(10_000);
    expect(refused.state).toBe('AUDIT_UNAVAILABLE');
    events.behaviour = 'ok';
    await pass(1_100);
    const recorded = trail.record(draft('b'));
    await pass();
    await recorded;
    expect(expectValidChains(events.stored)).toBe(1);
  });
});

describe('an event with an end to its validity', () => {
  it('is dropped, unsent, when its turn comes too late', async () => {
    const { events, trail } = open();
    events.hold();
    const first = trail.record(draft('first'));
    await pass();
    const late = watch(trail.recordEventually(draft('late'), EPOCH + 100));
    const kept = watch(trail.recordEventually(draft('kept'), EPOCH + 1_500));
    await pass(200);
    events.release();
    await pass(10);
    await first;
    expect(late).toEqual({ state: 'resolved', value: false });
    expect(kept).toEqual({ state: 'resolved', value: true });
    expect(requestIds(events.stored)).toEqual(['first', 'kept']);
  });

  it('is written up to the very millisecond', async () => {
    const { events, trail } = open();
    const recorded = trail.recordEventually(draft('a'), EPOCH);
    await pass();
    expect(await recorded).toBe(true);
    expect(events.stored).toHaveLength(1);
  });

  it.each(['refuse', 'lose-answer', 'late'] as const)(
    'is never sent again after it, so that whoever takes over can look first (%s)',
    async (behaviour) => {
      const { events, trail } = open();
      events.behaviour = behaviour;
      const late = watch(trail.recordEventually(draft('late'), EPOCH + 5_000));
      await pass(20);
      const kept = watch(trail.recordEventually(draft('kept')));
      await pass(7_000);
      expect(late).toEqual({ state: 'resolved', value: false });
      const sentBefore = events.appends.filter((batch) => requestIds(batch).includes('late')).length;
      events.land();
      events.behaviour = 'ok';
      await pass(3_000);
      expect(kept).toEqual({ state: 'resolved', value: true });
      expect(events.appends.filter((batch) => requestIds(batch).includes('late'))).toHaveLength(sentBefore);
      // Carried out after all or not: each event is there at most once, and all chains hold.
      expect(requestIds(events.stored).sort()).toEqual(behaviour === 'refuse' ? ['kept'] : ['kept', 'late']);
      expectValidChains(events.stored);
    },
  );

  it('does not take along events that have to be kept when it is dropped', async () => {
    const { events, trail } = open();
    events.behaviour = 'lose-answer';
    const ids = ['a', 'ending-1', 'ending-2', 'b', 'ending-3', 'c'];
    const recorded = ids.map((id) =>
      watch(id.startsWith('e') ? trail.recordEventually(draft(id), EPOCH + 300) : trail.recordEventually(draft(id))),
    );
    await pass(2_000);
    events.behaviour = 'ok';
    await pass(5_000);
    expect(recorded.map(({ value }) => value)).toEqual([true, false, false, true, false, true]);
    expect(requestIds(events.stored).filter((id) => !id.startsWith('e'))).toEqual(['a', 'b', 'c']);
    expectValidChains(events.stored);
  });

  it('leaves no trail that refuses for ever when it was the last that was tried', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('late'), EPOCH + 3_000);
    await pass(10_000);
    expect(trail.failingSince()).toBeNull();
    events.behaviour = 'ok';
    const recorded = trail.record(draft('after'));
    await pass();
    await recorded;
    expect(requestIds(events.stored)).toEqual(['after']);
  });
});

describe('a conflict', () => {
  it('opens a new chain and loses nothing', async () => {
    const { events, trail, lines } = open();
    const first = trail.record(draft('a'));
    await pass();
    await first;
    const forged = {
      ...events.stored[0],
      sequence: 1,
      id: `${events.stored[0]?.chain}:000000000001`,
      requestId: 'forged',
    };
    events.write([{ ...forged, hash: new Uint8Array(32) } as StoredEvent]);
    const rest = Promise.all([trail.record(draft('b')), trail.recordEventually(draft('c'))]);
    await pass(200);
    await rest;
    const ours = events.stored.filter(({ requestId }) => requestId !== 'forged');
    expect(requestIds(ours)).toEqual(['a', 'b', 'c']);
    expect(expectValidChains(ours)).toBe(2);
    expect(lines.join('')).toContain('conflict');
    expect(trail.failingSince()).toBeNull();
  });

  it('does not record again what of the write is in the store with the hash it was given', async () => {
    const { events, trail } = open();
    events.hold();
    const recorded = Promise.all(['a', 'b', 'c'].map((id) => trail.record(draft(id))));
    await pass();
    const [batch] = events.appends;
    events.write(batch?.slice(0, 1) ?? []);
    events.write([{ ...batch?.[1], requestId: 'forged', hash: new Uint8Array(32) } as StoredEvent]);
    events.release();
    await pass(200);
    await recorded;
    const ours = events.stored.filter(({ requestId }) => requestId !== 'forged');
    expect(requestIds(ours)).toEqual(['a', 'b', 'c']);
    expect(expectValidChains(ours)).toBe(2);
  });

  it('is waited out where the store cannot say what of the write it has', async () => {
    const { events, trail } = open();
    events.script = ['conflict', 'conflict'];
    events.readable = false;
    const recorded = trail.record(draft('a'));
    await pass(60);
    events.readable = true;
    await pass(500);
    await recorded;
    expect(requestIds(events.stored)).toEqual(['a']);
  });

  it('on every write keeps the process neither busy nor from stopping', async () => {
    const { events, trail } = open();
    events.behaviour = 'conflict';
    const lost = watch(trail.recordEventually(draft('a')));
    await pass(60_000);
    expect(events.appends.length).toBeLessThan(75);
    const closing = trail.close(1_000);
    await pass(1_000);
    expect(await closing).toBe(1);
    expect(lost.state).toBe('AUDIT_UNAVAILABLE');
  });
});

describe('closing', () => {
  it('writes what waits, and then accepts nothing more', async () => {
    const { events, trail } = open();
    events.hold();
    const recorded = ['a', 'b', 'c'].map((id) => watch(trail.recordEventually(draft(id))));
    await pass();
    const closing = watch(trail.close(3_000));
    const tooLate = [watch(trail.record(draft('x'))), watch(trail.recordEventually(draft('y')))];
    await pass(500);
    expect(closing.state).toBe('waiting');
    events.release();
    await pass();
    expect(closing).toEqual({ state: 'resolved', value: 0 });
    expect(recorded.map(({ value }) => value)).toEqual([true, true, true]);
    expect(tooLate.map(({ state }) => state)).toEqual(['AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);
    expect(requestIds(events.stored)).toEqual(['a', 'b', 'c']);
  });

  it('rides out a short failure', async () => {
    const { events, trail } = open();
    events.script = ['refuse', 'lose-answer', 'refuse'];
    const recorded = watch(trail.recordEventually(draft('a')));
    const closing = watch(trail.close(3_000));
    await pass(1_000);
    expect(closing).toEqual({ state: 'resolved', value: 0 });
    expect(recorded.value).toBe(true);
    expect(expectValidChains(events.stored)).toBe(1);
  });

  it.each(['refuse', 'hang'] as const)(
    'takes no longer than allowed, counts every event that is not known to be written and tells its caller (%s)',
    async (behaviour) => {
      const { events, trail, lines } = open({ maxBatch: 2 });
      events.behaviour = behaviour;
      const lost = ['a', 'b', 'c', 'd', 'e'].map((id) => watch(trail.recordEventually(draft(id))));
      await pass(100);
      const closing = watch(trail.close(3_000));
      await pass(2_999);
      expect(closing.state).toBe('waiting');
      await pass(1);
      expect(closing).toEqual({ state: 'resolved', value: 5 });
      expect(lost.map(({ state }) => state)).toEqual(Array(5).fill('AUDIT_UNAVAILABLE'));
      expect(lines.join('')).toContain('"lost":5');
      const tried = events.appends.length;
      await pass(60_000);
      expect(events.appends.length).toBe(tried);
    },
  );

  it('is not kept from ending by a clock that stands still', async () => {
    const { events, trail } = open({ clock: { now: () => EPOCH } });
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('a')).catch(() => undefined);
    const closing = watch(trail.close(500));
    await pass(500);
    expect(closing).toEqual({ state: 'resolved', value: 1 });
    const tried = events.appends.length;
    await pass(60_000);
    expect(events.appends.length).toBe(tried);
  });

  it('has nothing to do on an idle trail, however often', async () => {
    const { trail } = open();
    expect(await trail.close(1_000)).toBe(0);
    expect(await trail.close(1_000)).toBe(0);
  });
});
