import type { FormattedExecutionResult } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStream, type StreamOptions } from '../../../src/http/graphql/stream.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const DONE = { done: true, value: undefined };

/** A source whose events a test gives. */
class Source implements AsyncIterator<string> {
  returns = 0;
  asked = 0;
  readonly #waiting: ((result: IteratorResult<string>) => void)[] = [];
  readonly #ready: IteratorResult<string>[] = [];
  #fail: ((error: Error) => void) | null = null;

  give(value: string): void {
    this.#put({ done: false, value });
  }
  finish(): void {
    this.#put({ done: true, value: undefined });
  }
  fail(error: Error): void {
    this.#fail?.(error);
  }
  #put(result: IteratorResult<string>): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#ready.push(result);
    else waiting(result);
  }
  next(): Promise<IteratorResult<string>> {
    this.asked += 1;
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      this.#fail = reject;
    });
  }
  async return(): Promise<IteratorResult<string>> {
    this.returns += 1;
    return { done: true, value: undefined };
  }
}

function open(more: Partial<StreamOptions<string>> = {}) {
  const source = new Source();
  const ends: (FormattedExecutionResult | null)[] = [];
  const wakes = new Set<() => void>();
  const check = vi.fn<() => Promise<unknown>>(async () => undefined);
  const stream = createStream<string>({
    source,
    onEvent: async (event) => ({ data: { event } }),
    onFailure: (reason) => ({ errors: [{ message: String((reason as Error).message) }] }),
    check,
    checkEveryMs: 1_000,
    onWake(wake) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    onEnd: (last) => void ends.push(last),
    ...more,
  });
  const wake = () => {
    for (const one of wakes) one();
  };
  return { source, stream, ends, check, wakes, wake };
}
const event = (name: string) => ({ done: false, value: { data: { event: name } } });
const failure = (message: string) => ({ done: false, value: { errors: [{ message }] } });
const refusing = (message: string) => () => Promise.reject(new Error(message));

/** What a call to `next` has come to so far. */
function watch<T>(promise: Promise<T>): { value?: T } {
  const seen: { value?: T } = {};
  void promise.then((value) => {
    seen.value = value;
  });
  return seen;
}

describe('a stream', () => {
  it('gives the events of its source, and ends with it', async () => {
    const { source, stream, ends } = open();
    source.give('a');
    source.give('b');
    source.finish();
    expect([await stream.next(), await stream.next(), await stream.next(), await stream.next()]).toEqual([
      event('a'),
      event('b'),
      DONE,
      DONE,
    ]);
    expect([ends, source.returns]).toEqual([[null], 1]);
  });

  it('can be consumed by a loop that leaves early', async () => {
    const { source, stream, ends } = open();
    source.give('a');
    source.give('b');
    for await (const result of stream) {
      expect(result).toEqual({ data: { event: 'a' } });
      break;
    }
    expect([ends, source.returns, await stream.next()]).toEqual([[null], 1, DONE]);
  });

  it('tells at its end of the last result with errors', async () => {
    const errors = [{ message: 'in the event' }];
    const { source, stream, ends } = open({ onEvent: async () => ({ data: null, errors }) });
    source.give('a');
    await stream.next();
    await stream.return();
    expect(ends).toEqual([{ data: null, errors }]);
  });
});

describe('leaving', () => {
  it('ends the stream at once, also while it waits for an event', async () => {
    const { source, stream, ends, wakes } = open();
    const waiting = watch(stream.next());
    await pass();
    expect(await stream.return()).toEqual(DONE);
    await pass();
    expect(waiting.value).toEqual(DONE);
    expect([ends, source.returns, wakes.size]).toEqual([[null], 1, 0]);
  });

  it('happens once, however often it is asked for', async () => {
    const { source, stream, ends } = open();
    await Promise.all([stream.return(), stream.return(), stream.return()]);
    await expect(stream.throw(new Error('thrown'))).rejects.toThrow('thrown');
    expect([ends, source.returns]).toEqual([[null], 1]);
  });

  it('by an exception ends it too, for whoever waits', async () => {
    const { stream, ends, source } = open();
    const waiting = watch(stream.next());
    await pass();
    await expect(stream.throw(new Error('thrown'))).rejects.toThrow('thrown');
    await pass();
    expect([waiting.value, ends, source.returns]).toEqual([DONE, [null], 1]);
  });

  it('while an event is being executed keeps that event back', async () => {
    let finish = (_: FormattedExecutionResult) => {};
    const { source, stream, ends } = open({
      onEvent: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    source.give('a');
    const waiting = watch(stream.next());
    await pass();
    await stream.return();
    finish({ data: { event: 'a' } });
    await pass();
    expect([waiting.value, ends]).toEqual([DONE, [null]]);
  });

  it('is not kept from ending by a source that cannot be closed', async () => {
    for (const close of [
      () => {
        throw new Error('sync');
      },
      () => Promise.reject(new Error('async')),
      () => 'no promise' as never,
      () => new Promise<never>(() => {}),
      undefined,
    ]) {
      const source = { next: () => new Promise<never>(() => {}), ...(close && { return: close }) };
      const { stream, ends } = open({ source });
      expect(await stream.return()).toEqual(DONE);
      expect(ends).toEqual([null]);
    }
  });

  it('leaves no timer behind', async () => {
    const { stream, check } = open();
    await stream.return();
    await pass(10_000);
    expect(check).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a stream whose right to go on ends', () => {
  it('while no event comes gives one last result, and no event after it', async () => {
    const { source, stream, ends, check } = open();
    const waiting = watch(stream.next());
    await pass(2_500);
    expect([check.mock.calls.length, waiting.value]).toEqual([2, undefined]);
    check.mockImplementation(refusing('ended'));
    await pass(500);
    expect(waiting.value).toEqual(failure('ended'));
    source.give('too late');
    expect([await stream.next(), await stream.next()]).toEqual([DONE, DONE]);
    expect([ends, source.returns]).toEqual([[{ errors: [{ message: 'ended' }] }], 1]);
  });

  it('is looked at at once when it is woken', async () => {
    const { stream, check, wake } = open();
    const waiting = watch(stream.next());
    await pass(10);
    check.mockImplementation(refusing('ended'));
    wake();
    await pass();
    expect(waiting.value).toEqual(failure('ended'));
  });

  it('is looked at again when it is woken during a look that may have come too early', async () => {
    let finish = () => {};
    const { stream, check, wake } = open();
    check.mockImplementationOnce(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const waiting = watch(stream.next());
    wake();
    check.mockImplementation(refusing('ended'));
    wake();
    await pass();
    expect(waiting.value).toBeUndefined();
    finish();
    await pass();
    expect(waiting.value).toEqual(failure('ended'));
  });

  it('between two events gives the reason instead of the next event', async () => {
    const { source, stream, check } = open();
    source.give('a');
    expect(await stream.next()).toEqual(event('a'));
    check.mockImplementation(refusing('ended'));
    source.give('b');
    await pass(1_000);
    expect(await stream.next()).toEqual(failure('ended'));
    expect(await stream.next()).toEqual(DONE);
  });

  it('while its client takes nothing ends at its source all the same; the client gets the reason when it comes back', async () => {
    const { source, stream, ends, check } = open();
    source.give('a');
    expect(await stream.next()).toEqual(event('a'));
    source.give('never taken');
    check.mockImplementation(refusing('ended'));
    await pass(1_000);
    expect([ends, source.returns, vi.getTimerCount()]).toEqual([[{ errors: [{ message: 'ended' }] }], 1, 0]);
    expect([await stream.next(), await stream.next()]).toEqual([failure('ended'), DONE]);
    expect(ends).toHaveLength(1);
  });

  it('and whose client has left then gives it nothing', async () => {
    const { stream, ends, check } = open();
    check.mockImplementation(refusing('ended'));
    await pass(1_000);
    expect([await stream.return(), await stream.next()]).toEqual([DONE, DONE]);
    expect(ends).toHaveLength(1);
  });

  it('while an event is being executed keeps that event back', async () => {
    let finish = (_: FormattedExecutionResult) => {};
    const { source, stream, check } = open({
      onEvent: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    source.give('a');
    const waiting = watch(stream.next());
    check.mockImplementation(refusing('ended'));
    await pass(1_000);
    finish({ data: { event: 'a' } });
    await pass();
    expect(waiting.value).toEqual(failure('ended'));
  });

  it('does not end for a check that passes, nor start a second one while one is under way', async () => {
    const { source, stream, check } = open();
    check.mockImplementation(() => new Promise((resolve) => setTimeout(resolve, 3_500)));
    const waiting = watch(stream.next());
    await pass(4_400);
    expect(check).toHaveBeenCalledTimes(1);
    source.give('a');
    await pass();
    expect(waiting.value).toEqual(event('a'));
    await stream.return();
  });
});

describe('what fails ends the stream with one last result', () => {
  it('an event that cannot be executed', async () => {
    const { source, stream, ends } = open({ onEvent: refusing('no right') });
    source.give('a');
    expect(await stream.next()).toEqual(failure('no right'));
    expect(await stream.next()).toEqual(DONE);
    expect([ends, source.returns]).toEqual([[{ errors: [{ message: 'no right' }] }], 1]);
  });

  it('a source that fails', async () => {
    const { source, stream } = open();
    const waiting = watch(stream.next());
    await pass();
    source.fail(new Error('the source'));
    await pass();
    expect(waiting.value).toEqual(failure('the source'));
    expect(await stream.next()).toEqual(DONE);
  });
});
