import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from '../../../web/console/src/graphql/follow.js';

const RECONNECTIONS = 20;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('location', new URL('http://gateway.example/console'));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('a stream that is lost again and again keeps nothing of the connections before, and none is tried after the end', async () => {
  const tries = vi.fn(() => Promise.reject(new TypeError('no network')));
  vi.stubGlobal('fetch', tries);
  const added = vi.spyOn(AbortSignal.prototype, 'addEventListener');
  const states: string[] = [];
  const stop = follow(
    () => ({ document: 'subscription { changed }' as never, variables: {} }),
    '/graphql/stream',
    { key: 'somebody', token: 'token' },
    { onEvent: () => undefined, onState: (state) => states.push(state), onRefused: () => undefined },
  );
  // Loaded once before: what loads it does not go by the clock.
  await import('graphql-sse');
  for (let round = 0; round < 1_000 && tries.mock.calls.length < RECONNECTIONS; round += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(tries.mock.calls.length).toBeGreaterThanOrEqual(RECONNECTIONS);
  const signals = new Set(added.mock.contexts as AbortSignal[]);
  expect(Math.max(0, ...[...signals].map((signal) => getEventListeners(signal, 'abort').length))).toBeLessThan(
    RECONNECTIONS,
  );
  const before = tries.mock.calls.length;
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(tries.mock.calls.length - before).toBeLessThanOrEqual(1);
});
