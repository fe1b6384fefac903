import { describe, expect, it, vi } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import type { FollowedEvent } from '../../../src/audit/tail/follower.js';
import { draft, EPOCH } from './drafts.js';
import { follow, now, numbered, open, pass, standStill } from './feed-setting.js';
import { MemoryEvents } from './memory-events.js';

standStill();

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
