import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { follow, now, numbered, open, pass, standStill } from './feed-setting.js';
import type { MemoryEvents } from './memory-events.js';

standStill();

describe('those who follow the live tail', () => {
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
