import { describe, expect, it } from 'vitest';
import { CutOff, Outlet } from '../../../src/http/protection/outlet.js';
import { ReservedStream } from '../../../src/http/routes/reserved-streams.js';
import { Taking } from '../../../src/http/routes/taking.js';
import { OperationConnection } from '../../../src/http/steps/operation-connection.js';

const turns = async () => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
};

/** Results without an end, that count how many were asked for. */
function results(most = Number.POSITIVE_INFINITY) {
  const seen = { given: 0, left: 0 };
  const iterator: AsyncGenerator<number, void, void> = {
    async next() {
      if (seen.given >= most) return { done: true, value: undefined };
      seen.given += 1;
      return { done: false, value: seen.given };
    },
    async return() {
      seen.left += 1;
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { seen, iterator };
}

describe('results for a client that takes them', () => {
  it('are worked out one for each time that it waits, of each operation', async () => {
    const taking = new Taking();
    const [one, two] = [results(), results()];
    const paced = [taking.paced(one.iterator), taking.paced(two.iterator)];
    const first = paced.map((each) => each.next());
    await turns();
    expect([one.seen.given, two.seen.given]).toEqual([0, 0]);
    taking.waits();
    expect(await Promise.all(first)).toEqual([
      { done: false, value: 1 },
      { done: false, value: 1 },
    ]);
    const second = paced[0]?.next();
    await turns();
    expect(one.seen.given).toBe(1);
    taking.isBusy();
    taking.waits();
    expect(await second).toEqual({ done: false, value: 2 });
    // It waits still, and the other operation has had nothing of this time.
    expect(await paced[1]?.next()).toEqual({ done: false, value: 2 });
  });

  it('are not worked out while it is busy', async () => {
    const taking = new Taking();
    const { seen, iterator } = results();
    taking.waits();
    taking.isBusy();
    void taking.paced(iterator).next();
    await turns();
    expect(seen.given).toBe(0);
  });

  it('count as an operation until they are over, or left, or the client is', async () => {
    const taking = new Taking();
    const [whole, left, thrown, open] = [results(0), results(), results(), results()];
    const paced = [whole, left, thrown, open].map(({ iterator }) => taking.paced(iterator));
    expect(taking.operations).toBe(4);
    taking.waits();
    expect(await paced[0]?.next()).toEqual({ done: true, value: undefined });
    expect(taking.operations).toBe(3);
    await paced[1]?.return();
    await paced[1]?.return();
    expect([taking.operations, left.seen.left]).toEqual([2, 1]);
    await expect(paced[2]?.throw(new Error('left'))).rejects.toThrow('left');
    expect([taking.operations, thrown.seen.left]).toEqual([1, 1]);
    taking.end();
    expect(await paced[3]?.next()).toEqual({ done: true, value: undefined });
    expect([taking.operations, open.seen.left, open.seen.given]).toEqual([0, 1, 0]);
  });

  it('end for whoever waits for them when the client is gone, or they are left; those that come later too', async () => {
    const taking = new Taking();
    const [one, two, late] = [results(), results(), results()];
    const [first, second] = [taking.paced(one.iterator), taking.paced(two.iterator)];
    const waiting = [first.next(), second.next()];
    await second.return();
    expect(await waiting[1]).toEqual({ done: true, value: undefined });
    taking.end();
    expect(await waiting[0]).toEqual({ done: true, value: undefined });
    expect(await taking.paced(late.iterator).next()).toEqual({ done: true, value: undefined });
    expect([one.seen, two.seen, late.seen]).toEqual(Array(3).fill({ given: 0, left: 1 }));
  });
});

describe('a reserved stream', () => {
  function reserved() {
    let left = 0;
    const outlet = new Outlet({ stalledMs: 5_000, mostBytes: 100, onCut: () => undefined });
    const stream = new ReservedStream('actor:ada', outlet, () => {
      left += 1;
    });
    const operation = (id: string) => {
      const connection = new OperationConnection({}, null);
      stream.began(id, connection);
      return connection.signal;
    };
    return { stream, operation, left: () => left };
  }

  it('ends the operation that is over, and no other', () => {
    const { stream, operation } = reserved();
    const [one, two] = [operation('one'), operation('two')];
    stream.ended('one');
    stream.ended('unknown');
    expect([one.aborted, two.aborted]).toEqual([true, false]);
  });

  it('ends with all of its operations, those that begin later too, and gives back its place once', async () => {
    const { stream, operation, left } = reserved();
    const [one, two] = [operation('one'), operation('two')];
    const waiting = stream.outlet.ready('a result');
    stream.close();
    stream.close();
    expect([one.aborted, two.aborted, operation('late').aborted, left()]).toEqual([true, true, true, 1]);
    await expect(waiting).rejects.toBeInstanceOf(CutOff);
    expect(await stream.taking.paced(results().iterator).next()).toEqual({ done: true, value: undefined });
  });
});
