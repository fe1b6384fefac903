import { createServer } from 'node:http';
import { composeServices } from '@theguild/federation-composition';
import { type ExecutionResult, execute, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { describe, expect, it } from 'vitest';
import type { GuardedContext } from '../../../../directives/index.js';
import { createPlanner } from '../../../../src/upstreams/execution/create-planner.js';
import { claimsOf } from '../../tokens/forge.js';
import { cleo, direct } from '../../tokens/identity-assertions.js';
import { FEDERATION, service as graphqlService } from '../services.js';
import { codesOf, contextOf, listen, openTransport, sendJson, service } from './setting.js';

const USERS_SDL = `${FEDERATION}
  type Query { me: User }
  type User @key(fields: "id") { id: ID! name: String! }
`;
const ORDERS_SDL = `${FEDERATION}
  type Query { orders: [Order!]! }
  type Subscription { placed: Order }
  type Order @key(fields: "id") { id: ID! customer: User! }
  type User @key(fields: "id") { id: ID! orders: [Order!] }
`;
const order = (id: string) => ({ id, customer: { __typename: 'User', id: 'cleo' } });

/** Two services over the network and a planner over both, as the gateway has them. */
async function openWorld() {
  const state = { ordersFail: false };
  const users = graphqlService(
    'users',
    USERS_SDL,
    { Query: { me: () => ({ id: 'cleo', name: 'Cleo' }) } },
    { User: ({ id }: { id: string }) => ({ id, name: id }) },
  );
  const orders = graphqlService(
    'orders',
    ORDERS_SDL,
    {
      Query: { orders: () => [order('o1')] },
      Subscription: {
        placed: {
          subscribe: async function* () {
            yield { placed: order('o1') };
            yield { placed: order('o2') };
          },
        },
      },
      User: { orders: () => [order('o1'), order('o2')] },
    },
    { User: ({ id }: { id: string }) => ({ id }), Order: ({ id }: { id: string }) => order(id) },
  );
  const overHttp = (schema: GraphQLSchema, fails: () => boolean = () => false) =>
    service(async ({ body }, response) => {
      if (fails()) return response.destroy();
      const { query, variables } = JSON.parse(body);
      sendJson(response, await execute({ schema, document: parse(query), variableValues: variables }));
    });
  const [usersServer, ordersServer] = [
    await overHttp(users.schema),
    await overHttp(orders.schema, () => state.ordersFail),
  ];
  const handler = createHandler({ schema: orders.schema });
  const live = await listen(createServer((request, response) => void handler(request, response)));
  const transports = {
    users: openTransport(usersServer.url, { name: 'users' }).transport,
    orders: openTransport(ordersServer.url, { name: 'orders', subscriptions: { protocol: 'sse', url: live.url } })
      .transport,
  };
  const { supergraphSdl = '' } = composeServices([
    { name: 'users', typeDefs: parse(USERS_SDL) },
    { name: 'orders', typeDefs: parse(ORDERS_SDL) },
  ]);
  const planner = createPlanner(
    supergraphSdl,
    new Map([
      ['users', transports.users.executor],
      ['orders', transports.orders.executor],
    ]),
  );
  const operation = (text: string, context: object) => {
    const document = parse(text);
    const found = getOperationAST(document);
    if (found === null || found === undefined) throw new Error('no operation');
    // In company it is planned, whoever could answer it alone.
    const forwarded = { document, operation: found, variableNames: [], hasCompany: true };
    return { forwarded, variables: {}, context: context as GuardedContext };
  };
  return { state, planner, operation, usersServer, ordersServer };
}

describe('a plan over several services', () => {
  it('asks each of them as who is in effect, by an assertion for it alone', async () => {
    const { planner, operation, usersServer, ordersServer } = await openWorld();
    const { context, touched } = contextOf(direct(cleo));
    const result = await planner.execute(operation('{ me { name orders { id } } }', context));
    expect(result).toEqual({ data: { me: { name: 'Cleo', orders: [{ id: 'o1' }, { id: 'o2' }] } } });
    expect(touched).toEqual(['users', 'orders']);
    for (const [name, { received }] of [
      ['users', usersServer],
      ['orders', ordersServer],
    ] as const) {
      expect(received.length).toBeGreaterThan(0);
      for (const { headers } of received) {
        expect(claimsOf(headers.authorization?.replace('Bearer ', '') ?? '')).toMatchObject({
          aud: name,
          sub: cleo.id,
        });
      }
    }
  });

  it('gives what the others know where one of them is not there, and UPSTREAM_UNAVAILABLE in the place of the rest', async () => {
    const { state, planner, operation } = await openWorld();
    state.ordersFail = true;
    const { data, errors } = await planner.execute(operation('{ me { name orders { id } } }', contextOf().context));
    expect(data).toEqual({ me: { name: 'Cleo', orders: null } });
    expect(codesOf({ errors: errors ?? [] })).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(errors?.[0]?.path).toEqual(['me', 'orders']);
    expect(errors?.[0]?.message).toBe('A service that is needed for this did not answer. Try again later.');
  });

  it('refuses what is asked without saying for whom', async () => {
    const { planner, operation, usersServer } = await openWorld();
    const { data, errors } = await planner.execute(operation('{ me { name } }', { identity: direct(cleo) }));
    expect([data, codesOf({ errors: errors ?? [] })]).toEqual([{ me: null }, ['UPSTREAM_UNAVAILABLE']]);
    expect(usersServer.connections).toBe(0);
  });

  it('follows a stream of one of them with what the others know', async () => {
    const { planner, operation } = await openWorld();
    const found = await planner.subscribe(
      operation('subscription { placed { id customer { name } } }', contextOf(direct(cleo)).context),
    );
    if (!(Symbol.asyncIterator in found)) throw new Error(JSON.stringify(found));
    const events: ExecutionResult[] = [];
    for await (const event of found) events.push(event);
    expect(events).toEqual(['o1', 'o2'].map((id) => ({ data: { placed: { id, customer: { name: 'cleo' } } } })));
  });
});
