import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Backlog, firstSince } from '../../../src/audit/tail/backlog.js';
import { ChainPlaces } from '../../../src/audit/tail/chain-places.js';
import { Follower } from '../../../src/audit/tail/follower.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { storedEvent } from '../../support/store-fixtures.js';
import { TestClock } from '../../support/test-clock.js';

/** A store of what was offered, and a follower of a tail that finds each event at once. */
function following(filter: EventFilter = {}) {
  const stored: StoredEvent[] = [];
  const reads: string[] = [];
  const clock = new TestClock();
  const places = new ChainPlaces([]);
  const events = {
    async chain(chain: string, from: number, limit: number) {
      reads.push(`${chain} from ${from}`);
      return stored.filter((event) => event.chain === chain && event.sequence >= from).slice(0, limit);
    },
  };
  const follower = new Follower({
    events,
    places,
    pruned: { wasPrunedSince: async () => false },
    clock,
    filter,
    after: null,
  });
  const next: Record<string, number> = {};
  return {
    reads,
    follower,
    offer(chain: string, actorId = 'user_ada') {
      const sequence = next[chain] ?? 0;
      next[chain] = sequence + 1;
      const event = storedEvent({ chain, sequence, actorId, occurredAt: clock.now() + stored.length });
      stored.push(event);
      places.meet(chain, clock.now());
      places.pass(event, clock.now());
      follower.offer(event);
    },
    async take(count: number): Promise<string[]> {
      const taken: string[] = [];
      for (let n = 0; n < count; n += 1) taken.push((await follower.next()).value?.event.id ?? 'ended');
      return taken;
    },
  };
}

const idOf = (chain: string, sequence: number) => storedEvent({ chain, sequence }).id;

describe('whoever follows and does not keep up', () => {
  it('is held a thousand events in memory; what comes beyond is read from the store, in order and once', async () => {
    const { offer, take, reads, follower } = following();
    for (let n = 0; n < 1_000; n += 1) offer('a');
    expect(await take(10)).toEqual(Array.from({ length: 10 }, (_, n) => idOf('a', n)));
    expect(reads).toEqual([]);
    for (let n = 0; n < 600; n += 1) offer('a');
    offer('b');
    const rest = await take(1_591);
    expect(rest.filter((id) => id !== idOf('b', 0))).toEqual(
      Array.from({ length: 1_590 }, (_, n) => idOf('a', n + 10)),
    );
    expect(rest).toContain(idOf('b', 0));
    expect(reads[0]).toBe('a from 10');
    // It has caught up: from now on it is handed what comes.
    const pending = take(1);
    await turn();
    const before = reads.length;
    offer('a');
    expect(await pending).toEqual([idOf('a', 1_600)]);
    expect(reads.length).toBe(before);
    follower.close();
  });

  it('stands behind what its filter has passed over between two events, and not before the first of them', async () => {
    const { offer, follower } = following({ actorId: 'user_ada' });
    offer('a');
    offer('b', 'user_carl');
    offer('a', 'user_carl');
    offer('a');
    const position = async () => Object.fromEntries((await follower.next()).value?.position?.places ?? []);
    expect(await position()).toEqual({ a: 1, b: 0 });
    expect(await position()).toEqual({ a: 3, b: 1 });
    follower.close();
  });
});

describe('events of the past', () => {
  const chainOf = (chain: string, times: readonly number[]) =>
    times.map((occurredAt, sequence) => storedEvent({ chain, sequence, occurredAt }));
  const storeOf = (...chains: readonly (readonly StoredEvent[])[]) => {
    const all = chains.flat();
    return {
      chain: async (chain: string, from: number, limit: number) =>
        all.filter((event) => event.chain === chain && event.sequence >= from).slice(0, limit),
    };
  };
  const all = async (backlog: Backlog) => {
    const given: string[] = [];
    for (let event = await backlog.next(); event !== null; event = await backlog.next()) given.push(event.id);
    return given;
  };

  it('are merged by the time at which they occurred, each chain in its order, and none beyond what is wanted', async () => {
    const store = storeOf(chainOf('a', [10, 20, 30, 99]), chainOf('b', [5, 25, Number.NaN]), chainOf('c', [1]));
    const wanted = [
      { chain: 'a', from: 1, to: 3 },
      { chain: 'b', from: 0, to: 3 },
      { chain: 'c', from: 1, to: 1 },
    ];
    expect(await all(new Backlog(store, wanted))).toEqual([
      idOf('b', 0),
      idOf('a', 1),
      idOf('b', 1),
      // A time that is none hides nothing and holds nobody up.
      idOf('b', 2),
      idOf('a', 2),
    ]);
  });

  it('of any number of chains are given whole, also where a chain has fewer than it should', async () => {
    const chains = Array.from({ length: 40 }, (_, n) => chainOf(`chain-${n}`, [n, n + 1]));
    const wanted = chains.map((_, n) => ({ chain: `chain-${n}`, from: 0, to: n === 7 ? 5 : 2 }));
    expect((await all(new Backlog(storeOf(...chains), wanted))).sort()).toEqual(
      chains
        .flat()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('since a time begin with the first event that occurred then, whatever was deleted before it', async () => {
    const events = chainOf('a', [0, 10, 20, 30, 40, 50]);
    const since = (time: number, there = events) => firstSince(storeOf(there), 'a', 5, time);
    expect([await since(0), await since(10), await since(15), await since(40), await since(41)]).toEqual([
      0, 1, 2, 4, 5,
    ]);
    const holed = storeOf(events.filter(({ sequence }) => sequence !== 2));
    for (const time of [15, 20, 30]) {
      const [first] = await holed.chain('a', await firstSince(holed, 'a', 5, time), 1);
      expect(first?.sequence).toBe(3);
    }
    expect(await since(0, [])).toBe(0);
  });
});
