import { afterEach, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

let gateway: RunningGateway | null = null;
/** Parts of the store that do not answer just now. */
const down = new Set<'ping' | 'sessions' | 'events'>();

afterEach(async () => {
  down.clear();
  await gateway?.stop();
});

/** The part as it is, but for the time that it is down. */
function breakable<T extends object>(part: T, name: 'sessions' | 'events'): T {
  return new Proxy(part, {
    get(target, method) {
      const original: unknown = Reflect.get(target, method);
      if (typeof original !== 'function') return original;
      return async (...given: unknown[]) => {
        answerOrFail(name);
        return original.apply(target, given);
      };
    },
  });
}

function answerOrFail(part: 'ping' | 'sessions' | 'events'): void {
  if (down.has(part)) throw new StoreUnavailableError('mongodb://root:hunter2@db.example does not answer');
}

/** A gateway whose store can be taken down part by part. */
async function start(): Promise<RunningGateway> {
  gateway = await startGateway({
    wrapStore: (store) => ({
      ...store,
      sessions: breakable(store.sessions, 'sessions'),
      events: breakable(store.events, 'events'),
      async ping() {
        answerOrFail('ping');
        await store.ping();
      },
    }),
  });
  return gateway;
}

async function readiness(url: string): Promise<{ status: number; failing: string[]; text: string }> {
  const response = await fetch(`${url}/readyz`);
  const text = await response.text();
  return { status: response.status, failing: (JSON.parse(text) as { failing: string[] }).failing, text };
}

/** Asks until it answers as expected. */
function becomes(url: string, status: number, failing: string[]): Promise<void> {
  return expect.poll(() => readiness(url)).toMatchObject({ status, failing });
}

it('a gateway whose store does not answer is not ready, says which part, and recovers by itself', async () => {
  const { url, logged } = await start();
  await becomes(url, 200, []);
  down.add('ping');
  await becomes(url, 503, ['store']);
  expect((await readiness(url)).text).not.toContain('db.example');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  down.clear();
  await becomes(url, 200, []);
  expect(logged()).not.toContain('hunter2');
});

it('a gateway that cannot tell any more which sessions have ended is not ready', async () => {
  const { url, clock } = await start();
  down.add('sessions');
  clock.advance(5_500);
  await becomes(url, 503, ['revocationView']);
  down.clear();
  await becomes(url, 200, []);
});

it('a gateway that cannot write events is not ready', async () => {
  const { url, graphql, token } = await start();
  down.add('events');
  const attempt = 'mutation { startImpersonation(input: { userId: "user_cleo", reason: "no trail" }) { expiresAt } }';
  const { codes } = await graphql(await token('user_ada'), attempt);
  expect(codes).toEqual(['AUDIT_UNAVAILABLE']);
  await becomes(url, 503, ['auditTrail']);
  down.clear();
  await becomes(url, 200, []);
});
