import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardServer } from '../../../../src/http/protection/guard-server.js';
import type { EdgeMetrics } from '../../../../src/platform/edge-metrics.js';

/** A connection that a test opens, and looks at. */
class Connection extends EventEmitter {
  readonly remoteAddress: string | undefined;
  answered = '';
  destroyed = false;
  writable = true;
  writableLength = 0;
  timeout = 0;

  constructor(remoteAddress: string | undefined) {
    super();
    this.remoteAddress = remoteAddress;
  }
  setTimeout(milliseconds: number): void {
    this.timeout = milliseconds;
  }
  end(text: string, ended: () => void): void {
    this.answered += text;
    ended();
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

let told: string[];
function guarded(perAddress: number) {
  const server = new EventEmitter();
  const metrics = {
    limited: (limit: string) => void told.push(`limited ${limit}`),
    connections: (open: number) => void told.push(`open ${open}`),
    slowClientCut: (transport: string) => void told.push(`cut ${transport}`),
  } as unknown as EdgeMetrics;
  guardServer(server as Server, {
    limits: {
      most: 100,
      perAddress,
      headersTimeoutSeconds: 1,
      requestTimeoutSeconds: 1,
      keepAliveSeconds: 1,
      requestsPerConnection: 0,
      stalledClientSeconds: 10,
    },
    bodyLimitBytes: 100,
    common: ['X-Content-Type-Options', 'nosniff'],
    handle: () => undefined,
    metrics,
  });
  return {
    server,
    connect(address: string | undefined) {
      const connection = new Connection(address);
      server.emit('connection', connection);
      return connection;
    },
  };
}

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe('connections', () => {
  it('are counted for each address by itself, however it is written, and all of a /64 for one', () => {
    const { connect } = guarded(2);
    for (const same of [
      ['192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7'],
      ['192.0.2.8', '192.0.2.8', '::ffff:192.0.2.8'],
      ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::3'],
      [undefined, undefined, undefined],
    ]) {
      const [one, two, refused] = same.map(connect);
      expect([one?.answered, two?.answered, one?.destroyed]).toEqual(['', '', false]);
      expect(refused?.answered).toMatch(/^HTTP\/1\.1 429 [\s\S]*X-Content-Type-Options: nosniff[\s\S]*RATE_LIMITED/);
      expect(refused?.destroyed).toBe(true);
      one?.destroy();
      expect(connect(same[0])?.answered).toBe('');
      expect(connect(same[0])?.answered).not.toBe('');
    }
    expect(told.filter((line) => line === 'limited connectionsPerAddress')).toHaveLength(8);
  });

  it('have no limit of their own where it is 0, and are counted all the same', () => {
    const { connect, server } = guarded(0);
    const all = Array.from({ length: 300 }, () => connect('192.0.2.7'));
    expect(all.every(({ answered, destroyed }) => answered === '' && !destroyed)).toBe(true);
    expect(told.at(-1)).toBe('open 300');
    for (const each of all) each.destroy();
    expect(told.at(-1)).toBe('open 0');
    server.emit('drop');
    expect(told.at(-1)).toBe('limited connections');
  });
});

describe('a client that does not take what was sent', () => {
  it('is given a time, which ends when it has taken it, and is cut off behind it', () => {
    const { connect, server } = guarded(0);
    const client = connect('192.0.2.7');
    vi.advanceTimersByTime(1_000);
    expect(client.timeout).toBe(0);
    client.writableLength = 10;
    vi.advanceTimersByTime(1_000);
    expect(Math.floor(client.timeout)).toBe(10_000);
    client.writableLength = 0;
    vi.advanceTimersByTime(1_000);
    expect(client.timeout).toBe(0);
    client.writableLength = 10;
    server.emit('timeout', client);
    expect([client.destroyed, told.includes('cut http')]).toEqual([true, true]);
  });

  it('is not what one is that says nothing: the connection ends, and nobody is told of a slow client', () => {
    const { connect, server } = guarded(0);
    const client = connect('192.0.2.7');
    server.emit('timeout', client);
    expect([client.destroyed, told.includes('cut http')]).toEqual([true, false]);
  });

  it('is found however many others have gone meanwhile; where all have, nobody looks any more', () => {
    const { connect } = guarded(0);
    const [client, gone] = [connect('192.0.2.7'), connect('192.0.2.8')];
    gone.destroy();
    client.writableLength = 10;
    vi.advanceTimersByTime(1_000);
    expect(Math.floor(client.timeout)).toBe(10_000);
    client.destroy();
    expect(vi.getTimerCount()).toBe(0);
    const late = connect('192.0.2.9');
    late.writableLength = 10;
    vi.advanceTimersByTime(1_000);
    expect(Math.floor(late.timeout)).toBe(10_000);
  });

  it('is left to whoever has taken the connection over', () => {
    const { connect, server } = guarded(0);
    const client = connect('192.0.2.7');
    client.writableLength = 10;
    vi.advanceTimersByTime(1_000);
    server.emit('upgrade', {}, client);
    expect(client.timeout).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(client.timeout).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    // A time that they have set is theirs.
    client.timeout = 3_000;
    server.emit('upgrade', {}, client);
    expect(client.timeout).toBe(3_000);
  });
});
