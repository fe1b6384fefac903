import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, type GraphQLSchema, parse, print, validate } from 'graphql';
import type { Identity } from '../../../src/domain/identity.js';
import { compose } from '../../../src/upstreams/composition/compose.js';
import { createPlanner } from '../../../src/upstreams/execution/create-planner.js';
import { maskedExecutor } from '../../../src/upstreams/execution/mask-errors.js';
import { ownExecutor, ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';
import { serveSchema } from '../../../src/upstreams/execution/served-schema.js';
import { BASE_SDL, summarise } from '../directives/guarded.js';
import { FEDERATION, type RecordedService, RULES, service } from './services.js';

const OWN_SDL = `
  type Query { viewer: User  users: [User!]! @requiresRole(role: ADMIN) }
  type Mutation { start(userId: ID!): Start! @requiresRole(role: ADMIN)  stop: Boolean! }
  type Subscription { ticks: Tick! @authenticated  audits: Tick! @requiresRole(role: ADMIN) }
  type Tick { at: Int! who: User! }
  type Start { token: String! viewer: User! }
  type User { id: ID! name: String! email: String! @sensitive }
`;
export const people = new Map(
  ['cleo', 'carl'].map((id) => [id, { id, name: id.toUpperCase(), email: `${id}@example.test` }]),
);

const ORDERS_SDL = `${FEDERATION}${RULES}
  type Query { orders: [Order!]! @authenticated  nodes: [Node!]!  hits: [Hit!]!  ledger: Ledger @requiresRole(role: ADMIN) }
  type Mutation { rename(id: ID!, title: String!): Order  changeCard(id: ID!): Order @blockedWhileImpersonating }
  interface Node { id: ID! note: String }
  union Hit = Order | Ticket
  type User @key(fields: "id") { id: ID! orders: [Order!]! card: String @sensitive }
  type Order implements Node @key(fields: "id") {
    id: ID! note: String title: String! cardLast4: String @sensitive total: Int!
    margin: Int! @requiresRole(role: ADMIN)
    customer: User! lines: [[Line!]!]!
  }
  type Ticket implements Node @key(fields: "id") { id: ID! note: String @requiresRole(role: [SUPPORT], of: ACTOR) }
  type Line { sku: String! cost: Int @requiresRole(role: ADMIN) }
  type Ledger { sum: Int! }
`;
export const order = (id: string) => ({
  __typename: 'Order',
  id,
  note: `note of ${id}`,
  title: `Order ${id}`,
  cardLast4: '4242',
  total: 1000,
  margin: 300,
  customer: { __typename: 'User', id: 'cleo' },
  lines: [[{ sku: `${id}-a`, cost: 5 }], [{ sku: `${id}-b`, cost: 6 }]],
});
export const ticket = { __typename: 'Ticket', id: 't1', note: 'internal' };

/** As Federation 1 has it: no link, types extended, what is somebody else's marked. */
const SHIPPING_SDL = `
  directive @blockedWhileImpersonating on FIELD_DEFINITION | OBJECT
  type Query { parcels: [Parcel!]! }
  type Parcel { id: ID! order: Order! }
  extend type Order @key(fields: "id") {
    id: ID! @external
    total: Int! @external
    margin: Int! @external
    fee: Int! @requires(fields: "total")
    risk: Int @requires(fields: "margin")
    route: String @blockedWhileImpersonating
    carrier: String
  }
`;

export interface Shop {
  /** As composed, with the rules as directives and without resolvers. */
  readonly composed: GraphQLSchema;
  readonly schema: GraphQLSchema;
  readonly orders: RecordedService;
  readonly shipping: RecordedService;
  /** `open`: how many of its streams are. `silent`: they give one event, and no more come. */
  readonly own: { readonly asked: string[]; readonly open: number; silent: boolean };
}

/** The gateway's own schema and two services, composed and served in this process. */
export function openShop({ shippingFails = false } = {}): Shop {
  const orders = service(
    'orders',
    ORDERS_SDL,
    {
      Query: {
        orders: () => [order('o1'), order('o2')],
        nodes: () => [order('o1'), ticket],
        hits: () => [order('o1'), ticket],
        ledger: () => ({ sum: 1 }),
      },
      Mutation: { rename: (_, { id, title }) => ({ ...order(id), title }), changeCard: (_, { id }) => order(id) },
      Node: { __resolveType: (value: { __typename: string }) => value.__typename },
      Hit: { __resolveType: (value: { __typename: string }) => value.__typename },
      User: { orders: () => [order('o1')], card: () => '4111' },
    },
    { User: ({ id }: { id: string }) => ({ id }), Order: ({ id }: { id: string }) => order(id), Ticket: () => ticket },
  );
  const shipping = service(
    'shipping',
    SHIPPING_SDL,
    {
      Query: { parcels: () => [{ id: 'p1', order: { __typename: 'Order', id: 'o1' } }] },
      Order: {
        fee: ({ total }: { total: number }) => total / 100,
        risk: ({ margin }: { margin: number }) => margin / 100,
        route: () => 'by sea',
        carrier: ({ id }: { id: string }) => {
          if (id === 'o2') throw new Error('connect ECONNREFUSED 10.1.2.3:8080');
          return 'Kite';
        },
      },
    },
    { Order: (reference: object) => reference },
  );
  const own = { asked: [] as string[], open: 0, silent: false };
  const ticks = (): AsyncIterableIterator<unknown> => {
    let at = 0;
    own.open++;
    const done = async () => {
      own.open--;
      return { done: true as const, value: undefined };
    };
    return {
      next: async () => {
        if (at === 1 && own.silent) return new Promise<never>(() => undefined);
        const tick = { at, who: people.get('cleo') };
        return at++ < 2 ? { done: false, value: { ticks: tick, audits: tick } } : done();
      },
      return: done,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  const ownSchema = makeExecutableSchema({
    typeDefs: [BASE_SDL, OWN_SDL],
    resolvers: {
      Query: {
        viewer: (_, __, context) => people.get(context.identity.viewer?.id ?? ''),
        users: () => [...people.values()],
      },
      Mutation: { start: (_, { userId }) => ({ token: 'ey', viewer: people.get(userId) }), stop: () => true },
      Subscription: { ticks: { subscribe: ticks }, audits: { subscribe: ticks } },
    },
  });
  const inProcess = ownExecutor(ownSchema, { User: (id) => people.get(id) ?? null });
  const composed = compose([{ name: 'gateway', sdl: ownServiceSdl([BASE_SDL, OWN_SDL], ['User']) }, orders, shipping], {
    own: 'gateway',
    rules: [],
    scopes: new Map(),
    policies: new Map(),
  });
  const planner = createPlanner(
    composed.supergraphSdl,
    new Map([
      [
        'gateway',
        (request) => {
          own.asked.push(print(request.document));
          return inProcess(request);
        },
      ],
      ['orders', maskedExecutor(orders.executor)],
      ['shipping', maskedExecutor(shippingFails ? unreachable : shipping.executor)],
    ]),
  );
  const schema = serveSchema(composed.schema, planner, { mutationRules: { nested: ['Mutation.start'], always: [] } });
  return { composed: composed.schema, schema, orders, shipping, own };
}

function unreachable(): never {
  throw new Error('connect ECONNREFUSED 10.1.2.3:8080');
}

/** Asks the shop, and gives the answer with everything that each service was asked for it. */
export async function askShop(shop: Shop, text: string, identity: Identity, variables: Record<string, unknown> = {}) {
  for (const list of [shop.orders.asked, shop.shipping.asked, shop.own.asked]) list.length = 0;
  const document = parse(text);
  const faults = validate(shop.schema, document);
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('\n'));
  const result = await execute({
    schema: shop.schema,
    document,
    contextValue: { identity },
    variableValues: variables,
  });
  const documents = {
    gateway: [...shop.own.asked],
    orders: shop.orders.asked.map((each) => each.document),
    shipping: shop.shipping.asked.map((each) => each.document),
  };
  return { ...summarise(result), documents, everything: Object.values(documents).flat().join('\n') };
}
