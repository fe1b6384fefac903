import { describe, expect, it } from 'vitest';
import type { TailPosition } from '../../../src/audit/tail/position.js';
import { PrunedPlaces } from '../../../src/audit/tail/pruned-places.js';
import type { EventPruned, StoredEvent } from '../../../src/domain/audit-event.js';
import type { EventStore } from '../../../src/stores/index.js';
import { storedEvent } from '../../support/store-fixtures.js';

const MINUTE = 60_000;
type Range = readonly [chain: string, from: number, to: number];

/** A trail in which event n of every chain occurred at minute n. */
class PrunedTrail {
  readonly #there: StoredEvent[] = [];
  readonly #records: StoredEvent[] = [];

  constructor(chains: Readonly<Record<string, number>>) {
    for (const [chain, count] of Object.entries(chains)) {
      for (let sequence = 0; sequence < count; sequence += 1) {
        this.#there.push(storedEvent({ chain, sequence, occurredAt: sequence * MINUTE }));
      }
    }
  }

  /** @param before minutes */
  record(before: number, ...ranges: readonly Range[]): this {
    const said: Partial<Omit<EventPruned, 'before'>> & { before: string } = {
      before: new Date(before * MINUTE).toISOString(),
      ranges: ranges.map(([chain, from, to]) => ({ chain, from, to, previousHash: '', head: '' })),
    };
    const chain = `record-${this.#records.length}`;
    this.#records.unshift({ ...storedEvent({ chain, sequence: 0 }), body: JSON.stringify({ pruned: said }) });
    return this;
  }

  remove(...[chain, from, to]: Range): this {
    for (let at = this.#there.length - 1; at >= 0; at -= 1) {
      const event = this.#there[at];
      if (event?.chain === chain && event.sequence >= from && event.sequence <= to) this.#there.splice(at, 1);
    }
    return this;
  }

  get events(): Pick<EventStore, 'page' | 'chain'> {
    return {
      page: async () => ({ items: [...this.#records], hasMore: false }),
      chain: async (chain, from, limit) =>
        this.#there.filter((event) => event.chain === chain && event.sequence >= from).slice(0, limit),
    };
  }

  async goesOnFrom(places: TailPosition['places'], horizon: number | null = null): Promise<boolean> {
    const pruned = await PrunedPlaces.look(this.events);
    return pruned.checkPosition({ horizon, places }).then(
      () => true,
      (error: { code?: string; extensions?: unknown }) => {
        expect(error).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { field: 'after' } });
        return false;
      },
    );
  }
}

const trail = () => new PrunedTrail({ a: 10, b: 10 });

describe('a place in a chain of which 2 to 5 were pruned', () => {
  it('is gone on from where it is behind them all, or in another chain, and nowhere else', async () => {
    const pruned = trail().record(9, ['a', 2, 5]).remove('a', 2, 5);
    const from = (next: number) => pruned.goesOnFrom([['a', next]]);
    expect([await from(0), await from(2), await from(5), await from(6), await from(9)]).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    const other = trail().record(9, ['b', 2, 5]).remove('b', 2, 5);
    expect(
      await other.goesOnFrom([
        ['a', 0],
        ['b', 6],
      ]),
    ).toBe(true);
    expect(
      await other.goesOnFrom([
        ['a', 9],
        ['b', 5],
      ]),
    ).toBe(false);
  });

  it('is gone on from for as long as what comes after it is there', async () => {
    const halfway = trail().record(9, ['a', 2, 5]).remove('a', 2, 3);
    const from = (next: number) => halfway.goesOnFrom([['a', next]]);
    expect([await from(0), await from(2), await from(3), await from(4), await from(5)]).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('is told of by whichever record names it, and whichever range of it', async () => {
    const pruned = trail().record(9, ['x', 0, 5], ['b', 0, 1]).record(9, ['y', 0, 5]).remove('b', 0, 1);
    expect(
      await pruned.goesOnFrom([
        ['b', 0],
        ['x', 9],
        ['y', 9],
      ]),
    ).toBe(false);
    expect(
      await pruned.goesOnFrom([
        ['b', 2],
        ['x', 9],
        ['y', 9],
      ]),
    ).toBe(true);
  });
});

describe('a place that does not name a chain which was pruned whole, of events before minute 5', () => {
  const pruned = () => trail().record(5, ['gone', 0, 3]);

  it.each([
    // What the position is behind tells when it was given: event n − 1 of a chain that is named.
    ['was given long after', [['a', 8]], null, true],
    ['was given a minute after', [['a', 7]], null, true],
    ['was given within the minute in which events may be late', [['a', 6]], null, false],
    ['was given before', [['a', 3]], null, false],
    [
      'was given after, by one of its chains',
      [
        ['a', 1],
        ['b', 9],
      ],
      null,
      true,
    ],
    [
      'was given after, by the other',
      [
        ['b', 9],
        ['a', 1],
      ],
      null,
      true,
    ],
    ['stands at the beginning, and tells nothing', [['a', 0]], null, false],
    ['names nothing', [], null, false],
    ['says that nothing of such chains occurred since minute 5', [['a', 1]], 5, true],
    ['says that of minute 4 only', [['a', 1]], 4, false],
  ] as const)('%s: %j, %j: %j', async (_what, places, horizon, expected) => {
    expect(await pruned().goesOnFrom(places, horizon === null ? null : horizon * MINUTE)).toBe(expected);
  });

  it('is not judged by an event that is not the one it stands behind', async () => {
    // Of what it is behind nothing is left: what follows says nothing of when it was given.
    const without = pruned().record(1, ['a', 0, 3]).remove('a', 0, 3);
    expect(await without.goesOnFrom([['a', 4]])).toBe(false);
    expect(await without.goesOnFrom([['a', 9]])).toBe(true);
  });
});

it('what is put on record as pruned while somebody reads is told by its chain and its places', async () => {
  const reading = trail().record(9, ['a', 6, 9]);
  const look = await PrunedPlaces.look(reading.events);
  expect(await look.wasPrunedSince('a', 0, 10)).toBe(false);
  reading.record(9, ['x', 0, 9], ['a', 2, 4]);
  const pruned = (from: number, to: number, chain = 'a') => look.wasPrunedSince(chain, from, to);
  expect([await pruned(0, 2), await pruned(0, 3), await pruned(4, 5), await pruned(5, 10)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([await pruned(0, 10, 'b'), await pruned(0, 10, 'x')]).toEqual([false, true]);
});
