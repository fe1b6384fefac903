import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { GatewayError } from '../../src/errors/index.js';
import type { HostModule } from '../../src/host-module.js';
import { type GraphQLAnswer, type RunningGateway, startGateway } from '../support/running-gateway.js';

/** A module whose resolvers fail in every way, to see what leaves. */
const failing: HostModule = {
  name: 'failing',
  typeDefs: `
    extend type Query {
      unexpected: String
      unexpectedRequired: String!
      refused: String
      status: String
      late: String
      echo(text: String! = "none", items: [Int!]): String
      nested: Nested
    }
    extend type Mutation { change(to: String!): String }
    type Nested { own: Nested required: String! secret: String @sensitive list: [String] }
  `,
  resolvers: {
    Query: {
      unexpected() {
        throw new Error('connect ECONNREFUSED 10.0.0.7:5432 password=hunter2');
      },
      async unexpectedRequired() {
        throw new Error('SELECT * FROM secrets');
      },
      refused() {
        throw new GatewayError('RATE_LIMITED', { cause: 'internal cause' });
      },
      status() {
        throw new GraphQLError('not here', { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
      },
      late: () => new Promise((resolve) => setTimeout(() => resolve('late'), 5)),
      echo: (_: unknown, args: unknown) => JSON.stringify(args),
      nested: () => ({
        own: { own: null, required: null, list: ['a', new Error('in a list'), null] },
        required: 'here',
      }),
    },
    Mutation: { change: (_: unknown, { to }: { to: string }) => to },
  },
};

const OPERATIONS: readonly [string, Record<string, unknown>?][] = [
  ['{ viewer { id name roles } actor { id } impersonation { id access } }'],
  ['query Named { __typename viewer { __typename id } orders { id title totalCents cardLast4 customer { name } } }'],
  ['{ unexpected viewer { id } }'],
  ['{ viewer { id } unexpectedRequired }'],
  ['{ refused status late }'],
  ['query Q($text: String!) { echo(text: $text) }', { text: 'a "quoted" \\ \u2028 line\n' }],
  ['query Q($text: String!) { echo(text: $text) }', {}],
  ['query Q($text: String!) { echo(text: $text) }', { text: 7 }],
  ['query Q($items: [Int!]) { echo(items: $items) }', { items: [1, 'two'] }],
  ['query Q($yes: Boolean!) { viewer @include(if: $yes) { id } late @skip(if: $yes) }', { yes: true }],
  ['query Q($yes: Boolean!) { viewer @include(if: $yes) { id } late @skip(if: $yes) }', { yes: false }],
  ['{ nested { own { own { required } required list } } }'],
  ['{ nested { secret list own { list } } }'],
  ['{ users(first: 2) { nodes { id email } pageInfo { hasNextPage } } }'],
  ['{ __proto__: viewer { constructor: id toString: name } }'],
  ['mutation { a: change(to: "1") b: change(to: "2") }'],
  ['mutation { changePassword(newPassword: "hunter2") }'],
  ['mutation { updateDeliveryNote(orderId: "none", note: "x") { id } }'],
  ['{ nowhere }'],
  ['query A { viewer { id } } query B { actor { id } }'],
  ['{ __schema { queryType { name } } }'],
  ['subscription { impersonationEventRecorded { id } }'],
];

let running: RunningGateway;
const tokens = new Map<string, string | null>([['nobody', null]]);

beforeAll(async () => {
  running = await startGateway({ hostModules: [createShop(), failing] });
  for (const id of ['user_cleo', 'user_ada', 'user_audrey']) tokens.set(id, await running.token(id));
  const readOnly = await running.impersonate('user_ada', 'user_cleo');
  const full = await running.impersonate('user_ada', 'user_carl', { access: 'FULL' });
  tokens.set('user_ada as user_cleo, read-only', readOnly.actorToken);
  tokens.set('user_ada as user_carl', full.actorToken);
});

afterAll(() => running.stop());

/** Everything of an answer that two requests may have in common. */
function comparable({ status, text, headers }: GraphQLAnswer): unknown {
  const shown = ['content-type', 'www-authenticate', 'cache-control', 'retry-after'].map((name) => headers.get(name));
  return { status, shown, text: text.replace(/"requestId":"[^"]+"/g, '"requestId":"…"') };
}

describe('an operation that came before is answered without parsing it again', () => {
  it.each(OPERATIONS)('%s %o: to the byte as the first time, whoever asks', async (query, variables) => {
    for (const [who, token] of tokens) {
      const answers: unknown[] = [];
      for (let time = 0; time < 4; time += 1) answers.push(comparable(await running.graphql(token, query, variables)));
      expect(answers, who).toEqual(Array(4).fill(answers[0]));
    }
  });

  it('and what must not leave does not leave either way', async () => {
    for (let time = 0; time < 4; time += 1) {
      const { text } = await running.graphql(tokens.get('user_ada') ?? null, '{ unexpected refused }');
      expect(text).not.toMatch(/ECONNREFUSED|hunter2|internal cause/);
    }
  });

  it('and leaves the same events', async () => {
    const token = tokens.get('user_ada as user_cleo, read-only') ?? null;
    const query = 'query Traced { viewer { id } orders { id cardLast4 } late unexpected }';
    const ids: string[] = [];
    for (let time = 0; time < 5; time += 1) {
      const { headers } = await running.graphql(token, query);
      ids.push(headers.get('x-request-id') ?? '');
    }
    const traces: unknown[] = [];
    for (const requestId of ids) {
      const { items } = await running.store.events.page({ requestId }, { limit: 10, direction: 'forward' });
      traces.push(
        items.map(({ body, details }) => {
          const { type, outcome, code, actor, subject, operation } = JSON.parse(body);
          return {
            type,
            outcome,
            code,
            actor,
            subject,
            operation: { ...operation, durationMs: 0 },
            details: details?.text,
          };
        }),
      );
    }
    expect((traces[0] as unknown[]).length).toBeGreaterThan(0);
    expect(traces).toEqual(Array(5).fill(traces[0]));
  });
});
