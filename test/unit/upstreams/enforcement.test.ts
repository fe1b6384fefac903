import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { ANONYMOUS, ada, direct, impersonated, person, sam } from '../policy/people.js';
import { askShop, openShop } from './shop-services.js';

const shop = openShop();
const cleo = person('cleo', ['USER']);
const asCleo = impersonated(ada, cleo, 'FULL');

interface Way {
  readonly way: string;
  readonly query: string;
  readonly denied: Identity;
  readonly permitted: Identity;
  /** What must be in no document of any service. */
  readonly never: string;
  readonly errors: readonly string[];
}

const WAYS: readonly Way[] = [
  {
    way: 'a field, under an alias',
    query: '{ orders { title x: cardLast4 } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'cardLast4',
    errors: [],
  },
  {
    way: 'fragments in fragments',
    query:
      '{ orders { ...A } } fragment A on Order { title ...B } fragment B on Node { ... on Order { route ... { x: route } } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'route',
    errors: [0, 1].flatMap((at) => [
      `orders.${at}.route: BLOCKED_WHILE_IMPERSONATING`,
      `orders.${at}.x: BLOCKED_WHILE_IMPERSONATING`,
    ]),
  },
  {
    way: 'an interface of which one implementation is guarded',
    query: '{ nodes { id note } }',
    denied: direct(cleo),
    permitted: direct(sam),
    never: '{ id note __typename }',
    errors: ['nodes.1.note: FORBIDDEN'],
  },
  {
    way: 'a union, through an interface',
    query: '{ hits { ... on Node { note } } }',
    denied: direct(cleo),
    permitted: direct(sam),
    never: 'on Node { note }',
    errors: ['hits.1.note: FORBIDDEN'],
  },
  {
    way: 'lists in lists',
    query: '{ orders { lines { sku cost } } }',
    denied: direct(cleo),
    permitted: direct(ada),
    never: 'cost',
    errors: [0, 1].flatMap((order) => [0, 1].map((line) => `orders.${order}.lines.${line}.0.cost: FORBIDDEN`)),
  },
  {
    way: 'an entity of another service',
    query: '{ viewer { name card } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'card',
    errors: [],
  },
  {
    way: "the gateway's own type, reached through another service",
    query: '{ orders { customer { name email } } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'email',
    errors: ['orders.0.customer.email: SENSITIVE_FIELD'],
  },
  {
    way: 'a field that another service works out from it',
    query: '{ parcels { order { title risk } } }',
    denied: direct(cleo),
    permitted: direct(ada),
    never: 'margin',
    errors: ['parcels.0.order.risk: FORBIDDEN'],
  },
  {
    way: 'a root field',
    query: '{ orders { title } ledger { sum } }',
    denied: direct(cleo),
    permitted: direct(ada),
    never: 'ledger',
    errors: ['ledger: FORBIDDEN'],
  },
  {
    way: 'a mutation beside a permitted one',
    query: 'mutation { changeCard(id: "o1") { id } rename(id: "o1", title: "New") { title } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'changeCard',
    errors: ['changeCard: BLOCKED_WHILE_IMPERSONATING'],
  },
  {
    way: 'the answer of a mutation',
    query: 'mutation { rename(id: "o1", title: "New") { title customer { name orders { cardLast4 } } } }',
    denied: asCleo,
    permitted: direct(cleo),
    never: 'cardLast4',
    errors: [],
  },
];

describe('what is denied is in no document that any service is sent', () => {
  it.each(WAYS)('$way', async ({ query, denied, permitted, never, errors }) => {
    const control = await askShop(shop, query, permitted);
    expect(control.errors).toEqual([]);
    expect(flat(control.everything)).toContain(never);

    const { everything, errors: found, data } = await askShop(shop, query, denied);
    expect(flat(everything)).not.toContain(never);
    expect(found).toEqual([...errors].sort());
    expect(everything).not.toBe('');
    expect(data === null || Object.keys(data as object).length > 0).toBe(true);
  });

  it('a variable that only a denied field uses stays here', async () => {
    const query =
      'mutation ($id: ID!, $secret: ID!) { rename(id: $id, title: "New") { id } changeCard(id: $secret) { id } }';
    await askShop(shop, query, asCleo, { id: 'o1', secret: 'never-sent' });
    expect(shop.orders.asked).toHaveLength(1);
    expect(JSON.stringify(shop.orders.asked.map(({ document, variables }) => [document, variables]))).not.toContain(
      'never-sent',
    );
  });

  it('where nothing but denied root fields is asked, nobody is called', async () => {
    expect((await askShop(shop, '{ ledger { sum } }', direct(cleo))).everything).toBe('');
    expect((await askShop(shop, '{ orders { title } }', ANONYMOUS)).everything).toBe('');
    expect((await askShop(shop, 'mutation { changeCard(id: "o1") { id } }', asCleo)).everything).toBe('');
  });
});

describe('what is permitted', () => {
  it('comes from all services together, with the nulls and errors of local resolvers', async () => {
    const { data, errors } = await askShop(
      shop,
      '{ viewer { name orders { title c: cardLast4 fee route customer { name } } } parcels { order { title carrier } } }',
      asCleo,
    );
    expect(data).toEqual({
      viewer: {
        name: 'CLEO',
        orders: [{ title: 'Order o1', c: null, fee: 10, route: null, customer: { name: 'CLEO' } }],
      },
      parcels: [{ order: { title: 'Order o1', carrier: 'Kite' } }],
    });
    expect(errors).toEqual(['viewer.orders.0.route: BLOCKED_WHILE_IMPERSONATING']);
  });

  it('resolves across services from the answer of a start', async () => {
    const query = 'mutation ($id: ID!) { start(userId: $id) { token viewer { name orders { title fee } } } }';
    const { data, errors } = await askShop(shop, query, direct(ada), { id: 'cleo' });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      start: { token: 'ey', viewer: { name: 'CLEO', orders: [{ title: 'Order o1', fee: 10 }] } },
    });
  });

  it('is asked for in one call where several root fields are of one service', async () => {
    const { documents, errors } = await askShop(
      shop,
      '{ orders { title } nodes { id } hits { __typename } }',
      direct(ada),
    );
    expect(errors).toEqual([]);
    expect(documents.orders).toHaveLength(1);
  });

  it("is asked with the request's context", async () => {
    const identity = direct(cleo);
    await askShop(shop, '{ viewer { orders { fee } } }', identity);
    for (const { context } of [...shop.orders.asked, ...shop.shipping.asked]) expect(context).toEqual({ identity });
    expect(shop.shipping.asked).toHaveLength(1);
  });
});

describe('a service that fails', () => {
  it('leaves its error at its own path, and nothing of its message', async () => {
    const { data, errors, raw } = await askShop(shop, '{ orders { title carrier } }', direct(cleo));
    expect(data).toEqual({
      orders: [
        { title: 'Order o1', carrier: 'Kite' },
        { title: 'Order o2', carrier: null },
      ],
    });
    expect(errors).toEqual(['orders.1.carrier: INTERNAL_SERVER_ERROR']);
    expect(JSON.stringify(raw)).not.toContain('10.1.2.3');
  });

  it('that cannot be reached is UPSTREAM_UNAVAILABLE, beside the data of the others', async () => {
    const broken = openShop({ shippingFails: true });
    const { data, errors, raw } = await askShop(broken, '{ orders { title carrier } }', direct(cleo));
    expect(data).toEqual({
      orders: [
        { title: 'Order o1', carrier: null },
        { title: 'Order o2', carrier: null },
      ],
    });
    expect(errors).toEqual(['orders.0.carrier: UPSTREAM_UNAVAILABLE', 'orders.1.carrier: UPSTREAM_UNAVAILABLE']);
    expect(JSON.stringify(raw)).not.toContain('ECONNREFUSED');
  });
});

describe('an alias that could be mistaken where results are put together', () => {
  it.each(['__typename', '__proto__', 'constructor', 'prototype', '_nullable_title'])(
    '%s is refused',
    async (alias) => {
      for (const query of [`{ orders { ${alias}: title } }`, `{ ${alias}: orders { title } }`]) {
        const { data, errors, everything } = await askShop(shop, query, direct(cleo));
        expect(data).toBeNull();
        expect(errors.join()).toContain('GRAPHQL_VALIDATION_FAILED');
        expect(everything).toBe('');
      }
    },
  );
});

function flat(documents: string): string {
  return documents.replace(/\s+/g, ' ');
}
