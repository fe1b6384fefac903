import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { createAuditFeed } from '../../../src/audit/feed.js';
import type { RecordedEvent } from '../../../src/audit/recorded-event.js';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, draft, EPOCH } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

function open() {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger, lines } = collectedLog();
  const listeners = new Set<(recorded: readonly StoredEvent[]) => void>();
  const feed = createAuditFeed({
    events: events.port,
    clock,
    logger,
    trail: {
      onRecorded(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  const chains = {
    here: openChain({ instance: 'here', version: '1' }),
    there: openChain({ instance: 'there', version: '1' }),
  };
  /** Records events on this replica or on another one. */
  function record(where: 'here' | 'there', ...drafts: EventDraft[]): void {
    const stored = chains[where].extend(drafts);
    chains[where].advance(stored);
    events.write(stored);
    if (where === 'here') for (const listener of listeners) listener(stored);
  }
  return { events, clock, feed, record, listeners, lines };
}
const now = (id: string, more: Partial<EventDraft> = {}) => draft(id, { occurredAt: Date.now(), ...more });

/** Collects what a stream gives, and how it ended. */
function follow(stream: AsyncIterableIterator<RecordedEvent>): { ids: string[]; end: string } {
  const seen = { ids: [] as string[], end: 'open' };
  (async () => {
    for await (const { stored } of stream) seen.ids.push(stored.requestId);
    seen.end = 'done';
  })().catch((error) => {
    seen.end = error.code;
  });
  return seen;
}

describe('the live tail', () => {
  it('gives events of this replica at once, those of others within about a second, each once', async () => {
    const { feed, record } = open();
    const seen = follow(feed.subscribe({}));
    record('here', now('a'), now('b'));
    await pass();
    expect(seen.ids).toEqual(['a', 'b']);
    record('there', now('c'));
    await pass(1_000);
    expect(seen.ids).toEqual(['a', 'b', 'c']);
    await pass(60_000);
    expect(seen.ids).toEqual(['a', 'b', 'c']);
    feed.close();
  });

  it('gives nothing that was recorded before', async () => {
    const { feed, record } = open();
    record('here', now('before'));
    record('there', now('before too'));
    await pass(5);
    const seen = follow(feed.subscribe({}));
    await pass(5_000);
    expect(seen.ids).toEqual([]);
    feed.close();
  });

  it('gives an event recorded here now also where it happened earlier, such as an expiry found late', async () => {
    const { feed, record } = open();
    const seen = follow(feed.subscribe({}));
    record('here', now('late', { occurredAt: EPOCH - 600_000 }));
    await pass(20_000);
    expect(seen.ids).toEqual(['late']);
    feed.close();
  });

  it('gives events of other replicas whose clocks or writes are late by seconds', async () => {
    const { feed, record, events } = open();
    const seen = follow(feed.subscribe({}));
    await pass(20_000);
    record('there', now('ahead', { occurredAt: Date.now() + 3_000 }));
    await pass(1_000);
    record('there', now('on time'));
    await pass(1_000);
    events.write(
      openChain({ instance: 'third', version: '1' }).extend([now('late', { occurredAt: Date.now() - 5_000 })]),
    );
    await pass(1_000);
    expect(seen.ids).toEqual(['ahead', 'on time', 'late']);
    feed.close();
  });

  it('is not stopped by one event from the far future', async () => {
    const { feed, record, events } = open();
    const seen = follow(feed.subscribe({}));
    record('there', now('future', { occurredAt: Date.now() + 86_400_000 }));
    await pass(2_000);
    events.write(openChain({ instance: 'third', version: '1' }).extend([now('present')]));
    await pass(2_000);
    expect(seen.ids).toEqual(['future', 'present']);
    await pass(60_000);
    expect(seen.ids).toHaveLength(2);
    feed.close();
  });

  it('gives each follower what passes their filter', async () => {
    const { feed, record } = open();
    const filters: EventFilter[] = [{}, { actorId: 'user_sam' }, { types: ['AUDIT_READ'] }, { sessionId: 'session-1' }];
    const seen = filters.map((filter) => follow(feed.subscribe(filter)));
    record('here', now('a'), now('b', { type: 'AUDIT_READ', session: null }));
    await pass(1_000);
    expect(seen.map(({ ids }) => ids.join())).toEqual(['a,b', '', 'b', 'a']);
    feed.close();
  });

  it('reads all pages of what it missed', async () => {
    const { feed, record } = open();
    const seen = follow(feed.subscribe({}));
    record('there', ...Array.from({ length: 900 }, (_, n) => now(`${n}`)));
    await pass(1_000);
    expect(seen.ids).toEqual(Array.from({ length: 900 }, (_, n) => `${n}`));
    feed.close();
  });

  it('gives whoever falls too far behind an error, and nothing after the gap', async () => {
    const { feed, record } = open();
    const stream = feed.subscribe({});
    record('here', ...Array.from({ length: 1_000 }, (_, n) => now(`${n}`)), now('one too many'));
    await stream.next();
    record('here', now('after the gap'));
    const seen = follow(stream);
    await pass();
    expect(seen.ids).toHaveLength(999);
    expect(seen.ids).not.toContain('after the gap');
    expect(seen.end).toBe('UPSTREAM_UNAVAILABLE');
    feed.close();
  });

  it('survives a store that cannot be read for a while, and then gives what it missed', async () => {
    const { feed, record, events, lines } = open();
    const seen = follow(feed.subscribe({}));
    events.readable = false;
    await pass(3_000);
    record('there', now('missed'));
    await pass(2_000);
    expect(seen.ids).toEqual([]);
    events.readable = true;
    await pass(1_000);
    expect(seen.ids).toEqual(['missed']);
    expect(lines.join('')).toContain('the audit feed could not be read');
    feed.close();
  });

  it('reads the store only while somebody follows', async () => {
    const { feed, events } = open();
    await pass(10_000);
    expect(events.pages).toBe(0);
    const stream = feed.subscribe({});
    await pass(2_000);
    expect(events.pages).toBeGreaterThan(0);
    await stream.return?.();
    await pass(1_000);
    const pages = events.pages;
    await pass(10_000);
    expect(events.pages).toBe(pages);
    const seen = follow(feed.subscribe({}));
    await pass(1_000);
    expect(events.pages).toBeGreaterThan(pages);
    feed.close();
    await pass();
    expect(seen.end).toBe('done');
  });

  it('ends at once for a follower who waits and leaves', async () => {
    const { feed } = open();
    const stream = feed.subscribe({});
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    feed.close();
  });

  it('no longer listens once it is closed', async () => {
    const { feed, listeners } = open();
    const seen = follow(feed.subscribe({}));
    feed.close();
    await pass();
    expect([seen.end, listeners.size]).toEqual(['done', 0]);
  });
});
