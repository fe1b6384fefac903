import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMES } from '../../examples/federation/addresses.js';
import { serviceSchemas } from '../support/federation/composed-example.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { selectedCoordinates } from '../unit/upstreams/selected-coordinates.js';

const PEOPLE = ['nobody', 'customer', 'SUPPORT', 'ADMIN', 'AUDITOR', 'as customer', 'as customer, FULL'] as const;
type Who = (typeof PEOPLE)[number];

/** A field that not everybody may have, and ways to ask for it. `%` stands where it is selected. */
interface Guarded {
  readonly coordinate: string;
  /** Fields that are asked for on its behalf. */
  readonly behind?: readonly string[];
  readonly selection: string;
  readonly query: string;
  readonly permitted: readonly Who[];
}

const ORDERS = '{ viewer { orders { id % } } }';
const STAFF: readonly Who[] = ['SUPPORT', 'ADMIN'];
const ACTING_STAFF: readonly Who[] = [...STAFF, 'as customer', 'as customer, FULL'];
const GUARDED: readonly Guarded[] = [
  {
    coordinate: 'Order.cardLast4',
    selection: 'cardLast4',
    query: ORDERS,
    permitted: ['customer', 'SUPPORT', 'ADMIN', 'AUDITOR'],
  },
  {
    coordinate: 'Card.holder',
    selection: 'holder',
    query: '{ viewer { orders { payment { __typename ... on Card { brand % } } } } }',
    permitted: ['customer', 'SUPPORT', 'ADMIN', 'AUDITOR'],
  },
  { coordinate: 'Order.marginCents', selection: 'marginCents', query: ORDERS, permitted: ['ADMIN'] },
  {
    coordinate: 'Order.marginPercent',
    behind: ['Order.marginCents'],
    selection: 'marginPercent',
    query: ORDERS,
    permitted: ['ADMIN'],
  },
  {
    coordinate: 'Refund.summary',
    selection: 'summary',
    query: '{ timeline { __typename id at % } }',
    permitted: ACTING_STAFF,
  },
  {
    coordinate: 'Review.moderation',
    selection: 'moderation { note flags }',
    query: '{ latestReviews { id % } }',
    permitted: ACTING_STAFF,
  },
  {
    coordinate: 'Product.purchasePrice',
    selection: 'purchasePrice { cents }',
    query: '{ latestReviews { product { name % } } }',
    permitted: ['ADMIN'],
  },
  {
    coordinate: 'Warehouse.complaints',
    selection: 'complaints',
    query: '{ products { warehouse { name % } } }',
    permitted: STAFF,
  },
  {
    coordinate: 'Article.internalNotes',
    selection: 'internalNotes',
    query: '{ articles { title related { slug % } } }',
    permitted: ACTING_STAFF,
  },
  {
    coordinate: 'Query.ledger',
    selection: 'ledger { revenue { cents } }',
    query: '{ products(first: 1) { name } % }',
    permitted: ['ADMIN', 'AUDITOR'],
  },
  {
    coordinate: 'Query.recentOrders',
    selection: 'recentOrders { id }',
    query: '{ products(first: 1) { name } % }',
    permitted: STAFF,
  },
  {
    coordinate: 'Query.timeline',
    selection: 'timeline { id }',
    query: '{ articles { title } % }',
    permitted: PEOPLE.filter((who) => who !== 'nobody'),
  },
];

/** The same field, said otherwise. */
const FORMS: readonly (readonly [string, (query: string, selection: string, typeName: string) => string])[] = [
  ['plainly', (query, selection) => query.replace('%', selection)],
  ['under an alias', (query, selection) => query.replace('%', `x: ${selection}`)],
  [
    'twice, under a condition',
    (query, selection) => query.replace('%', `${selection} ... @include(if: true) { y: ${selection} }`),
  ],
  [
    'in an inline fragment',
    (query, selection, typeName) => query.replace('%', `... on ${typeName} { z: ${selection} }`),
  ],
  [
    'in fragments in fragments',
    (query, selection, typeName) =>
      `query ${query.replace('%', '...A')} fragment A on ${typeName} { ...B } fragment B on ${typeName} { ... { w: ${selection} } }`,
  ],
];

let federated: FederatedGateway;
const tokens = new Map<Who, string | null>([['nobody', null]]);
beforeAll(async () => {
  federated = await startFederatedGateway();
  const { gateway } = federated;
  for (const [who, id] of [
    ['customer', 'user_cleo'],
    ['SUPPORT', 'user_sam'],
    ['ADMIN', 'user_ada'],
    ['AUDITOR', 'user_audrey'],
  ] as const) {
    tokens.set(who, await gateway.token(id));
  }
  tokens.set('as customer', (await gateway.impersonate('user_ada', 'user_cleo')).actorToken);
  tokens.set('as customer, FULL', (await gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' })).actorToken);
});
afterAll(() => federated.stop());
beforeEach(() => federated.forget());

const schemas = serviceSchemas();
/** Every `Type.field` that any service was asked for since `forget`. */
function selected(): ReadonlySet<string> {
  const found = NAMES.flatMap((name) =>
    federated.services[name].witness.calls.flatMap(({ document }) => [
      ...selectedCoordinates(schemas[name], parse(document)),
    ]),
  );
  return new Set(found);
}

describe.each(GUARDED)('$coordinate', ({ coordinate, behind = [], selection, query, permitted }) => {
  const [typeName = '', field = ''] = coordinate.split('.');

  it.each(FORMS)(
    'is sent to no service for whoever is denied it, and for who may have it is: %s',
    async (_form, write) => {
      for (const who of PEOPLE) {
        federated.forget();
        const { text, data } = await federated.gateway.graphql(
          tokens.get(who) ?? null,
          write(query, selection, typeName),
        );
        const sent = selected();
        for (const each of [coordinate, ...behind])
          expect([who, each, sent.has(each)]).toEqual([who, each, permitted.includes(who)]);
        if (permitted.includes(who)) continue;
        // Where no other type has a field of that name, its name is nowhere in what was sent, variables included.
        if (!['Refund.summary'].includes(coordinate))
          expect(federated.sent()).not.toMatch(new RegExp(`\\b${field}\\b`));
        for (const each of behind) expect(federated.sent()).not.toContain(each.split('.')[1]);
        expect(data ?? null, `${who}: ${text}`).not.toBeUndefined();
      }
    },
  );
});

describe('a mutation that is denied', () => {
  const CARD = 'changeCard(orderId: "order_user_cleo_1", cardNumber: "4242424242424242") { id cardLast4 }';

  it.each([
    ['nobody', 'UNAUTHENTICATED'],
    ['as customer', 'BLOCKED_WHILE_IMPERSONATING'],
    ['as customer, FULL', 'BLOCKED_WHILE_IMPERSONATING'],
  ] as const)('%s: no service is called, and the code is %s', async (who, code) => {
    const { codes, data } = await federated.gateway.graphql(tokens.get(who) ?? null, `mutation { ${CARD} }`);
    expect({ codes, data: data ?? null }).toEqual({ codes: [code], data: null });
    expect(federated.calls()).toEqual({ orders: 0, products: 0, reviews: 0, help: 0 });
  });

  it('is sent for who may', async () => {
    const { data, codes } = await federated.gateway.graphql(tokens.get('customer') ?? null, `mutation { ${CARD} }`);
    expect({ data, codes }).toEqual({
      data: { changeCard: { id: 'order_user_cleo_1', cardLast4: '4242' } },
      codes: [],
    });
    expect(federated.calls()).toMatchObject({ orders: 1 });
  });

  it('leaves its variables here where another one is permitted', async () => {
    const { codes } = await federated.gateway.graphql(
      tokens.get('as customer, FULL') ?? null,
      `mutation ($number: String!, $note: String) {
        changeDeliveryNote(input: { orderId: "order_user_cleo_1", note: $note }) { id }
        changeCard(orderId: "order_user_cleo_1", cardNumber: $number) { id }
      }`,
      { number: '5555444433332222', note: 'ring twice' },
    );
    expect(codes).toEqual(['BLOCKED_WHILE_IMPERSONATING']);
    expect(federated.sent()).toContain('ring twice');
    expect(federated.sent()).not.toContain('5555444433332222');
  });
});

describe('whatever a client says of itself', () => {
  const SAID: Readonly<Record<string, string>> = {
    'x-user-id': 'said-user',
    'x-user-roles': 'said-roles',
    'x-actor-id': 'said-actor',
    'x-auth-request-user': 'said-proxy-user',
    'x-remote-user': 'said-remote-user',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-user': 'said-forwarded-user',
    'x-forwarded-host': 'said-host.example',
    'x-real-ip': '203.0.113.8',
    forwarded: 'for=203.0.113.9;by=said-by',
    cookie: 'session=said-cookie',
    'proxy-authorization': 'Basic said-basic',
    'x-authorization': 'Bearer said-bearer',
    authentication: 'said-authentication',
    'x-api-key': 'said-key',
    'x-hasura-role': 'said-hasura',
    'x-ms-client-principal': 'said-principal',
    'x-amzn-oidc-identity': 'said-oidc',
    'x-goog-authenticated-user-email': 'said@google.example',
    'x-client-cert': 'said-cert',
    baggage: 'userId=said-baggage',
    'x-request-id': 'said-request-id',
    'x-anything-else': 'said-anything',
    'user-agent': 'said-agent',
    referer: 'http://said-referer.example/',
    origin: 'http://127.0.0.1:3000',
  };

  it.each(PEOPLE)('goes to no service: %s', async (who) => {
    const query =
      '{ viewer { id orders { id shippingCents reviews { stars } } } products { name rating } articles { title } }';
    const { data } = await federated.gateway.graphql(tokens.get(who) ?? null, query, {}, SAID);
    expect(data.products).toHaveLength(5);
    const sent = federated.sent();
    expect(sent).toContain('products');
    expect(sent).not.toMatch(/said|203\.0\.113/);
    const allowed = [
      'authorization',
      'accept',
      'accept-encoding',
      'content-type',
      'content-length',
      'host',
      'connection',
      'traceparent',
      'tracestate',
      'accept-language',
    ];
    for (const name of NAMES) {
      for (const { headers } of federated.services[name].witness.calls) {
        expect(Object.keys(headers).filter((each) => !allowed.includes(each))).toEqual([]);
      }
    }
    const token = tokens.get(who);
    if (token != null) expect(sent).not.toContain(token);
  });

  it('an Authorization header that is no credential refuses the request, and no service hears of it', async () => {
    for (const authorization of [
      'Bearer x.y.z',
      'Basic dXNlcjpwYXNz',
      'Bearer',
      `Bearer ${tokens.get('ADMIN')}, Bearer ${tokens.get('customer')}`,
    ]) {
      const response = await fetch(`${federated.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: '{ products { name } }' }),
      });
      expect([authorization, response.status]).toEqual([authorization, 401]);
    }
    expect(federated.sent()).toBe('');
  });
});
