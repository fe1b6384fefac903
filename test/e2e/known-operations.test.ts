import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { type GraphQLAnswer, type RunningGateway, startGateway } from '../support/running-gateway.js';

/** One without errors and one with an error of a guard: they are put together in different ways. */
const QUERIES = ['{ orders { id title } }', '{ orders { id } user(id: "user_ada") { id } }'] as const;

let running: RunningGateway;
/** Awaited before events are written. */
let beforeWriting: () => Promise<void>;
let token: string;

function wrapStore(store: Store): Store {
  return {
    ...store,
    events: new Proxy(store.events, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'append') return member.bind(target);
        return async (...events: unknown[]) => {
          await beforeWriting();
          return Reflect.apply(member, target, events);
        };
      },
    }),
  };
}

beforeEach(async () => {
  beforeWriting = async () => {};
  running = await startGateway({ wrapStore });
  token = (await running.impersonate('user_ada', 'user_cleo')).actorToken;
  // The gateway knows them from now on, and answers them the short way.
  for (const query of QUERIES) for (let time = 0; time < 3; time += 1) await running.graphql(token, query);
});

afterEach(() => running.stop());

describe.each(QUERIES)('an operation that came before, under an impersonation: %s', (query) => {
  it('is not answered before its event is durable', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = () => {};
    const writing = new Promise<void>((resolve) => {
      reached = resolve;
    });
    beforeWriting = () => {
      reached();
      return released;
    };
    let answer: GraphQLAnswer | null = null;
    const answering = running.graphql(token, query).then((given) => {
      answer = given;
      return given;
    });
    await writing;
    // Others are answered meanwhile.
    for (let time = 0; time < 5; time += 1) await running.graphql(null, '{ viewer { id } }');
    expect(answer).toBeNull();
    release();
    expect((await answering).data.orders.length).toBeGreaterThan(0);
  });

  it('is not answered at all where its event cannot be written', async () => {
    beforeWriting = () => Promise.reject(new StoreUnavailableError('the trail does not answer'));
    const { status, codes, data, text } = await running.graphql(token, query);
    expect([status, codes, data ?? null]).toEqual([503, ['AUDIT_UNAVAILABLE'], null]);
    expect(text).not.toContain('orders');
    beforeWriting = async () => {};
  });

  it('is refused with its code where the people cannot be confirmed', async () => {
    running.people.reachable = false;
    running.clock.advance(1_500);
    const { codes, data } = await running.graphql(token, query);
    expect([codes, data ?? null]).toEqual([['REVOCATION_UNAVAILABLE'], null]);
    const direct = await running.graphql(await running.token('user_ada'), query);
    expect([direct.codes, direct.data ?? null]).toEqual([['UPSTREAM_UNAVAILABLE'], null]);
    running.people.reachable = true;
  });
});
