import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostModule } from '../../src/host-module.js';
import { readEvents } from '../attacks/trail.js';
import { singleEventStreamClient, UNMODIFIED_CLIENTS } from '../support/graphql-clients.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

/** What resolvers have been told, and done. */
const seen = { aborted: [] as string[], began: [] as string[], changed: [] as string[] };

interface Signalled {
  readonly signal: AbortSignal;
}

/** Ends with its operation, as a resolver should; it notes why. */
function untilAborted(name: string, { signal }: Signalled): Promise<never> {
  seen.began.push(name);
  return new Promise((_, reject) => {
    const end = () => {
      seen.aborted.push(name);
      reject(signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

const slow: HostModule = {
  name: 'slow',
  typeDefs: `
    type Slow { deep: String  deaf: String  after: String }
    extend type Query { slow(name: String): Slow  deaf: String  quick: String  never: String }
    extend type Mutation { first: String  second: String }
    extend type Subscription { unopened: Int  events: Int }
  `,
  resolvers: {
    Query: {
      quick: () => 'quick',
      never: (_: unknown, _args: unknown, context: Signalled) => untilAborted('never', context),
      deaf: () => new Promise(() => undefined),
      slow: async () => ({}),
    },
    Slow: {
      deep: (_: unknown, _args: unknown, context: Signalled) => untilAborted('deep', context),
      deaf: () => new Promise(() => undefined),
      after: async () => 'after',
    },
    Mutation: {
      async first() {
        seen.began.push('first');
        await pause(4_000);
        seen.changed.push('first');
        return 'first';
      },
      second() {
        seen.changed.push('second');
        return 'second';
      },
    },
    Subscription: {
      unopened: {
        subscribe: (_: unknown, _args: unknown, context: Signalled) => untilAborted('unopened', context),
      },
      events: {
        async *subscribe() {
          yield { events: 1 };
          yield { events: 2 };
        },
        resolve: async ({ events }: { events: number }, _args: unknown, context: Signalled) =>
          events === 1 ? 1 : untilAborted('event', context),
      },
    },
  },
};

let gateway: RunningGateway;
let ada: string;
beforeAll(async () => {
  gateway = await startGateway({ environment: { OPERATION_TIMEOUT_SECONDS: '1' }, hostModules: [slow] });
  ada = await gateway.token('user_ada');
});
afterAll(() => gateway.stop());
beforeEach(() => {
  for (const list of Object.values(seen)) list.length = 0;
});

const GIVEN_UP = {
  code: 'QUERY_TOO_COMPLEX',
  limit: { name: 'operationSeconds', allowed: 1 },
};

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { message: what, timeout: 15_000 }).toBe(true);
}

/** Three times: parsed, parsed again, and, once those have begun, prepared. All wait together. */
async function thrice<T>(ask: () => Promise<T>, twoHaveBegun: () => boolean): Promise<readonly T[]> {
  const first = [ask(), ask()];
  await until('two have begun', twoHaveBegun);
  return Promise.all([...first, ask()]);
}

describe('an operation that takes too long is given up', () => {
  it('by every way of executing it: parsed for the first time, again, and prepared', async () => {
    const ask = () => gateway.graphql(ada, '{ quick slow { deep } }');
    const answers = await thrice(ask, () => seen.began.length >= 2);
    for (const { status, data, errors } of answers) {
      expect([status, data]).toEqual([200, null]);
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions).toEqual(GIVEN_UP);
      expect(errors[0]?.message).toContain('operationSeconds');
    }
    expect(seen.aborted).toEqual(['deep', 'deep', 'deep']);
    expect(gateway.logged()).toContain('an operation took too long');
    expect(gateway.logged()).not.toContain('"msg":"unexpected error');
  });

  it('by GET, and for each client', async () => {
    const clients = Promise.all(UNMODIFIED_CLIENTS.map((client) => client.ask(gateway.url, ada, '{ never }')));
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{ never }')}`, {
      headers: { 'apollo-require-preflight': '1', authorization: `Bearer ${ada}` },
    });
    expect(((await response.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions).toEqual(GIVEN_UP);
    expect((await clients).map(({ codes }) => codes)).toEqual(UNMODIFIED_CLIENTS.map(() => ['QUERY_TOO_COMPLEX']));
    await until('every resolver is told', () => seen.aborted.length === 1 + UNMODIFIED_CLIENTS.length);
  });

  it('also where its resolver does not listen, whose result is dropped', async () => {
    const [one, two] = await Promise.all([
      gateway.graphql(ada, '{ deaf }'),
      gateway.graphql(null, 'query Deaf { deaf slow { deaf } }'),
    ]);
    expect([one?.codes, two?.codes]).toEqual([['QUERY_TOO_COMPLEX'], ['QUERY_TOO_COMPLEX']]);
  });

  it('and no further change of a mutation begins, though the one under way may still come about', async () => {
    const ask = () => gateway.graphql(ada, 'mutation { first second }');
    const answers = await thrice(ask, () => seen.began.length >= 2);
    for (const { codes, data } of answers) expect([codes, data]).toEqual([['QUERY_TOO_COMPLEX'], null]);
    await until('what was under way has come about', () => seen.changed.length >= 3);
    await pause(50);
    expect(seen.changed).toEqual(['first', 'first', 'first']);
  });

  it('is counted in the metric', async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(Number(/^gateway_operation_timeouts_total (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(5);
  });
});

describe('a subscription', () => {
  it('that does not open, or whose event takes too long to be worked out, ends with the error', async () => {
    const [, , graphqlWs] = UNMODIFIED_CLIENTS;
    const event = expect(graphqlWs.ask(gateway.url, ada, 'subscription { events }')).rejects.toThrow('2 results');
    const { codes } = await graphqlWs.ask(gateway.url, ada, 'subscription { unopened }');
    expect(codes).toEqual(['QUERY_TOO_COMPLEX']);
    await until('the source is told', () => seen.aborted.includes('unopened'));
    await event;
    await until('the event is told', () => seen.aborted.includes('event'));
  });
});

describe('on the trail', () => {
  it('a query and a change under impersonation have run and failed, with the code', async () => {
    const { actorToken, sessionId } = await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
    await gateway.graphql(actorToken, 'query Stuck { never }');
    await gateway.graphql(actorToken, 'mutation Long { first second }');
    const events = (await readEvents(gateway.store)).filter(({ stored }) => stored.sessionId === sessionId);
    expect(
      events.map(({ stored, body }) => [stored.type, stored.outcome, stored.operationName, body.operation?.errorCodes]),
    ).toEqual([
      ['IMPERSONATION_STARTED', 'SUCCESS', 'Start', []],
      ['OPERATION_COMPLETED', 'FAILURE', 'Stuck', ['QUERY_TOO_COMPLEX']],
      ['OPERATION_ATTEMPTED', 'UNKNOWN', 'Long', []],
      ['OPERATION_COMPLETED', 'FAILURE', 'Long', ['QUERY_TOO_COMPLEX']],
    ]);
  });
});

describe('a client that leaves a reserved event stream', () => {
  it('takes its plain queries with it: their signals are aborted, long before their time is up', async () => {
    const patient = await startGateway({ environment: { OPERATION_TIMEOUT_SECONDS: '600' }, hostModules: [slow] });
    try {
      const ask = async (leave: (client: ReturnType<typeof singleEventStreamClient>) => unknown) => {
        const client = singleEventStreamClient(patient.url, await patient.token('user_ada'));
        const results = client.iterate({ query: '{ never }' });
        const first = results.next().catch(() => undefined);
        await until('the query has begun', () => seen.began.includes('never'));
        await leave(client);
        void results.return?.();
        await until('the resolver is told', () => seen.aborted.includes('never'));
        client.dispose();
        await first;
        for (const list of Object.values(seen)) list.length = 0;
      };
      await ask((client) => client.dispose());
      // The operation alone: the client says so by DELETE, and keeps the stream.
      await ask(() => undefined);
    } finally {
      await patient.stop();
    }
  });
});
