import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { open, pass, watch, withHeldTime } from './held-trail.js';

withHeldTime();

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

  it('waits with a write for as long as each turn of the event loop brings more, but not for ever', async () => {
    const { events, trail } = open();
    const soon = ['a', 'b', 'c', 'd'].map(async (id, turn) => {
      for (let waited = 0; waited < turn; waited++) await new Promise((resolve) => setImmediate(resolve));
      await trail.record(draft(id));
    });
    await pass(10);
    await Promise.all(soon);
    expect(events.appends.map(requestIds)).toEqual([['a', 'b', 'c', 'd']]);

    const endless = Array.from({ length: 30 }, async (_, n) => {
      for (let waited = 0; waited < n; waited++) await new Promise((resolve) => setImmediate(resolve));
      await trail.record(draft(`endless-${n}`));
    });
    await pass(50);
    await Promise.all(endless);
    const [, first, ...others] = events.appends.map((batch) => batch.length);
    expect(first).toBeGreaterThan(1);
    expect(others.length).toBeGreaterThan(2);
    expectValidChains(events.stored);
  });

  it('never writes more events at once than the limit', async () => {
    const { events, trail } = open({ maxBatch: 4 });
    const recorded = Promise.all(Array.from({ length: 10 }, (_, n) => trail.record(draft(`${n}`))));
    await pass(2);
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
