import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CutOff, Outlet } from '../../../../src/http/protection/outlet.js';

/** A client that takes what is sent until it is told to take nothing. */
class Client extends EventEmitter {
  readonly sent: string[] = [];
  takes = true;
  destroyed = false;

  get writable(): boolean {
    return !this.destroyed;
  }
  write(text: string): boolean {
    this.sent.push(text);
    return this.takes;
  }
  /** Takes all that waits. */
  take(): void {
    this.takes = true;
    this.emit('drain');
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
  readonly asResponse = this as unknown as ServerResponse;
}

/** Texts that a test gives one after the other. */
function texts() {
  const given: string[] = [];
  let wake = () => {};
  let over = false;
  return {
    give(...more: string[]) {
      given.push(...more);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = given.shift();
        if (next !== undefined) yield next;
        else if (over) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}

const turns = async () => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
};
/** What has become of a promise by now. */
async function now(promise: Promise<unknown>): Promise<string> {
  let state = 'waits';
  promise.then(
    () => {
      state = 'goes on';
    },
    (error: unknown) => {
      state = error instanceof CutOff ? 'is cut off' : String(error);
    },
  );
  await turns();
  return state;
}

let cut: number;
const onCut = () => {
  cut += 1;
};
function opened(mostBytes = 100) {
  const outlet = new Outlet({ stalledMs: 5_000, mostBytes, onCut });
  const client = new Client();
  const source = texts();
  const sending = outlet.send(client.asResponse, source);
  return { outlet, client, source, sending };
}

beforeEach(() => {
  cut = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => void vi.useRealTimers());

describe('what is sent by a stream', () => {
  it('waits while the client has not taken what was sent before, and goes on when it has', async () => {
    const { outlet, client, source, sending } = opened();
    expect(await now(outlet.ready('one'))).toBe('goes on');
    client.takes = false;
    source.give('one', 'two');
    await turns();
    expect(client.sent).toEqual(['one']);
    const second = outlet.ready('two');
    expect(await now(second)).toBe('waits');
    client.take();
    expect(await now(second)).toBe('goes on');
    await turns();
    expect(client.sent).toEqual(['one', 'two']);
    source.end();
    expect([await now(sending), cut, client.destroyed]).toEqual(['goes on', 0, false]);
  });

  it('waits until there is a client, and goes on when it has come', async () => {
    const outlet = new Outlet({ stalledMs: 5_000, mostBytes: 100, onCut });
    const first = outlet.ready('one');
    expect(await now(first)).toBe('waits');
    void outlet.send(new Client().asResponse, texts());
    expect(await now(first)).toBe('goes on');
  });

  it('that is more than may wait cuts the client off, once, and all that waits is told', async () => {
    const { outlet, client, source } = opened(10);
    client.takes = false;
    source.give('one');
    await turns();
    const waiting = [outlet.ready('x'.repeat(7)), outlet.ready('y')];
    expect(await Promise.all(waiting.map(now))).toEqual(['waits', 'waits']);
    expect(await now(outlet.ready('z'))).toBe('is cut off');
    expect(await Promise.all(waiting.map(now))).toEqual(['is cut off', 'is cut off']);
    expect([await now(outlet.ready('w')), cut, client.destroyed]).toEqual(['is cut off', 1, true]);
  });

  it('of whatever size waits for its turn where nothing else does; what was taken does not count any more', async () => {
    const { outlet, client, source } = opened(10);
    for (let n = 0; n < 5; n += 1) {
      client.takes = false;
      source.give('before');
      await turns();
      const large = outlet.ready('x'.repeat(1_000));
      expect(await now(large)).toBe('waits');
      client.take();
      expect(await now(large)).toBe('goes on');
    }
    expect(cut).toBe(0);
  });
});

describe('a client', () => {
  it('that takes nothing for as long as is allowed is cut off, and not before', async () => {
    const { outlet, client, source, sending } = opened();
    client.takes = false;
    source.give('one');
    await turns();
    const waiting = outlet.ready('two');
    vi.advanceTimersByTime(4_999);
    expect([await now(waiting), cut]).toEqual(['waits', 0]);
    vi.advanceTimersByTime(1);
    expect([await now(waiting), cut, client.destroyed]).toEqual(['is cut off', 1, true]);
    source.give('two');
    expect([await now(sending), client.sent]).toEqual(['goes on', ['one']]);
  });

  it('that takes something each time is never cut off, however long it takes in all', async () => {
    const { client, source } = opened();
    for (let n = 0; n < 10; n += 1) {
      client.takes = false;
      source.give(String(n));
      await turns();
      vi.advanceTimersByTime(4_999);
      client.take();
      await turns();
    }
    vi.advanceTimersByTime(60_000);
    expect([cut, client.sent.length, vi.getTimerCount()]).toEqual([0, 10, 0]);
  });

  it('that has gone is sent nothing more, and is not taken for one that was cut off', async () => {
    const { outlet, client, source, sending } = opened();
    client.takes = false;
    source.give('one', 'two');
    await turns();
    const waiting = outlet.ready('three');
    client.destroy();
    outlet.end();
    expect([await now(waiting), await now(sending), await now(outlet.ready('four'))]).toEqual([
      'is cut off',
      'goes on',
      'is cut off',
    ]);
    vi.advanceTimersByTime(60_000);
    expect([client.sent, cut]).toEqual([['one'], 0]);
  });

  it('that comes to a stream that is over is let go at once', async () => {
    const outlet = new Outlet({ stalledMs: 5_000, mostBytes: 100, onCut });
    outlet.end();
    const client = new Client();
    const source = texts();
    source.give('one');
    expect(await now(outlet.send(client.asResponse, source))).toBe('goes on');
    expect([client.destroyed, client.sent, cut]).toEqual([true, [], 0]);
  });
});
