import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { open, pass, watch, withHeldTime } from './held-trail.js';

withHeldTime();

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
    expect(trail.chains()).toEqual(new Set(ours.map(({ chain }) => chain)));
  });

  it('in the middle of a chain tells those who follow the trail of what is durable, once each, and of nothing else', async () => {
    const { events, trail } = open();
    const told: string[] = [];
    trail.onRecorded((recorded) => told.push(...recorded.map(({ requestId }) => requestId)));
    for (const id of ['a', 'b']) {
      const recorded = trail.record(draft(id));
      await pass(10);
      await recorded;
    }
    events.hold();
    const rest = ['c', 'd', 'e'].map((id) => watch(trail.record(draft(id))));
    await pass();
    const batch = events.appends.at(-1) ?? [];
    events.write(batch.slice(0, 1));
    events.write([{ ...batch[1], requestId: 'forged', hash: new Uint8Array(32) } as StoredEvent]);
    const durable = () => events.stored.filter(({ requestId }) => requestId !== 'forged');
    trail.onRecorded((recorded) => {
      for (const event of recorded) expect(durable()).toContainEqual(event);
    });
    events.release();
    await pass(200);
    expect(rest.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved']);
    expect(requestIds(durable())).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(told).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(expectValidChains(durable())).toBe(2);
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
