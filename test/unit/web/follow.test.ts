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

/** What a gateway answers with an event stream: one result, and the end. */
const streamed = (result: unknown) =>
  new Response(`event: next\ndata: ${JSON.stringify(result)}\n\nevent: complete\ndata:\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
const refusalOf = (code: string, field?: string) => ({ errors: [{ message: 'No.', extensions: { code, field } }] });

/** Follows while `gateway` answers; with what was asked, told and refused. */
function followed(gateway: (after: unknown, asked: number) => Response, cursor: string | null) {
  const asked: unknown[] = [];
  const refused: string[] = [];
  let after = cursor;
  let lost = 0;
  vi.stubGlobal('fetch', async (_url: unknown, { body }: { body: string }) => {
    const { variables } = JSON.parse(body) as { variables: { after: unknown } };
    asked.push(variables.after);
    return gateway(variables.after, asked.length);
  });
  const stop = follow(
    () => ({ document: 'subscription { changed }' as never, variables: { after } }),
    '/graphql/stream',
    { key: 'somebody', token: 'token' },
    {
      onEvent: () => undefined,
      onState: () => undefined,
      onRefused: ({ code }) => refused.push(code),
      onCursorLost() {
        lost += 1;
        after = null;
      },
    },
  );
  return {
    asked,
    refused,
    lost: () => lost,
    keepCursor(kept: string) {
      after = kept;
    },
    async until(isEnough: () => boolean) {
      await import('graphql-sse');
      for (let round = 0; round < 200 && !isEnough(); round += 1) {
        await vi.advanceTimersByTimeAsync(20_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      stop();
    },
  };
}

it.each([
  ['in the stream', (result: unknown) => streamed(result)],
  ['as a whole', (result: unknown) => Response.json(result, { status: 400 })],
])('a cursor that is refused %s is dropped, and it goes on from the present', async (_how, answer) => {
  const { asked, refused, lost, until } = followed(
    (after) => (after === null ? streamed({ data: { changed: 1 } }) : answer(refusalOf('BAD_USER_INPUT', 'after'))),
    'gone',
  );
  await until(() => asked.length >= 2);
  expect(asked.slice(0, 2)).toEqual(['gone', null]);
  expect([lost(), refused]).toEqual([1, []]);
});

it('a cursor that is named again after it was refused is a refusal, and not tried for ever', async () => {
  const tried = followed(() => {
    tried.keepCursor('gone');
    return streamed(refusalOf('BAD_USER_INPUT', 'after'));
  }, 'gone');
  // The reader does not let go of it.
  const { asked, refused, until } = tried;
  await until(() => refused.length > 0);
  expect(refused).toEqual(['BAD_USER_INPUT']);
  expect(asked.length).toBeLessThanOrEqual(2);
});

it.each(['FORBIDDEN', 'BAD_USER_INPUT'])('%s for another reason ends it', async (code) => {
  const { asked, refused, until } = followed(() => streamed(refusalOf(code, 'filter')), 'here');
  await until(() => refused.length > 0);
  expect([asked, refused]).toEqual([['here'], [code]]);
});

it('what passes by itself is tried again, from the last cursor', async () => {
  const { asked, refused, until } = followed(
    (_after, times) =>
      times < 4 ? streamed(refusalOf('UPSTREAM_UNAVAILABLE')) : streamed({ data: { changed: times } }),
    'here',
  );
  await until(() => asked.length >= 4);
  expect([asked.slice(0, 4), refused]).toEqual([['here', 'here', 'here', 'here'], []]);
});
