import fc from 'fast-check';
import type { ExecutionResult } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../../src/platform/logger.js';
import { createMetrics } from '../../../../src/platform/metrics.js';
import { readForwardedHeaders } from '../../../../src/upstreams/forwarded-headers.js';
import { type BreakerState, createCircuitBreaker } from '../../../../src/upstreams/transport/circuit-breaker.js';
import { createEventQueue } from '../../../../src/upstreams/transport/event-queue.js';
import type { StreamSink } from '../../../../src/upstreams/transport/event-stream.js';
import { parseHarmlessJson } from '../../../../src/upstreams/transport/harmless-json.js';
import { createSubscribe } from '../../../../src/upstreams/transport/subscribe-operation.js';
import { loggableCode, UpstreamFailure } from '../../../../src/upstreams/transport/upstream-failure.js';
import { SEED } from '../../../support/seeded-random.js';
import { contextOf, HeldClock, metric } from './setting.js';

describe('JSON of somebody else', () => {
  it('is what JSON.parse makes of it', () => {
    console.log(`TEST_SEED=${SEED}`);
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        fc.pre(!/__proto__|prototype/.test(text));
        expect(parseHarmlessJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('is as deep as it is, wherever brackets stand in its texts', () => {
    const nested = (depth: number, inner: string) => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
    const text = JSON.stringify(`${'[{'.repeat(900)}\\" "\\`);
    expect(parseHarmlessJson(Buffer.from(nested(500, text)))).toBeDefined();
    expect(() => parseHarmlessJson(Buffer.from(nested(501, text)))).toThrow(SyntaxError);
    expect(parseHarmlessJson(`[${Array(2_000).fill('[[]]').join(',')}]`)).toHaveLength(2_000);
    for (const cut of ['"', '"\\', `"${'['.repeat(2_000)}`]) expect(() => parseHarmlessJson(cut)).toThrow(SyntaxError);
  });

  it.each(['{"__proto__":{"x":1},"y":2}', '{"\\u005f_proto__":{"x":1},"y":2}', '{"__\\u0070roto__":1,"y":2}'])(
    'loses the key that is a prototype: %s',
    (text) => {
      expect(Object.entries(parseHarmlessJson(text) as object)).toEqual([['y', 2]]);
      expect(Object.getPrototypeOf(parseHarmlessJson(text))).toBe(Object.prototype);
    },
  );
});

describe('a code', () => {
  it.each(['ECONNREFUSED', 'UND_ERR_SOCKET', 'ERR_TLS_CERT_ALTNAME_INVALID', 'HPE_INVALID_CONSTANT', 'Z_DATA_ERROR'])(
    'may be logged: %s',
    (code) => {
      expect(loggableCode({ code })).toBe(code);
    },
  );
  it.each([
    '10.0.0.1',
    'orders.internal',
    'connect ECONNREFUSED 10.0.0.1:4001',
    'econnrefused',
    '',
    'A'.repeat(65),
    7,
    null,
  ])('is none, and is not logged: %s', (code) => {
    expect(loggableCode({ code })).toBeUndefined();
  });
});

describe('the circuit breaker', () => {
  function breaker(failures = 2, cooldownMs = 1_000) {
    const clock = new HeldClock();
    const states: BreakerState[] = [];
    const made = createCircuitBreaker({ failures, cooldownMs, clock, onChange: (state) => states.push(state) });
    const fail = () => made.enter()?.failed();
    return { clock, states, made, fail };
  }

  it('counts failures in a row alone', () => {
    const { made, fail } = breaker();
    for (let nth = 0; nth < 9; nth += 1) {
      fail();
      made.enter()?.succeeded();
    }
    expect(made.state).toBe('closed');
    fail();
    made.enter()?.undecided();
    fail();
    expect(made.state).toBe('open');
  });

  it('is not opened by many that fail together while others are answered, and is where nobody is', () => {
    const { made } = breaker(5);
    const slow = Array.from({ length: 50 }, () => made.enter());
    made.enter()?.succeeded();
    for (const permit of slow) permit?.failed();
    expect(made.state).toBe('closed');
    for (const permit of Array.from({ length: 5 }, () => made.enter())) permit?.failed();
    expect(made.state).toBe('open');
  });

  it('takes nothing from calls that began before it opened', () => {
    const { made, fail, clock } = breaker();
    const [old, older] = [made.enter(), made.enter()];
    fail();
    fail();
    clock.time += 1_000;
    const probe = made.enter();
    old?.succeeded();
    expect([made.state, made.enter()]).toEqual(['half-open', null]);
    older?.failed();
    expect(made.state).toBe('half-open');
    probe?.succeeded();
    expect(made.state).toBe('closed');
  });

  it('lets one through at a time while it looks', () => {
    const { made, fail, clock, states } = breaker();
    fail();
    fail();
    expect([made.admits(), made.enter()]).toEqual([false, null]);
    clock.time += 1_000;
    expect(made.admits()).toBe(true);
    const probe = made.enter();
    expect([made.admits(), made.enter()]).toEqual([false, null]);
    probe?.undecided();
    expect(made.admits()).toBe(true);
    made.enter()?.failed();
    expect([made.state, made.admits()]).toEqual(['open', false]);
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('does not stay open for as long as the clock was set back', () => {
    const { made, fail, clock } = breaker();
    fail();
    fail();
    clock.time -= 3_600_000;
    expect(made.enter()).not.toBeNull();
  });
});

describe('between a service that sends and a client that takes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function queue(mostWaiting = 4, mostBytes = 100) {
    const seen: string[] = [];
    const tell = (what: string) => () => void seen.push(what);
    const made = createEventQueue<number>({
      mostWaiting,
      mostBytes,
      stalledMs: 1_000,
      source: { pause: tell('pause'), resume: tell('resume') },
      onStalled: tell('stalled'),
      onLeft: tell('left'),
    });
    return { made, seen };
  }

  it('nothing more is read once so many events wait, until half of them are taken', async () => {
    const { made, seen } = queue();
    for (let at = 0; at < 4; at += 1) made.push(at, 1);
    expect(seen).toEqual(['pause']);
    await made.next();
    expect(seen).toEqual(['pause']);
    await made.next();
    expect(seen).toEqual(['pause', 'resume']);
  });

  it('nothing more is read once so many bytes wait', async () => {
    const { made, seen } = queue();
    made.push(0, 99);
    expect(seen).toEqual([]);
    made.push(1, 1);
    expect(seen).toEqual(['pause']);
    await made.next();
    expect(seen).toEqual(['pause', 'resume']);
  });

  it('a client that takes nothing of what waits is told of, one that takes something is not', async () => {
    const { made, seen } = queue(9);
    for (let at = 0; at < 9; at += 1) made.push(at, 1);
    vi.advanceTimersByTime(999);
    await made.next();
    vi.advanceTimersByTime(999);
    expect(seen).toEqual(['pause']);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual(['pause', 'stalled']);
    const idle = queue();
    idle.made.push(0, 1);
    vi.advanceTimersByTime(60_000);
    expect(idle.seen).toEqual([]);
  });

  it('what came is given before the end, and an error once', async () => {
    const { made, seen } = queue();
    made.push(1, 1);
    made.end(new Error('broken'));
    made.push(2, 1);
    expect(await made.next()).toEqual({ done: false, value: 1 });
    await expect(made.next()).rejects.toThrow('broken');
    expect(await made.next()).toEqual({ done: true, value: undefined });
    await made.return?.();
    expect(seen).toEqual([]);
  });

  it('what may not be had any more is not given', async () => {
    const { made } = queue();
    made.push(1, 1);
    made.drop();
    expect(await made.next()).toEqual({ done: true, value: undefined });
    const other = queue();
    other.made.push(1, 1);
    other.made.end();
    other.made.drop(new Error('over'));
    await expect(other.made.next()).rejects.toThrow('over');
  });

  it('whoever leaves is told of once, and gets nothing more', async () => {
    const { made, seen } = queue();
    const pending = made.next();
    await made.return?.();
    await made.return?.();
    await expect(made.throw?.(new Error('x'))).rejects.toThrow('x');
    made.push(1, 1);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await made.next()).toEqual({ done: true, value: undefined });
    expect(seen).toEqual(['left']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a stream whose client takes nothing is ended with a code, at the service too', async () => {
    const lines: string[] = [];
    const metrics = createMetrics({ processMetrics: false });
    const clock = new HeldClock();
    let sink: StreamSink | undefined;
    const did: string[] = [];
    const subscribe = createSubscribe({
      name: 'orders',
      maxResponseBytes: 1_000_000,
      forward: readForwardedHeaders(),
      onward: { assertionFor: async () => null },
      assertions: 'shared',
      clock,
      breaker: createCircuitBreaker({ failures: 1, cooldownMs: 1_000, clock, onChange: () => undefined }),
      timeoutMs: 1_000,
      maxOpen: 1,
      log: createLogger({ level: 'info', destination: { write: (line: string) => void lines.push(line) } }),
      metrics: metrics.upstreams,
      closing: new AbortController().signal,
      streams: {
        open(request) {
          sink = request.sink;
          sink.opened();
          const tell = (what: string) => () => void did.push(what);
          return { pause: tell('pause'), resume: tell('resume'), leave: tell('leave') };
        },
        close: async () => undefined,
      },
    });
    const stream = (await subscribe('{}', contextOf().context)) as AsyncIterableIterator<ExecutionResult>;
    for (let at = 0; at < 300; at += 1) sink?.event({ data: { at } }, 20);
    expect(did).toEqual(['pause']);
    expect((await stream.next()).value).toEqual({ data: { at: 0 } });
    vi.advanceTimersByTime(10_000);
    expect(did).toEqual(['pause', 'leave']);
    await expect(stream.next()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Events came faster than they were taken, so this stream was ended. Subscribe again.',
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await metric(metrics, 'gateway_upstream_subscriptions_ended_total', { outcome: 'slow-client' })).toBe(1);
    expect(lines.join('')).toContain('"outcome":"slow-client"');
  });
});

describe('a failure', () => {
  it('says nothing but what is from closed lists, and has no cause', () => {
    const failure = new UpstreamFailure('orders', 'connection', { code: 'ECONNREFUSED' });
    expect(failure.message).toBe('the service orders could not be asked: connection (ECONNREFUSED)');
    expect('cause' in failure).toBe(false);
  });
});
