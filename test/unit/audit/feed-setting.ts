import { afterEach, beforeEach, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { createAuditFeed } from '../../../src/audit/feed.js';
import type { FollowedEvent } from '../../../src/audit/tail/follower.js';
import type { TailPosition } from '../../../src/audit/tail/position.js';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, draft, EPOCH } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

/** The live tail of a replica over a store in memory, under a clock that tests move. */

/** To be called by each file of tests: this module may be shared by several. */
export function standStill(): void {
  beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
  afterEach(() => void vi.useRealTimers());
}
export const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
export const permitted = async () => undefined;

export type Where = 'here' | 'there';

/** A replica's feed over a store that several write to. */
export function open(events = new MemoryEvents()) {
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
  /** Stores events, and gives them to whoever listens to this replica's own. */
  function record(where: Where, ...drafts: EventDraft[]): readonly StoredEvent[] {
    const stored = chains[where].extend(drafts);
    chains[where].advance(stored);
    events.write(stored);
    if (where === 'here') announce(stored);
    return stored;
  }
  function announce(stored: readonly StoredEvent[]): void {
    for (const listener of listeners) listener(stored);
  }
  const subscribe = (filter: EventFilter = {}, after: TailPosition | null = null) =>
    feed.subscribe(filter, after, permitted);
  return { events, clock, feed, record, announce, chains, listeners, lines, subscribe };
}
export const now = (id: string, more: Partial<EventDraft> = {}) => draft(id, { occurredAt: Date.now(), ...more });
export const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `${n + from}`);

export interface Seen {
  readonly ids: string[];
  readonly positions: (TailPosition | null)[];
  end: string;
}

/** Collects what a stream gives, and how it ended. */
export function follow(stream: AsyncIterableIterator<FollowedEvent>): Seen {
  const seen: Seen = { ids: [], positions: [], end: 'open' };
  (async () => {
    for await (const { event, position } of stream) {
      seen.ids.push(event.requestId);
      seen.positions.push(position);
    }
    seen.end = 'done';
  })().catch((error) => {
    seen.end = error.code ?? error.name;
  });
  return seen;
}
