import { describe, expect, it, vi } from 'vitest';
import { Broadcast } from '../../../src/audit/verification/broadcast.js';

const leave = () => vi.fn<() => void>();

describe('a value that is followed', () => {
  it('is given as it is now, then each time it has changed', async () => {
    const value = new Broadcast('one');
    const stream = value.follow(leave());
    expect(await stream.next()).toEqual({ done: false, value: 'one' });
    const next = stream.next();
    value.publish('two');
    expect(await next).toEqual({ done: false, value: 'two' });
  });

  it('skips what came in between for who is slow, never the newest', async () => {
    const value = new Broadcast(0);
    const stream = value.follow(leave());
    for (let step = 1; step <= 1_000; step += 1) value.publish(step);
    value.end();
    expect(await stream.next()).toEqual({ done: false, value: 1_000 });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with an error for all who follow, whoever joins later included', async () => {
    const value = new Broadcast('one');
    const [early, left] = [leave(), leave()];
    const stream = value.follow(early);
    await stream.next();
    const next = stream.next();
    value.end(new Error('an outage'));
    await expect(next).rejects.toThrow('an outage');
    expect(early).toHaveBeenCalledTimes(1);
    await expect(value.follow(left).next()).rejects.toThrow('an outage');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('lets go of who leaves, while they wait too, and says so once', async () => {
    const value = new Broadcast('one');
    const [one, other] = [leave(), leave()];
    const [first, second] = [value.follow(one), value.follow(other)];
    await first.next();
    await second.next();
    const waiting = first.next();
    await first.return?.();
    await first.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([1, 0]);
    value.publish('two');
    expect(await second.next()).toEqual({ done: false, value: 'two' });
  });
});
