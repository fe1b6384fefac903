import { describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { draft, EPOCH } from './drafts.js';
import { follow, now, numbered, open, pass, standStill } from './feed-setting.js';

standStill();

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
});
