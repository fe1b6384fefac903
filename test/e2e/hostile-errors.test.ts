import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { GatewayError } from '../../src/errors/index.js';
import type { HostModule } from '../../src/host-module.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const SECRET = 'hunter2';
const thrower = () => {
  throw new Error(SECRET);
};
const withGetter = <T extends object>(target: T, name: string): T =>
  Object.defineProperty(target, name, { get: thrower });
const circular: Record<string, unknown> = {};
circular.self = circular;

/** What a host's resolver may throw, by the name of its field. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  messageThrows: () => withGetter(new Error('a'), 'message'),
  stackThrows: () => withGetter(new Error('a'), 'stack'),
  extensionsThrow: () => withGetter(new Error('a'), 'extensions'),
  codeThrows: () => Object.assign(new Error('a'), { extensions: withGetter({}, 'code') }),
  hiddenCode: () =>
    Object.assign(new Error('a'), { extensions: Object.defineProperty({}, 'code', { value: 'FORBIDDEN' }) }),
  toJsonThrows: () => Object.assign(new Error('a'), { toJSON: thrower }),
  ownToJson: () => Object.assign(new GraphQLError('a', { path: ['x'] }), { toJSON: thrower }),
  locatedThrows: () => withGetter(new GraphQLError('a', { path: ['x'] }), 'message'),
  proxied: () => new Proxy(new GraphQLError('a', { path: ['x'] }), { get: thrower, getPrototypeOf: thrower }),
  circularRefusal: () => new GatewayError('FORBIDDEN', { extensions: circular }),
  bigRefusal: () => new GatewayError('FORBIDDEN', { extensions: { big: 1n } }),
  refusalThrows: () => withGetter(new GatewayError('FORBIDDEN'), 'message'),
  causeThrows: () => new Error('a', { cause: withGetter(new Error('b'), 'message') }),
  nothing: () => undefined,
  nil: () => null,
  symbol: () => Symbol(SECRET),
  big: () => 10n,
  bare: () => Object.create(null),
  inspectThrows: () => ({ toJSON: thrower }),
};
const NAMES = Object.keys(THROWN);

const throwing = (name: string) => () => {
  throw THROWN[name]?.();
};

const hostile: HostModule = {
  name: 'hostile',
  typeDefs: `
    extend type Query { within: Within ${NAMES.map((name) => `${name}: String ${name}Required: String!`).join(' ')} }
    extend type Mutation { ${NAMES.map((name) => `${name}Done: String`).join(' ')} }
    type Within { ${NAMES.map((name) => `${name}: String`).join(' ')} fine: String }
  `,
  resolvers: {
    Query: {
      within: () => ({ fine: 'fine' }),
      ...Object.fromEntries(NAMES.flatMap((name) => [name, `${name}Required`].map((field) => [field, throwing(name)]))),
    },
    Mutation: Object.fromEntries(NAMES.map((name) => [`${name}Done`, async () => throwing(name)()])),
    Within: Object.fromEntries(NAMES.map((name) => [name, async () => throwing(name)()])),
  },
};

let running: RunningGateway;
let token: string;

beforeAll(async () => {
  running = await startGateway({ hostModules: [createShop(), hostile] });
  token = (await running.impersonate('user_ada', 'user_cleo', { access: 'FULL' })).actorToken;
});
afterAll(() => running.stop());

/** Often enough for the operation to be prepared: it is the third time. */
async function askRepeatedly(query: string) {
  const answers = [];
  for (let time = 0; time < 3; time += 1) answers.push(await running.graphql(token, query));
  return answers;
}

describe.each(NAMES)('a resolver that throws what is called %s here', (name) => {
  it.each([
    ['a query', `query ${name} { viewer { id } ${name} }`, 'QUERY'],
    ['a query of what must not be null', `query ${name}R { viewer { id } ${name}Required }`, 'QUERY'],
    ['a query, further down', `query ${name}W { within { fine ${name} } }`, 'QUERY'],
    ['a mutation', `mutation ${name}M { ${name}Done }`, 'MUTATION'],
  ])('fails %s the same on both ways, as INTERNAL_SERVER_ERROR, with the end on record', async (_what, query, type) => {
    const answers = await askRepeatedly(query);
    const told = answers.map(({ status, text }) => ({
      status,
      text: text.replace(/"requestId":"[^"]+"/g, '"requestId":"…"'),
    }));
    expect(told).toEqual(Array(3).fill(told[0]));
    // The second is as the first; the last one took the short way.
    for (const { status, codes, errors, headers, text } of [answers[0], answers[2]].filter(
      (one) => one !== undefined,
    )) {
      expect(status).toBe(200);
      expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(errors[0]?.message).toBe('Something went wrong. Quote the request id when you report it.');
      expect(text).not.toContain(SECRET);
      const requestId = headers.get('x-request-id') ?? '';
      expect(errors[0]?.extensions.requestId).toBe(requestId);
      const { items } = await running.store.events.page({ requestId }, { limit: 5, direction: 'forward' });
      const events = items.map(({ type, outcome, body }) => [type, outcome, JSON.parse(body).operation.errorCodes]);
      expect(events.toSorted()).toEqual([
        ...(type === 'MUTATION' ? [['OPERATION_ATTEMPTED', 'UNKNOWN', []]] : []),
        ['OPERATION_COMPLETED', 'FAILURE', ['INTERNAL_SERVER_ERROR']],
      ]);
    }
  });
});

it('the log tells of each of them, by the name of the request', async () => {
  const { headers } = await running.graphql(token, '{ stackThrows messageThrows }');
  const lines = running
    .logged()
    .split('\n')
    .filter((line) => line.includes(headers.get('x-request-id') ?? 'none'));
  expect(lines.filter((line) => line.includes('"level":"error"')).length).toBeGreaterThan(0);
});
