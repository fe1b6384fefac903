import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/index.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { type GraphQLAnswer, type RunningGateway, startGateway } from '../support/running-gateway.js';
import { START_CONDITIONS } from './start-conditions.js';

const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id status } }
}`;
const EVENTS = `query ($requestId: ID) { impersonationEvents(filter: {requestId: $requestId}) { nodes {
  type outcome code actorId subjectId sessionId
} } }`;

let gateway: RunningGateway | undefined;

afterEach(() => gateway?.stop());

async function eventsOf(running: RunningGateway, answer: GraphQLAnswer): Promise<readonly Record<string, unknown>[]> {
  const requestId = answer.headers.get('x-request-id');
  const shown = await running.graphql(await running.token('user_audrey'), EVENTS, { requestId });
  return shown.data.impersonationEvents.nodes;
}

function denied(code: ErrorCode, subjectId: string | null) {
  return {
    type: 'IMPERSONATION_DENIED',
    outcome: 'FAILURE',
    code,
    actorId: 'user_ada',
    subjectId,
    sessionId: null,
  };
}

describe('a start by an ADMIN, of somebody who may be impersonated', () => {
  it.each(START_CONDITIONS)('with $condition: $expected', async ({ environment = {}, before, input, ...then }) => {
    gateway = await startGateway({ environment });
    await before?.(gateway);
    const wanted = { userId: 'user_cleo', reason: 'somebody rang', ...input };
    const answer = await gateway.graphql(await gateway.token('user_ada'), START, { input: wanted });
    const events = await eventsOf(gateway, answer);
    if (then.expected === 'yes') {
      expect(answer.codes).toEqual([]);
      expect(answer.data.startImpersonation.session.status).toBe('ACTIVE');
      expect(events.map(({ type, subjectId }) => [type, subjectId])).toEqual([
        ['IMPERSONATION_STARTED', wanted.userId],
      ]);
      return;
    }
    expect(answer.codes).toEqual([then.expected]);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors[0]?.extensions).toEqual({ code: then.expected, ...then.extensions });
    expect(events).toEqual([denied(then.expected, then.unread === true ? null : wanted.userId)]);
  });

  it('with a sign-in that is too old: STEP_UP_REQUIRED, with the age demanded', async () => {
    gateway = await startGateway({ environment: { STEP_UP_MAX_AUTH_AGE_SECONDS: '300' } });
    const token = await gateway.token('user_ada');
    gateway.clock.advance(301_000);
    const input = { userId: 'user_cleo', reason: 'somebody rang' };
    const answer = await gateway.graphql(token, START, { input });
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'STEP_UP_REQUIRED', maxAuthAgeSeconds: 300 },
    ]);
    expect(await eventsOf(gateway, answer)).toEqual([denied('STEP_UP_REQUIRED', 'user_cleo')]);
  });

  it('with a trail that cannot be written: AUDIT_UNAVAILABLE, no session, and the refusal is told once it can', async () => {
    let writable = true;
    const wrapStore = (store: Store): Store => ({
      ...store,
      events: withMethod(store.events, 'append', async (events) => {
        if (!writable) throw new StoreUnavailableError('the disk is full');
        return store.events.append(events);
      }),
    });
    const running = await startGateway({ wrapStore });
    gateway = running;
    const token = await running.token('user_ada');
    writable = false;
    const input = { userId: 'user_cleo', reason: 'somebody rang' };
    const answer = await running.graphql(token, START, { input });
    expect(answer.codes).toEqual(['AUDIT_UNAVAILABLE']);
    expect(answer.data).toBeNull();
    expect((await running.store.sessions.page({}, { limit: 10, direction: 'forward' })).items).toEqual([]);
    writable = true;
    const requestId = answer.headers.get('x-request-id') ?? '';
    const types = ['IMPERSONATION_DENIED'] as const;
    const told = async () =>
      (await running.store.events.page({ requestId, types }, { limit: 2, direction: 'forward' })).items;
    await expect.poll(told, { timeout: 10_000 }).toHaveLength(1);
    const [event] = await told();
    expect([event?.actorId, event?.subjectId]).toEqual(['user_ada', 'user_cleo']);
    expect(JSON.parse(event?.body ?? '{}').code).toBe('AUDIT_UNAVAILABLE');
  });
});

/** The same store with one method replaced. */
function withMethod<T extends object, K extends keyof T>(store: T, name: K, method: T[K]): T {
  return new Proxy(store, {
    get(target, key) {
      if (key === name) return method;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
