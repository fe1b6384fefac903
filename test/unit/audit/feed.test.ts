import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { createAuditFeed } from '../../../src/audit/feed.js';
import type { FollowedEvent } from '../../../src/audit/tail/follower.js';
import type { TailPosition } from '../../../src/audit/tail/position.js';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, draft, EPOCH } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const permitted = async () => undefined;

type Where = 'here' | 'there';

/** A replica's feed over a store that several write to. */
function open(events = new MemoryEvents()) {
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
const now = (id: string, more: Partial<EventDraft> = {}) => draft(id, { occurredAt: Date.now(), ...more });
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `${n + from}`);

interface Seen {
  readonly ids: string[];
  readonly positions: (TailPosition | null)[];
  end: string;
}

/** Collects what a stream gives, and how it ended. */
function follow(stream: AsyncIterableIterator<FollowedEvent>): Seen {
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

describe('the live tail', () => {
  it('gives events of this replica at once, those of others within about a second, each once', async () => {
    const { feed, record, subscribe } = open();
    const seen = follow(await subscribe());
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

  it('gives nothing that was recorded before, also to those who come later', async () => {
    const { feed, record, subscribe } = open();
    record('here', now('before'));
    record('there', now('before too'));
    const first = follow(await subscribe());
    record('there', now('between'));
    const second = follow(await subscribe());
    record('there', now('after'));
    await pass(5_000);
    expect(first.ids).toEqual(['between', 'after']);
    expect(second.ids).toEqual(['after']);
    feed.close();
  });

  it('gives an event recorded now, here or elsewhere, also where it happened long ago', async () => {
    const { feed, record, subscribe } = open();
    record('there', now('before', { occurredAt: EPOCH - 86_400_000 }));
    const seen = follow(await subscribe());
    record('here', now('late here', { occurredAt: EPOCH - 600_000 }));
    record('there', now('late there', { occurredAt: EPOCH - 86_400_000 }));
    await pass(20_000);
    expect(seen.ids).toEqual(['late here', 'late there']);
    feed.close();
  });

  it('finds a new chain whatever the date of its first event', async () => {
    const { feed, events, subscribe } = open();
    const seen = follow(await subscribe());
    for (const at of [EPOCH - 86_400_000 * 3, EPOCH + 86_400_000]) {
      events.write(openChain({ instance: 'x', version: '1' }).extend([now(`${at}`, { occurredAt: at })]));
    }
    await pass(35_000);
    expect(seen.ids.toSorted()).toEqual([`${EPOCH - 86_400_000 * 3}`, `${EPOCH + 86_400_000}`].toSorted());
    feed.close();
  });

  it('wakes with a chain that was silent for hours, as with one that was silent for minutes', async () => {
    const { feed, record, clock, subscribe } = open();
    record('there', now('before'));
    const seen = follow(await subscribe());
    for (const hours of [0.2, 5, 100]) {
      clock.advance(hours * 3_600_000);
      record('there', draft(`after ${hours}`, { occurredAt: clock.now() }));
      await pass(1_500);
    }
    expect(seen.ids).toEqual(['after 0.2', 'after 5', 'after 100']);
    feed.close();
  });

  it('looks at a thousand silent chains within a few rounds, and not at all of them in each', async () => {
    const { feed, events, subscribe } = open();
    const chains = numbered(1_000).map(() => openChain({ instance: 'x', version: '1' }));
    for (const chain of chains) {
      const stored = chain.extend([now('before', { occurredAt: EPOCH - 86_400_000 })]);
      chain.advance(stored);
      events.stored.push(...stored);
    }
    const seen = follow(await subscribe());
    const looked = vi.spyOn(events, 'existing');
    await pass(10_000);
    for (const [ids] of looked.mock.calls) expect(ids.length).toBeLessThanOrEqual(250);
    for (const chain of chains) events.stored.push(...chain.extend([now('after', { occurredAt: EPOCH })]));
    await pass(5_000);
    expect(seen.ids).toHaveLength(1_000);
    feed.close();
  });

  it('is not misled by own events that arrive twice, out of order, with others missing, or of unknown chains', async () => {
    const { feed, events, chains, announce, subscribe } = open();
    const earlier = openChain({ instance: 'earlier', version: '1' });
    const old = earlier.extend(['x', 'y'].map((id) => now(id)));
    earlier.advance(old);
    const seen = follow(await subscribe());
    const stored = chains.here.extend(['a', 'b', 'c', 'd'].map((id) => now(id)));
    events.write(stored);
    events.write(old);
    announce(stored.slice(2));
    announce(old.slice(1));
    announce(stored.slice(0, 1));
    announce(stored.slice(0, 2));
    announce(stored.slice(1, 2));
    await pass(1_000);
    announce(stored);
    await pass(1_000);
    expect(seen.ids.filter((id) => 'abcd'.includes(id))).toEqual(['a', 'b', 'c', 'd']);
    expect(seen.ids.filter((id) => 'xy'.includes(id))).toEqual(['x', 'y']);
    feed.close();
  });

  it('gives once what it is told by this replica while it is reading the same from the store', async () => {
    const { feed, events, chains, announce, subscribe } = open();
    const seen = follow(await subscribe());
    const first = chains.here.extend([now('a'), now('b'), now('c')]);
    events.write(first.slice(0, 1));
    const read = events.chain.bind(events);
    let answer = () => {};
    vi.spyOn(events, 'chain').mockImplementation(async (chain, from, limit) => {
      const page = await read(chain, from, limit);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return page;
    });
    for (const told of [1, 2, 3]) {
      await pass(1_000);
      events.write(first.slice(0, told));
      announce(first.slice(0, told));
      for (let n = 0; n < 3; n += 1) {
        answer();
        await pass(1_000);
      }
    }
    await pass(60_000);
    answer();
    await pass(60_000);
    answer();
    await pass(1_000);
    expect(seen.ids).toEqual(['a', 'b', 'c']);
    feed.close();
  });

  it('gives nothing recorded before to those who come later, however many silent chains it may be in', async () => {
    const { feed, events, subscribe } = open();
    const chains = numbered(600).map(() => openChain({ instance: 'x', version: '1' }));
    for (const chain of chains) {
      const stored = chain.extend([now('old', { occurredAt: EPOCH - 86_400_000 })]);
      chain.advance(stored);
      events.stored.push(...stored);
    }
    const first = follow(await subscribe());
    for (const [n, chain] of chains.entries()) events.stored.push(...chain.extend([now(`${n}`)]));
    const second = follow(await subscribe());
    await pass(60_000);
    expect(first.ids).toHaveLength(600);
    expect(second.ids).toEqual([]);
    feed.close();
  });

  it('goes on beyond an event that somebody has deleted, and says so in the log', async () => {
    const { feed, events, record, lines, subscribe } = open();
    const seen = follow(await subscribe());
    const stored = record('there', now('a'), now('deleted'), now('b'));
    events.stored.splice(events.stored.indexOf(stored[1] as StoredEvent), 1);
    await pass(90_000);
    expect(seen.ids).toEqual(['a', 'b']);
    expect(lines.filter((line) => line.includes('events are missing from an audit chain'))).toHaveLength(1);
    feed.close();
  });

  it('gives each follower what passes their filter', async () => {
    const { feed, record, subscribe } = open();
    const filters: EventFilter[] = [{}, { actorId: 'user_sam' }, { types: ['AUDIT_READ'] }, { sessionId: 'session-1' }];
    const seen = await Promise.all(filters.map(async (filter) => follow(await subscribe(filter))));
    record('here', now('a'), now('b', { type: 'AUDIT_READ', session: null }));
    await pass(1_000);
    expect(seen.map(({ ids }) => ids.join())).toEqual(['a,b', '', 'b', 'a']);
    feed.close();
  });

  it('reads all pages of what it missed', async () => {
    const { feed, record, subscribe } = open();
    const seen = follow(await subscribe());
    record('there', ...numbered(900).map((id) => now(id)));
    await pass(1_000);
    expect(seen.ids).toEqual(numbered(900));
    feed.close();
  });

  it('lets whoever falls far behind read on from the store: nothing is missed, nothing doubled, nothing kept in memory', async () => {
    const { feed, events, record, subscribe } = open();
    events.write(openChain({ instance: 'x', version: '1' }).extend([now('before')]));
    const stream = await subscribe();
    record('here', ...numbered(2_000).map((id) => now(id)));
    record('there', ...numbered(700, 2_000).map((id) => now(id)));
    await pass(1_000);
    const taken = [(await stream.next()).value, (await stream.next()).value];
    const seen = follow(stream);
    await pass(1_000);
    record('here', now('live'));
    await pass();
    const ids = [...taken.map((followed) => followed?.event.requestId), ...seen.ids];
    expect(ids).toHaveLength(2_701);
    expect(ids.toSorted()).toEqual([...numbered(2_700), 'live'].toSorted());
    expect(ids.filter((id) => Number(id) < 2_000)).toEqual(numbered(2_000));
    expect(ids.at(-1)).toBe('live');
    feed.close();
  });

  it('survives a store that cannot be read for a while, and then gives what it missed', async () => {
    const { feed, record, events, lines, subscribe } = open();
    const seen = follow(await subscribe());
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

  it('begins no subscription where the store cannot be read, or where it is not permitted', async () => {
    const { feed, events, record, subscribe } = open();
    events.readable = false;
    await expect(subscribe()).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    events.readable = true;
    await expect(feed.subscribe({}, null, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await pass(5_000);
    expect(events.looks).toBe(0);
    const seen = follow(await subscribe());
    record('there', now('a'));
    await pass(1_000);
    expect(seen.ids).toEqual(['a']);
    feed.close();
  });

  it('reads the store only while somebody follows', async () => {
    const { feed, events, subscribe } = open();
    await pass(10_000);
    expect(events.looks).toBe(0);
    const stream = await subscribe();
    await pass(2_000);
    expect(events.looks).toBeGreaterThan(0);
    await stream.return?.();
    await stream.return?.();
    await pass(1_000);
    const looks = events.looks;
    await pass(10_000);
    expect(events.looks).toBe(looks);
    const seen = follow(await subscribe());
    await pass(1_000);
    expect(events.looks).toBeGreaterThan(looks);
    feed.close();
    await pass();
    expect(seen.end).toBe('done');
  });

  it('asks the store once a round, however many follow', async () => {
    const { feed, events, subscribe } = open();
    await subscribe();
    await pass(7_000);
    const alone = events.looks;
    for (let n = 0; n < 9; n += 1) await subscribe();
    const before = events.looks;
    await pass(7_000);
    expect(events.looks - before).toBeLessThanOrEqual(alone + 1);
    feed.close();
  });

  it('ends at once for a follower who waits and leaves', async () => {
    const { feed, subscribe } = open();
    const stream = await subscribe();
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    feed.close();
  });

  it('no longer listens, and begins nothing, once it is closed', async () => {
    const { feed, listeners, subscribe } = open();
    const seen = follow(await subscribe());
    feed.close();
    await pass();
    expect([seen.end, listeners.size]).toEqual(['done', 0]);
    await expect(subscribe()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a store that tells of news', () => {
  function watched(events: MemoryEvents) {
    const watch = { onChange: () => {}, alive: true, stopped: 0 };
    Object.assign(events, {
      async watch(onChange: () => void) {
        watch.onChange = onChange;
        return {
          alive: () => watch.alive,
          async stop() {
            watch.stopped += 1;
          },
        };
      },
    });
    return watch;
  }

  it('is read as soon as it tells, else seldom, and as often as any other once it cannot tell any more', async () => {
    const { feed, events, record, subscribe } = open();
    const watch = watched(events);
    const stream = await subscribe();
    const seen = follow(stream);
    await pass(1_000);
    const looks = events.looks;
    await pass(4_000);
    expect(events.looks - looks).toBeLessThanOrEqual(1);
    record('there', now('a'));
    for (let n = 0; n < 20; n += 1) watch.onChange();
    await pass(150);
    expect(seen.ids).toEqual(['a']);
    expect(events.looks - looks).toBeLessThanOrEqual(4);
    record('there', now('untold'));
    await pass(5_500);
    expect(seen.ids).toEqual(['a', 'untold']);
    watch.alive = false;
    watch.onChange();
    await pass(200);
    record('there', now('while lost'));
    await pass(1_000);
    expect(seen.ids).toEqual(['a', 'untold', 'while lost']);
    await stream.return?.();
    expect(watch.stopped).toBe(1);
    feed.close();
  });

  it('may fail to: then it is asked', async () => {
    const { feed, events, record, lines, subscribe } = open();
    Object.assign(events, { watch: () => Promise.reject(new Error('no answer')) });
    const seen = follow(await subscribe());
    record('there', now('a'));
    await pass(1_000);
    expect(seen.ids).toEqual(['a']);
    expect(lines.join('')).toContain('could not be watched');
    feed.close();
  });
});

describe('going on from a position', () => {
  it('gives what was recorded meanwhile, then goes on live, on this replica and on another', async () => {
    const a = open();
    const b = open(a.events);
    a.record('there', now('before'));
    const stream = await a.subscribe();
    a.record('here', now('1'));
    const position = (await stream.next()).value?.position ?? null;
    await stream.return?.();
    a.record('here', ...numbered(300, 2).map((id) => now(id)));
    a.record('there', ...numbered(300, 302).map((id) => now(id)));
    b.record('here', now('602'));
    for (const [turn, replica] of [a, b].entries()) {
      const seen = follow(await replica.subscribe({}, position));
      await pass(2_000);
      expect(seen.ids.toSorted()).toEqual(numbered(601 + turn, 2).toSorted());
      b.record('here', now(`${603 + turn}`));
      await pass(2_000);
      expect(seen.ids.at(-1)).toBe(`${603 + turn}`);
      replica.feed.close();
    }
  });

  it('goes on from any event a stream gave, filtered, and gives exactly what came after it', async () => {
    const { feed, record, subscribe } = open();
    const even = { types: ['AUDIT_READ'] } as const;
    const seen = follow(await subscribe(even));
    for (let n = 0; n < 40; n += 1) {
      record(n % 3 === 0 ? 'here' : 'there', now(`${n}`, { type: n % 2 === 0 ? 'AUDIT_READ' : 'OPERATION_DENIED' }));
      if (n % 5 === 0) await pass(800);
    }
    await pass(800);
    expect(seen.ids).toHaveLength(20);
    for (const [at, position] of seen.positions.entries()) {
      const stream = await subscribe(even, position);
      const resumed = follow(stream);
      await pass(10);
      expect(resumed.ids.toSorted()).toEqual(seen.ids.slice(at + 1).toSorted());
      await stream.return?.();
    }
    feed.close();
  });

  it('waits for what another replica had seen already, without giving it twice', async () => {
    const a = open();
    const stream = await a.subscribe();
    a.record('here', now('1'), now('2'), now('3'));
    const positions = [];
    for (let n = 0; n < 3; n += 1) positions.push((await stream.next()).value?.position ?? null);
    // The other replica reads a store that has not got it all yet.
    const behind = new MemoryEvents();
    behind.write(a.events.stored.slice(0, 1));
    const b = open(behind);
    const seen = follow(await b.subscribe({}, positions[1] ?? null));
    await pass(1_000);
    behind.write(a.events.stored.slice(1));
    await pass(1_000);
    expect(seen.ids).toEqual(['3']);
    expect(seen.positions[0]?.places).toEqual(positions[2]?.places);
    // A chain that the other replica has never heard of is not forgotten on the way.
    const elsewhere = new MemoryEvents();
    const c = open(elsewhere);
    const other = follow(await c.subscribe({}, positions[1] ?? null));
    c.record('here', now('4'));
    await pass();
    expect(other.positions[0]?.places).toContainEqual([a.chains.here.id, 2]);
    c.feed.close();
    a.feed.close();
    b.feed.close();
  });

  describe('where there are more chains than a position names', () => {
    /** Forty chains, each silent for a minute longer than the next; then hours in which nothing happens. */
    function fortyChains() {
      const replica = open();
      const chains = numbered(40).map(() => openChain({ instance: 'x', version: '1' }));
      const write = (index: number, id: string, occurredAt = replica.clock.now()) => {
        const chain = chains[index];
        const stored = chain?.extend([draft(id, { occurredAt })]) ?? [];
        chain?.advance(stored);
        replica.events.write(stored);
      };
      for (const [index] of chains.entries()) {
        replica.clock.advance(60_000);
        write(index, `old ${index}`);
      }
      replica.clock.advance(7_200_000);
      return { ...replica, write };
    }

    it('what the others have for it is told by its time, to the millisecond', async () => {
      const { feed, events, clock, subscribe, write } = fortyChains();
      const stream = await subscribe();
      write(39, 'first');
      await pass(1_000);
      const { position = null } = (await stream.next()).value ?? {};
      expect(position?.places).toHaveLength(32);
      // One millisecond after the youngest of the eight that are left out.
      expect(position?.horizon).toBe(EPOCH + 8 * 60_000 + 1);
      await stream.return?.();
      write(0, 'at the horizon', position?.horizon ?? 0);
      clock.advance(7_200_000);
      write(0, 'silent for long');
      write(39, 'named');
      write(0, 'silent no more');
      const unheardOf = openChain({ instance: 'new', version: '1' });
      events.write(unheardOf.extend([draft('new', { occurredAt: clock.now() })]));
      const seen = follow(await subscribe({}, position));
      await pass(1_000);
      expect(seen.ids.toSorted()).toEqual(['at the horizon', 'named', 'new', 'silent for long', 'silent no more']);
      feed.close();
    });

    it('it names each that has been written to since, at once', async () => {
      const { feed, subscribe, write } = fortyChains();
      const stream = await subscribe();
      write(39, 'first');
      await pass(1_000);
      await stream.next();
      write(0, 'silent so far');
      await pass(1_000);
      const { position = null } = (await stream.next()).value ?? {};
      const seen = follow(await subscribe({}, position));
      await pass(1_000);
      expect(seen.ids).toEqual([]);
      feed.close();
    });

    it('it names each that its follower has not read to the end, however long that has been silent', async () => {
      const { feed, clock, record, subscribe, write } = fortyChains();
      const stream = await subscribe({}, { horizon: null, places: [] });
      const ids = [(await stream.next()).value?.event.requestId];
      // Opened while the follower is busy with the past, and silent again by the time it gets there.
      record('there', now('new', { occurredAt: clock.now() }));
      await pass(1_000);
      clock.advance(86_400_000);
      for (let index = 0; index < 35; index += 1) write(index, `later ${index}`);
      await pass(1_000);
      const { event, position = null } = (await stream.next()).value ?? {};
      ids.push(event?.requestId);
      const seen = follow(await subscribe({}, position));
      await pass(1_000);
      const wanted = [...numbered(40).map((id) => `old ${id}`), ...numbered(35).map((id) => `later ${id}`), 'new'];
      expect([...ids, ...seen.ids].toSorted()).toEqual(wanted.toSorted());
      feed.close();
    });
  });

  it('has no position where too many chains are written to at once', async () => {
    const { feed, events, subscribe } = open();
    const stream = await subscribe();
    for (const id of numbered(300)) events.write(openChain({ instance: 'x', version: '1' }).extend([now(id)]));
    await pass(1_000);
    for (let n = 0; n < 256; n += 1) await stream.next();
    expect((await stream.next()).value?.position).toBeNull();
    feed.close();
  });

  it('reads a long past page by page, no faster than it is asked for', async () => {
    const { feed, events, record, subscribe } = open();
    record('there', ...numbered(3_000).map((id) => now(id)));
    const read = vi.spyOn(events, 'chain');
    const stream = await subscribe({}, { horizon: null, places: [] });
    read.mockClear();
    for (let n = 0; n < 100; n += 1) await stream.next();
    await pass(5_000);
    expect(read.mock.calls.reduce((sum, [, , limit]) => sum + limit, 0)).toBeLessThan(300);
    expect((await stream.next()).value?.event.requestId).toBe('100');
    feed.close();
  });

  it('reports a store that does not answer, and goes on from the last position', async () => {
    const { feed, events, record, subscribe } = open();
    record('there', ...numbered(200).map((id) => now(id)));
    const stream = await subscribe({}, { horizon: null, places: [] });
    let last: FollowedEvent | undefined;
    for (let n = 0; n < 10; n += 1) last = (await stream.next()).value;
    events.readable = false;
    const seen = follow(stream);
    await pass(1_000);
    expect(seen.end).toBe('StoreUnavailableError');
    events.readable = true;
    const resumed = follow(await subscribe({}, seen.positions.at(-1) ?? last?.position ?? null));
    await pass(1_000);
    expect([...numbered(10), ...seen.ids, ...resumed.ids]).toEqual(numbered(200));
    feed.close();
  });
});
