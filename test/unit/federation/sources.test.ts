import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startUpstream } from '../../support/recording-upstream.js';
import { ORDERS_SDL, openWorld, ordersAt, startOrders } from './world.js';

describe('a composed supergraph', () => {
  it('is served with the addresses of the configuration, and never asked by its own', async () => {
    const world = await openWorld(
      ({ url }, directory) => ({
        upstreams: [ordersAt(url, { supergraph: path.join(directory, 'supergraph.graphql'), service: 'Orders' })],
        rules: [{ coordinate: 'Parcel.cardLast4', sensitive: true }],
      }),
      {
        async prepare(directory) {
          const { supergraphSdl } = composeServices([
            { name: 'Orders', typeDefs: parse(ORDERS_SDL), url: 'http://nowhere.invalid/graphql' },
          ]);
          await writeFile(path.join(directory, 'supergraph.graphql'), String(supergraphSdl));
        },
      },
    );
    const { gateway, orders } = world;
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    const answer = await gateway.graphql(actorToken, '{ viewer { parcels { title cardLast4 } } }');
    expect(answer.data.viewer.parcels).toEqual([{ title: 'Parcel of-user_cleo', cardLast4: null }]);
    expect(orders.calls.map(({ query }) => query).join()).not.toContain('cardLast4');
    expect(gateway.logged()).toContain('its supergraph states no rules');
    expect(gateway.logged()).not.toContain('nowhere.invalid');
  });

  it('refuses the start where it has services that are no upstreams', async () => {
    const opened = openWorld(
      ({ url }, directory) => ({
        upstreams: [ordersAt(url, { supergraph: path.join(directory, 'supergraph.graphql') })],
      }),
      {
        async prepare(directory) {
          const { supergraphSdl } = composeServices([
            { name: 'orders', typeDefs: parse(ORDERS_SDL), url: 'http://a' },
            { name: 'other', typeDefs: parse('type Query { other: Int }'), url: 'http://b' },
          ]);
          await writeFile(path.join(directory, 'supergraph.graphql'), String(supergraphSdl));
        },
      },
    );
    await expect(opened).rejects.toThrow(/service "orders": its supergraph has a service "other" that is no upstream/);
  });
});

describe('a service that knows nothing of Federation', () => {
  const SDL = 'type Query { weather(at: String!): Weather } type Weather { text: String! secret: String }';
  const resolvers = {
    Query: { weather: (_: unknown, { at }: { at: string }) => ({ text: `rain at ${at}`, secret: 's' }) },
  };
  const weatherAt = (url: string, schema: object) => ({ name: 'weather', kind: 'graphql', url, schema });

  it('is introspected, and under the rules of the configuration', async () => {
    const weather = await startUpstream('weather', SDL, resolvers);
    const { gateway } = await openWorld(
      () => ({
        upstreams: [weatherAt(weather.url, { fetch: 'introspection' })],
        rules: [{ coordinate: 'Weather.secret', requiresRole: { role: ['ADMIN', 'SUPPORT'] } }],
      }),
      { orders: weather },
    );
    weather.calls.length = 0;
    const answer = await gateway.graphql(
      null,
      'query($at: String!) { weather(at: $at) { text secret } viewer { id } }',
      {
        at: 'sea',
      },
    );
    expect(answer.data).toEqual({ weather: { text: 'rain at sea', secret: null }, viewer: null });
    expect(answer.codes).toEqual(['UNAUTHENTICATED']);
    expect(weather.calls.map(({ query }) => query).join()).not.toContain('secret');
    expect(weather.calls.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is refused where it defines rules of ours, as introspection hides where they stand', async () => {
    const weather = await startUpstream(
      'weather',
      `directive @sensitive on FIELD_DEFINITION ${SDL.replace('secret: String', 'secret: String @sensitive')}`,
      resolvers,
    );
    const opened = openWorld(() => ({ upstreams: [weatherAt(weather.url, { fetch: 'introspection' })] }), {
      orders: weather,
    });
    await expect(opened).rejects.toThrow(
      /service "weather", @sensitive: .*introspection does not tell where it stands/,
    );
  });

  it('is refused where a rule of the configuration is about what it does not have', async () => {
    const orders = await startOrders();
    const opened = openWorld(
      ({ url }) => ({ upstreams: [ordersAt(url)], rules: [{ coordinate: 'Parcel.nothing', sensitive: true }] }),
      { orders },
    );
    await expect(opened).rejects.toThrow(/GATEWAY_CONFIG.*Parcel\.nothing/);
  });

  it('may not take over what is the gateway’s own', async () => {
    const orders = await startOrders();
    orders.told = ORDERS_SDL.replace(
      'type User @key(fields: "id") { id: ID!',
      'type User @key(fields: "id") { id: ID! email: Int',
    );
    await expect(openWorld(undefined, { orders })).rejects.toThrow(/email/);
  });
});

describe('aliases that could be taken for something else where results are put together', () => {
  it.each(['__proto__', 'constructor', 'prototype', '__typename', '_nullable_x'])(
    '%s refuse the whole operation, however it comes',
    async (alias) => {
      const { gateway, orders } = await openWorld();
      for (const query of [
        `{ nodes { ${alias}: id } }`,
        `{ nodes { id } viewer { ${alias}: id } }`,
        `{ ${alias}: viewer { id } }`,
      ]) {
        const answer = await gateway.graphql(null, query);
        expect([query, answer.data, answer.codes]).toEqual([query, undefined, ['GRAPHQL_VALIDATION_FAILED']]);
      }
      expect(orders.calls).toEqual([]);
    },
  );
});

describe('the gateway’s own schema beside a service', () => {
  const QUERIES: readonly [string, Record<string, unknown>?][] = [
    ['{ viewer { id name email roles disabled avatarUrl __typename } actor { id } impersonation { id } }'],
    [
      'query($s: String) { users(search: $s, first: 2) { nodes { id name } pageInfo { hasNextPage endCursor } } }',
      { s: 'a' },
    ],
    ['{ user(id: "nobody") { id } }'],
    ['{ user(id: "") { id } }'],
    [
      'query($at: DateTime!) { impersonationEvents(filter: {occurredAfter: $at}) { nodes { type occurredAt } } }',
      { at: 'yesterday' },
    ],
    [
      'query($at: DateTime!) { impersonationEvents(filter: {occurredAfter: $at}) { nodes { type } } }',
      { at: '2099-01-01T00:00:00Z' },
    ],
    ['{ impersonationEvents(filter: {occurredAfter: 3}) { nodes { type } } }'],
    ['mutation { startImpersonation(input: {userId: "user_grace", reason: "too short?"}) { expiresAt } }'],
    ['mutation { startImpersonation(input: {userId: "user_cleo", reason: ""}) { expiresAt } }'],
    ['mutation { stopImpersonation { session { id } } }'],
    ['query A { viewer { id } } query B { actor { id } }'],
    ['{ orders { title customer { name } cardLast4 } }'],
    ['mutation { changePassword(newPassword: "x") }'],
    ['query($yes: Boolean!) { viewer { id @include(if: $yes) name @skip(if: $yes) } }', { yes: true }],
  ];

  it('answers the same as alone, the first time and when the operation comes again', async () => {
    const { gateway } = await openWorld();
    const alone = await openWorld(undefined, { environment: { GATEWAY_CONFIG: '' } });
    for (const user of [null, 'user_cleo', 'user_ada', 'user_audrey']) {
      for (const [query, variables] of QUERIES) {
        const said = async (which: typeof gateway) => {
          const { status, text } = await which.graphql(
            user === null ? null : await which.token(user),
            query,
            variables,
          );
          return `${status} ${text.replace(/"requestId":"[^"]*"/g, '')}`;
        };
        const expected = await said(alone.gateway);
        for (let time = 0; time < 3; time++) {
          expect([user, query, await said(gateway)]).toEqual([user, query, expected]);
        }
      }
    }
  });
});
