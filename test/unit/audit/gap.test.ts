import { describe, expect, it } from 'vitest';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import { draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { open, pass, watch, withHeldTime } from './held-trail.js';

withHeldTime();

/** `<from> <until> <lost>` of each gap on record, times in milliseconds after the beginning. */
function gaps(stored: readonly StoredEvent[]): string[] {
  return stored
    .filter(({ type }) => type === 'AUDIT_GAP')
    .map(({ body }) => JSON.parse(body))
    .map(({ gap: { from, until, lost } }) => `${Date.parse(from) - EPOCH} ${Date.parse(until) - EPOCH} ${lost}`);
}

const refusal = (id: string): EventDraft => draft(id, { type: 'OPERATION_DENIED', outcome: 'FAILURE' });

describe('a time in which the trail could not be written', () => {
  it('is on record once it is over: from when until when, and how many events were given up', async () => {
    const { events, trail } = open();
    const before = trail.record(draft('before'));
    await pass(1_000);
    await before;
    events.behaviour = 'refuse';
    const first = watch(trail.record(draft('under way')));
    await pass(5_000);
    const others = ['x', 'y', 'z'].map((id) => watch(trail.record(draft(id))));
    await pass(5_000);
    expect([first, ...others].map(({ state }) => state)).toEqual(Array(4).fill('AUDIT_UNAVAILABLE'));
    events.behaviour = 'ok';
    await pass(1_100);
    const [gap] = events.stored.filter(({ type }) => type === 'AUDIT_GAP');
    const body = JSON.parse(gap?.body ?? '{}');
    // The one under way was written after all, so it is not lost; when it was, the outage was over.
    expect(requestIds(events.stored)).toEqual(['before', 'under way']);
    expect(body.gap).toEqual({
      from: new Date(EPOCH + 1_000).toISOString(),
      until: body.occurredAt,
      lost: 3,
    });
    expect(gap?.occurredAt).toBeGreaterThanOrEqual(EPOCH + 11_000);
    expect(gap?.occurredAt).toBeLessThan(EPOCH + 12_100);
    expect(body).toMatchObject({ outcome: 'UNKNOWN', code: 'AUDIT_UNAVAILABLE', actor: null, subject: null, count: 1 });
    expect(expectValidChains(events.stored)).toBe(1);
    await pass(60_000);
    expect(gaps(events.stored)).toHaveLength(1);
  });

  it('is on record where nothing was lost, too: what was asked for meanwhile may have been refused', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    const kept = trail.recordEventually(draft('kept'));
    await pass(30_000);
    events.behaviour = 'ok';
    await pass(1_100);
    await kept;
    expect(gaps(events.stored)).toEqual([expect.stringMatching(/^0 3\d{4} 0$/)]);
  });

  it('that nobody noticed leaves no gap', async () => {
    const { events, trail } = open();
    events.script = ['refuse', 'lose-answer', 'prefix'];
    const recorded = Promise.all(['a', 'b', 'c'].map((id) => trail.record(draft(id))));
    await pass(1_900);
    await recorded;
    expect(gaps(events.stored)).toEqual([]);
  });

  it('is kept in mind until it can be written, over any number of further failures', async () => {
    const { events, trail } = open();
    events.behaviour = 'hang';
    const refused = watch(trail.record(draft('a')));
    await pass(3_000);
    expect(refused.state).toBe('AUDIT_UNAVAILABLE');
    // A store that hangs for ever takes the trail with it; one that fails again in the middle of recovering does not.
    const again = open();
    again.events.behaviour = 'refuse';
    void again.trail.recordEventually(draft('kept'));
    await pass(3_000);
    void again.trail.record(draft('lost')).catch(() => undefined);
    again.events.script = ['ok', 'refuse', 'refuse', 'refuse', 'lose-answer'];
    again.events.behaviour = 'ok';
    await pass(20_000);
    expect(gaps(again.events.stored)).toEqual([expect.stringMatching(/ 1$/)]);
    expect(expectValidChains(again.events.stored)).toBe(1);
  });

  it('is told of by the log and counted', async () => {
    const lost: number[] = [];
    const metrics = { appended() {}, appendFailed() {}, waiting() {}, gap() {}, lost: () => void lost.push(1) };
    const { events, trail, lines } = open({ metrics });
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('kept'));
    await pass(3_000);
    for (const id of ['x', 'y']) void trail.record(draft(id)).catch(() => undefined);
    events.behaviour = 'ok';
    await pass(1_100);
    expect(lost).toHaveLength(2);
    expect(lines.join('')).toContain('"lost":2');
  });

  it('does not keep the trail from closing, and is written before it does where the store is back', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('kept'));
    await pass(3_000);
    events.behaviour = 'ok';
    const closing = watch(trail.close(3_000));
    await pass(1_100);
    expect(closing).toEqual({ state: 'resolved', value: 0 });
    expect(gaps(events.stored)).toHaveLength(1);
  });
});

describe('the memory of a long outage', () => {
  it('is bounded: what is beyond it is refused at once, and counted in the gap', async () => {
    const { events, trail } = open({ maxQueue: 10, maxKept: 25 });
    events.behaviour = 'refuse';
    const kept = [watch(trail.recordEventually(draft('first')))];
    await pass(3_000);
    for (let index = 0; index < 30; index += 1) kept.push(watch(trail.recordEventually(draft(`k${index}`))));
    await pass();
    expect(kept.filter(({ state }) => state === 'AUDIT_UNAVAILABLE')).toHaveLength(5);
    expect(kept.slice(-5).every(({ state }) => state === 'AUDIT_UNAVAILABLE')).toBe(true);
    events.behaviour = 'ok';
    await pass(1_100);
    expect(kept.filter(({ state }) => state === 'resolved')).toHaveLength(26);
    expect(gaps(events.stored)).toEqual([expect.stringMatching(/ 5$/)]);
    expect(requestIds(events.stored)).toHaveLength(26);
  });

  it('is not taken up by refusals: a flood of them leaves room for what has happened', async () => {
    const { events, trail } = open({ maxQueue: 10, maxKept: 25 });
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('first'));
    await pass(3_000);
    const refusals = Array.from({ length: 1_000 }, (_, index) => watch(trail.recordEventually(refusal(`r${index}`))));
    const happened = Array.from({ length: 15 }, (_, index) => watch(trail.recordEventually(draft(`h${index}`))));
    await pass();
    expect(refusals.filter(({ state }) => state === 'waiting')).toHaveLength(10);
    events.behaviour = 'ok';
    await pass(1_100);
    expect(happened.every(({ state }) => state === 'resolved')).toBe(true);
    expect(gaps(events.stored)).toEqual([expect.stringMatching(/ 990$/)]);
  });
});

describe('an event that the store can never take', () => {
  /** A store that refuses, for a reason other than being away, every write that has such an event in it. */
  function choosy(options: Parameters<typeof open>[0] = {}) {
    const opened = open(options);
    const append = opened.events.append.bind(opened.events);
    opened.events.append = async (batch) => {
      if (batch.some(({ requestId }) => requestId.startsWith('poison'))) throw new TypeError('cannot be encoded');
      await append(batch);
    };
    return opened;
  }

  it('is given up, on record as lost, and takes no other event along', async () => {
    const { events, trail } = choosy();
    const ids = ['a', 'poison-1', 'b', 'poison-2', 'c'];
    const recorded = ids.map((id) => watch(trail.record(draft(id))));
    await pass(1_900);
    expect(recorded.map(({ state }) => state)).toEqual([
      'resolved',
      'AUDIT_UNAVAILABLE',
      'resolved',
      'AUDIT_UNAVAILABLE',
      'resolved',
    ]);
    expect(requestIds(events.stored)).toEqual(['a', 'b', 'c']);
    expect(gaps(events.stored)).toEqual([expect.stringMatching(/ 2$/)]);
    expect(expectValidChains(events.stored)).toBe(1);
    expect(trail.failingSince()).toBeNull();
  });

  it.each([
    ['a mistake of types', new TypeError('cannot be encoded')],
    ['a number out of range', new RangeError('too large')],
    ['what BSON cannot hold', Object.assign(new Error('cannot be encoded'), { name: 'BSONError' })],
  ])('is told by %s, also where what came before it was stored with the write', async (_, refusal) => {
    const { events, trail } = open();
    events.append = async (batch) => {
      const at = batch.findIndex(({ requestId }) => requestId === 'poison');
      events.write(at === -1 ? batch : batch.slice(0, at));
      if (at !== -1) throw refusal;
    };
    const told: string[] = [];
    trail.onRecorded((recorded) => told.push(...recorded.map(({ requestId }) => requestId)));
    const before = trail.record(draft('before'));
    await pass(10);
    await before;
    const recorded = ['a', 'b', 'poison', 'c', 'd'].map((id) => watch(trail.recordEventually(draft(id))));
    await pass(5_000);
    expect(recorded.map(({ state }) => state)).toEqual([
      'resolved',
      'resolved',
      'AUDIT_UNAVAILABLE',
      'resolved',
      'resolved',
    ]);
    expect(requestIds(events.stored)).toEqual(['before', 'a', 'b', 'c', 'd']);
    expect(gaps(events.stored)).toEqual([expect.stringMatching(/ 1$/)]);
    expect(expectValidChains(events.stored)).toBe(1);
    expect(told.slice(0, 5)).toEqual(['before', 'a', 'b', 'c', 'd']);
    expect(told).toHaveLength(events.stored.length);
  });

  it('does not hold up what comes after it', async () => {
    const { events, trail } = choosy();
    const poison = watch(trail.recordEventually(draft('poison')));
    await pass(500);
    const after = trail.record(draft('after'));
    await pass(100);
    await after;
    expect(poison.state).toBe('AUDIT_UNAVAILABLE');
    expect(requestIds(events.stored)).toEqual(['after']);
  });

  it('is not taken for one where the store is away: then everything is kept', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    const kept = ['a', 'b'].map((id) => watch(trail.recordEventually(draft(id))));
    await pass(60_000);
    expect(kept.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    events.behaviour = 'ok';
    await pass(1_100);
    expect(kept.map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  it('does not keep the trail from stopping', async () => {
    const { events, trail } = choosy({ maxBatch: 3 });
    const ids = ['poison-1', 'a', 'b', 'c'];
    const recorded = ids.map((id) => watch(trail.recordEventually(draft(id))));
    events.readable = false;
    await pass(400);
    const closing = watch(trail.close(1_000));
    await pass(1_000);
    expect(closing).toEqual({ state: 'resolved', value: 4 });
    expect(recorded.map(({ state }) => state)).toEqual(Array(4).fill('AUDIT_UNAVAILABLE'));
  });
});
