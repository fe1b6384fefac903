import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuditFeed } from '../../../src/audit/feed.js';
import { createAuditReader } from '../../../src/audit/read.js';
import type { RecordedEvent } from '../../../src/audit/recorded-event.js';
import { type AuditTrail, createAuditTrail } from '../../../src/audit/trail.js';
import { newId } from '../../../src/platform/ids.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { TestClock } from '../../support/test-clock.js';
import { audrey, direct, sam } from '../policy/people.js';
import { collectedLog, draft, EPOCH, requestIds } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

async function open() {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger } = collectedLog();
  const trail = createAuditTrail({ events: events.port, clock, gateway: { instance: 'i', version: '1' }, logger });
  const feed = createAuditFeed({ events: events.port, trail, clock, logger });
  const reader = createAuditReader({ events: events.port, trail, feed, clock });
  for (const id of ['a', 'b', 'c']) {
    const recorded = trail.record(draft(id));
    await pass(1);
    await recorded;
  }
  const reads = () => events.stored.filter(({ type }) => type === 'AUDIT_READ');
  return { events, trail, feed, reader, clock, reads };
}
function reading(who = audrey) {
  return {
    identity: direct(who),
    request: { id: newId(), ipAddress: '192.0.2.7', userAgent: null, traceparent: null },
    operation: null,
  };
}
const FIRST = { limit: 2, direction: 'forward' } as const;
async function done<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  await pass(5_000);
  return work;
}

describe('reading the trail', () => {
  it('gives the page as it stood before, once an event about the reading is durable', async () => {
    const { events, reader, reads } = await open();
    events.hold();
    let given = false;
    const page = reader.page({ actorId: 'user_ada' }, FIRST, reading()).then((slice) => {
      given = true;
      return slice;
    });
    await pass(100);
    expect(given).toBe(false);
    events.release();
    const slice = await done(page);
    expect(slice.items.map(({ stored }) => stored.requestId)).toEqual(['c', 'b']);
    expect(slice.hasMore).toBe(true);
    expect(reads()).toHaveLength(1);
    expect(reads()[0]).toMatchObject({ actorId: 'user_audrey', outcome: 'SUCCESS' });
    expect(reads()[0]?.details?.text).toContain('{\\"filter\\":{\\"actorId\\":\\"user_ada\\"}}');
  });

  it('gives one event by its id, leaves one event for a request however many it reads, and none again within ten minutes', async () => {
    const { events, reader, clock, reads } = await open();
    const [first, second] = events.stored;
    if (first === undefined || second === undefined) throw new Error('there are no events');
    const request = reading();
    const both = await done(Promise.all([reader.one(first.id, request), reader.one(second.id, request)]));
    expect(both.map((event) => event?.stored.id)).toEqual([first.id, second.id]);
    expect(reads()).toHaveLength(1);
    await done(reader.one(first.id, reading()));
    await done(reader.one(second.id, reading()));
    expect(reads()).toHaveLength(1);
    await done(reader.one(first.id, reading(sam)));
    expect(reads()).toHaveLength(2);
    clock.advance(10 * 60_000 + 1);
    await done(reader.one(first.id, reading()));
    expect(reads()).toHaveLength(3);
  });

  it('says null of an event that there is not, on record as well', async () => {
    const { reader, reads } = await open();
    expect(await done(reader.one('chain:000000000099', reading()))).toBeNull();
    expect(reads()).toHaveLength(1);
  });

  it('gives no single event where the reading cannot be recorded', async () => {
    const { events, reader } = await open();
    const [first] = events.stored;
    events.behaviour = 'refuse';
    await expect(done(reader.one(first?.id ?? '', reading()))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  });

  it('shows nothing where the reading cannot be recorded', async () => {
    const { events, reader } = await open();
    events.behaviour = 'refuse';
    await expect(done(reader.page({}, FIRST, reading()))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await expect(done(reader.follow({}, null, reading()))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  });

  it('leaves one event per request, however many lists it reads, and withholds them all where that fails', async () => {
    const { events, reader, reads } = await open();
    const one = reading();
    await done(Promise.all([reader.page({}, FIRST, one), reader.page({ sessionId: 's' }, FIRST, one)]));
    await done(reader.page({ actorId: 'x' }, FIRST, one));
    expect(reads()).toHaveLength(1);
    events.behaviour = 'refuse';
    const other = reading();
    const both = [reader.page({}, FIRST, other), reader.page({ actorId: 'y' }, FIRST, other)];
    const refused = { status: 'rejected', reason: { code: 'AUDIT_UNAVAILABLE' } };
    expect(await done(Promise.allSettled(both))).toMatchObject([refused, refused]);
  });

  it('leaves none for further pages of a list that the same person opened lately, and for nobody else', async () => {
    const { reader, reads, clock } = await open();
    const further = { ...FIRST, from: { at: EPOCH + 1, id: 'x' } };
    await done(reader.page({ actorId: 'user_ada', outcome: 'SUCCESS' }, FIRST, reading()));
    await done(reader.page({ outcome: 'SUCCESS', actorId: 'user_ada' }, further, reading()));
    expect(reads()).toHaveLength(1);
    await done(reader.page({ actorId: 'user_ada' }, further, reading()));
    expect(reads()).toHaveLength(2);
    await done(reader.page({ actorId: 'user_ada', outcome: 'SUCCESS' }, further, reading(sam)));
    expect(reads()).toHaveLength(3);
    clock.advance(11 * 60_000);
    await done(reader.page({ actorId: 'user_ada', outcome: 'SUCCESS' }, further, reading()));
    expect(reads()).toHaveLength(4);
    await done(reader.page({ actorId: 'user_ada', outcome: 'SUCCESS' }, FIRST, reading()));
    expect(reads()).toHaveLength(5);
  });

  it('never grants pages without an event on the strength of a reading that was not recorded', async () => {
    const { events, reader, reads } = await open();
    events.behaviour = 'refuse';
    await done(reader.page({}, FIRST, reading())).catch(() => undefined);
    events.behaviour = 'ok';
    await pass(5_000);
    const before = reads().length;
    await done(reader.page({}, { ...FIRST, from: { at: EPOCH + 1, id: 'x' } }, reading()));
    expect(reads()).toHaveLength(before + 1);
  });

  it('keeps no filter of any length', async () => {
    const { reader, reads } = await open();
    await done(reader.page({ operationName: 'x'.repeat(100_000) }, FIRST, reading()));
    expect(reads()[0]?.details?.text.length).toBeLessThan(200);
    expect(reads()[0]?.details?.text).toContain('omitted');
  });

  it('leaves an event about following the live tail before it begins', async () => {
    const { reader, reads, trail, feed } = await open();
    const stream = await done(reader.follow({ types: ['OPERATION_COMPLETED'] }, null, reading()));
    expect(reads()).toHaveLength(1);
    const recorded = trail.record(draft('live', { occurredAt: Date.now() }));
    await pass();
    await recorded;
    expect((await stream.next()).value?.stored.requestId).toBe('live');
    feed.close();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(requestIds(reads())).toHaveLength(1);
  });
});

describe('following the trail', () => {
  async function first(stream: AsyncIterableIterator<RecordedEvent>): Promise<RecordedEvent> {
    const { value } = await done(stream.next());
    if (value === undefined) throw new Error('the stream has ended');
    return value;
  }
  async function record(trail: AuditTrail, ...ids: string[]): Promise<void> {
    for (const id of ids) await done(trail.record(draft(id, { occurredAt: Date.now() })));
  }
  const FILTER = { types: ['OPERATION_COMPLETED'] } as const;

  it('goes on from a cursor, unrecorded while the same person goes on with the same filter', async () => {
    const { reader, reads, trail, feed } = await open();
    const stream = await done(reader.follow(FILTER, null, reading()));
    await record(trail, '1', '2', '3');
    const cursor = (await first(stream)).streamCursor;
    await stream.return?.();
    expect(reads()).toHaveLength(1);
    const resumed = await done(reader.follow(FILTER, cursor, reading()));
    expect([(await first(resumed)).stored.requestId, (await first(resumed)).stored.requestId]).toEqual(['2', '3']);
    expect(reads()).toHaveLength(1);
    feed.close();
  });

  it('is recorded anew for somebody else, another filter, another replica and after ten minutes', async () => {
    const { reader, reads, trail, feed, events, clock } = await open();
    const stream = await done(reader.follow(FILTER, null, reading()));
    await record(trail, '1', '2');
    const cursor = (await first(stream)).streamCursor;
    const replica = createAuditReader({ events: events.port, trail, feed, clock });
    await done(reader.follow({}, null, reading()));
    await done(reader.follow(FILTER, null, reading(sam)));
    await done(replica.follow(FILTER, null, reading()));
    const before = reads().length;
    const others = [
      () => reader.follow(FILTER, cursor, reading(sam)),
      () => reader.follow({}, cursor, reading()),
      () => replica.follow(FILTER, cursor, reading()),
    ];
    for (const [n, other] of others.entries()) {
      const resumed = await done(other());
      expect(reads()).toHaveLength(before + n + 1);
      expect((await first(resumed)).stored.requestId).toBe('2');
    }
    expect(reads().at(-1)?.details?.text).toContain('\\"resumed\\":true');
    clock.advance(11 * 60_000);
    await done(reader.follow(FILTER, cursor, reading()));
    expect(reads()).toHaveLength(before + others.length + 1);
    feed.close();
  });

  it('gives nothing from a cursor where the reading cannot be recorded, and records nothing for what is no cursor', async () => {
    const { reader, reads, events, trail, feed } = await open();
    const stream = await done(reader.follow(FILTER, null, reading()));
    await record(trail, '1');
    const cursor = (await first(stream)).streamCursor ?? '';
    const before = reads().length;
    for (const bad of ['', 'x', cursor.slice(1), `${cursor}A`, `${cursor}=`, 'A'.repeat(100_000)]) {
      await expect(done(reader.follow(FILTER, bad, reading()))).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        extensions: { field: 'after' },
      });
    }
    expect(reads()).toHaveLength(before);
    events.behaviour = 'refuse';
    await expect(done(reader.follow(FILTER, cursor, reading(sam)))).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    feed.close();
  });

  it('has a cursor in a stream alone', async () => {
    const { reader } = await open();
    const { items } = await done(reader.page({}, FIRST, reading()));
    expect(items.map(({ streamCursor }) => streamCursor)).toEqual([null, null]);
  });

  it('gives exactly the events that the query gives for the same filter', async () => {
    const { reader, trail, feed, events } = await open();
    const filters: EventFilter[] = [
      {},
      { types: ['AUDIT_READ', 'OPERATION_DENIED'] },
      { types: [] },
      { outcome: 'FAILURE' },
      { actorId: 'user_sam' },
      { subjectId: 'user_carl' },
      { sessionId: 'session-2' },
      { requestId: '7' },
      { operationName: 'Orders' },
      { occurredAfter: EPOCH + 60_005, occurredBefore: EPOCH + 60_010 },
      { actorId: 'user_ada', outcome: 'SUCCESS', occurredAfter: EPOCH + 60_000 },
    ];
    const followed: { filter: EventFilter; stream: AsyncIterableIterator<RecordedEvent>; before: Set<string> }[] = [];
    for (const filter of filters) {
      const stream = await done(reader.follow(filter, null, reading()));
      followed.push({ filter, stream, before: new Set(events.stored.map(({ id }) => id)) });
    }
    for (let n = 0; n < 16; n += 1) {
      const event = draft(`${n}`, {
        occurredAt: EPOCH + 60_000 + n,
        type: n % 3 === 0 ? 'OPERATION_DENIED' : 'OPERATION_COMPLETED',
        outcome: n % 4 === 0 ? 'FAILURE' : 'SUCCESS',
        ...(n % 5 === 0 && { actor: null }),
        ...(n % 2 === 0 && { subjectId: 'user_carl' }),
        ...(n % 7 === 0 && { session: { id: 'session-2', access: 'FULL', startedAt: EPOCH, expiresAt: EPOCH + 1 } }),
      });
      await done(trail.record(event));
    }
    for (const { filter, stream, before } of followed) {
      const { items } = await events.page(filter, { limit: 500, direction: 'forward' });
      const wanted = items.map(({ id }) => id).filter((id) => !before.has(id));
      const got: string[] = [];
      const collecting = (async () => {
        for await (const { stored } of stream) got.push(stored.id);
      })();
      await pass(10);
      await stream.return?.();
      await collecting;
      expect(got.toSorted(), JSON.stringify(filter)).toEqual(wanted.toSorted());
    }
    feed.close();
  });
});
