import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuditFeed } from '../../../src/audit/feed.js';
import { createAuditReader } from '../../../src/audit/read.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import { newId } from '../../../src/platform/ids.js';
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

  it('shows nothing where the reading cannot be recorded', async () => {
    const { events, reader } = await open();
    events.behaviour = 'refuse';
    await expect(done(reader.page({}, FIRST, reading()))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await expect(done(reader.follow({}, reading()))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
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
    const stream = await done(reader.follow({ types: ['OPERATION_COMPLETED'] }, reading()));
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
