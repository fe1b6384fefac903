import { GraphQLScalarType } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostModule } from '../../src/host-module.js';
import { openStream } from '../attacks/event-source.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

/** Stands in every value that a host gives and the schema does not have. */
const SECRET = 'hunter2';

/** What is wrong with each, by the name of its field: what stands in the log of it. */
const WRONG: Readonly<Record<string, { readonly type: string; readonly value: unknown; readonly told: string }>> = {
  int: { type: 'Int', value: SECRET, told: 'Int cannot represent non-integer value (not shown)' },
  long: {
    type: 'Int',
    value: 41_111_111_111,
    told: 'Int cannot represent non 32-bit signed integer value (not shown)',
  },
  float: { type: 'Float', value: SECRET, told: 'Float cannot represent non numeric value (not shown)' },
  text: { type: 'String', value: { pin: SECRET }, told: 'String cannot represent value (not shown)' },
  id: { type: 'ID', value: { pin: SECRET }, told: 'ID cannot represent value (not shown)' },
  truth: { type: 'Boolean', value: SECRET, told: 'Boolean cannot represent a non boolean value (not shown)' },
  colour: { type: 'Colour', value: SECRET, told: 'Enum "Colour" cannot represent value (not shown)' },
  empty: { type: 'Empty', value: SECRET, told: 'Expected `Empty.serialize (not shown)' },
  listed: { type: '[Int]', value: [1, SECRET], told: 'Int cannot represent non-integer value (not shown)' },
  strange: {
    type: 'Being',
    value: { name: SECRET, kind: SECRET },
    told: 'Abstract type "Being" was resolved to a type (not shown)',
  },
  nameless: {
    type: 'Being',
    value: { name: SECRET, kind: 7 },
    told: 'Abstract type "Being" must resolve to an Object type at runtime for field "Query.nameless" with value (not shown)',
  },
};
const NAMES = Object.keys(WRONG);

const host: HostModule = {
  name: 'host',
  typeDefs: `
    scalar Empty
    enum Colour { RED }
    interface Being { name: String }
    type Person implements Being { name: String }
    extend type Query { ${NAMES.map((name) => `${name}: ${WRONG[name]?.type} @sensitive`).join(' ')} ownWords: String }
    extend type Subscription { ticks: Int }
  `,
  resolvers: {
    Empty: new GraphQLScalarType({ name: 'Empty', serialize: () => null }),
    Being: { __resolveType: ({ kind }: { readonly kind: string }) => kind },
    Query: {
      ...Object.fromEntries(NAMES.map((name) => [name, () => WRONG[name]?.value])),
      ownWords: () => {
        throw new Error('the printer is on fire');
      },
    },
    Subscription: {
      ticks: {
        async *subscribe() {
          yield SECRET;
        },
        resolve: (tick: unknown) => tick,
      },
    },
  },
};

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ hostModules: [host] });
});
afterAll(() => gateway.stop());

function told(from: number): readonly { readonly err?: { readonly message: string } }[] {
  return gateway
    .logged()
    .slice(from)
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .map((line) => JSON.parse(line));
}

it.each(NAMES)('a value that is not of its type leaves its name in the log, and not itself: %s', async (name) => {
  const token = await gateway.token('user_cleo');
  const from = gateway.logged().length;
  const selected = WRONG[name]?.type === 'Being' ? `${name} { name }` : name;
  // By graphql-js, and, from the third time on, by the operation that was prepared.
  for (let times = 0; times < 4; times += 1) {
    expect((await gateway.graphql(token, `{ ${selected} }`)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
  }
  expect(told(from).map(({ err }) => err?.message)).toEqual(Array.from({ length: 4 }, () => WRONG[name]?.told));
  expect(gateway.logged()).not.toMatch(/hunter2|41111111111/);
});

it('neither does an event of a stream', async () => {
  const from = gateway.logged().length;
  const stream = await openStream(gateway.url, await gateway.token('user_cleo'), {
    body: { query: 'subscription { ticks }' },
  });
  await stream.next();
  stream.close();
  expect(told(from).map(({ err }) => err?.message)).toEqual(['Int cannot represent non-integer value (not shown)']);
  expect(gateway.logged()).not.toContain(SECRET);
});

it('what a host says in words of its own stands there as it is', async () => {
  const from = gateway.logged().length;
  await gateway.graphql(null, '{ ownWords }');
  expect(told(from).map(({ err }) => err?.message)).toEqual(['the printer is on fire']);
});
