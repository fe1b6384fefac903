import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMES } from '../../examples/federation/addresses.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { PUBLIC_URL } from '../support/federation/services.js';

const MY_ORDERS = `{ viewer { name orders(first: 1) {
  id shippingCents cardLast4 lines { product { name rating brand { name } } } reviews { stars } customer { email }
} } }`;
const START = `mutation ($input: StartImpersonationInput!) { startImpersonation(input: $input) {
  actorToken viewer { id name orders(first: 1) { id total { cents } lines { product { name rating } } } reviews { stars } }
} }`;
const TRAIL = `query ($id: ID) { impersonationEvents(filter: { sessionId: $id }, first: 50) { nodes {
  type code operation { fields upstreams } requestId
} } }`;

let federated: FederatedGateway;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  federated = await startFederatedGateway({ environment: { IMPERSONATION_STARTS_PER_MINUTE: '100' } });
  for (const id of ['ada', 'sam', 'audrey', 'cleo', 'carl']) tokens[id] = await federated.gateway.token(`user_${id}`);
});
afterAll(() => federated.stop());
beforeEach(() => federated.forget());

const ask = (
  token: string | null,
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
) => federated.gateway.graphql(token, query, variables, headers);

/** The claims of what a service was sent to be believed. */
function claimsOf(authorization: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

describe('services on Apollo Server, Yoga, Mercurius and graphql-http, with the gateway’s own schema', () => {
  it('are one answer', async () => {
    const { data, errors } = await ask(
      tokens.cleo ?? '',
      '{ viewer { name orders(first: 1) { id shippingCents lines { product { name rating brand { name } } } reviews { stars } customer { email } } } articles { title } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      viewer: {
        name: 'Cleo Marchetti',
        orders: [
          {
            id: 'order_user_cleo_2',
            shippingCents: 0,
            lines: [{ product: { name: 'Lamp', rating: 4.5, brand: { name: 'Oak & Ash' } } }],
            reviews: [{ stars: 5 }, { stars: 3 }],
            customer: { email: 'cleo.marchetti@example.org' },
          },
        ],
      },
      articles: [{ title: 'Sending things back' }, { title: 'When it comes' }],
    });
    expect(Object.values(federated.calls()).every((calls) => calls > 0)).toBe(true);
  });

  it('resolve from the answer of a start, for the person who is impersonated', async () => {
    const input = { userId: 'user_cleo', reason: 'Case 4711: order is missing' };
    const { data, errors } = await ask(tokens.ada ?? '', START, { input });
    expect(errors).toEqual([]);
    expect(data.startImpersonation).toEqual({
      actorToken: expect.stringMatching(/^ey/),
      viewer: {
        id: 'user_cleo',
        name: 'Cleo Marchetti',
        orders: [
          { id: 'order_user_cleo_2', total: { cents: 9_800 }, lines: [{ product: { name: 'Lamp', rating: 4.5 } }] },
        ],
        reviews: [{ stars: 5 }, { stars: 3 }],
      },
    });
  });

  it('answer interfaces, unions, composite keys, lists that may hold nulls, and errors at their places', async () => {
    const { data, errors } = await ask(
      tokens.sam ?? '',
      `{ search(text: "clay") { __typename ... on Product { name stock } ... on Brand { country } }
         warehouses { name complaints openUntil } timeline { __typename id } reviewables { __typename } }`,
    );
    expect(data).toMatchObject({
      search: [
        { __typename: 'Product', name: 'Pen of clay', stock: null },
        { __typename: 'Brand', country: 'FR' },
      ],
      warehouses: [{ name: 'Kiel', complaints: 72, openUntil: '18:00' }, { name: 'Lille' }, null],
    });
    expect(data.timeline.map((entry: { __typename: string }) => entry.__typename)).toContain('Refund');
    expect(data.reviewables).toHaveLength(5);
    expect(errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`).sort()).toEqual([
      'search.0.stock INTERNAL_SERVER_ERROR',
      'warehouses.2.openUntil INTERNAL_SERVER_ERROR',
    ]);
  });

  it('change things once, one after the other', async () => {
    const note = (text: string) =>
      `changeDeliveryNote(input: { orderId: "order_user_carl_1", note: "${text}" }) { deliveryNote }`;
    const { data, errors } = await ask(
      tokens.carl ?? '',
      `mutation { first: ${note('one')} write: writeReview(input: { productId: "product_5", stars: 2 }) { stars product { name rating } } second: ${note('two')} }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      first: { deliveryNote: 'one' },
      write: { stars: 2, product: { name: 'Pen of clay', rating: 2 } },
      second: { deliveryNote: 'two' },
    });
    const mutations = federated.services.orders.witness.calls.filter(({ document }) => document.startsWith('mutation'));
    expect(mutations).toHaveLength(2);
  });

  it('are held to the roles that scopes, policies and rules by coordinate stand for', async () => {
    const query =
      '{ product(upc: "upc-cup") { purchasePrice { cents } } ledger { revenue { cents } } article(slug: "returns") { internalNotes } }';
    const seen = async (who: string) => {
      const { data, codes } = await ask(tokens[who] ?? '', query);
      return [
        data.product.purchasePrice?.cents,
        data.ledger?.revenue.cents,
        data.article.internalNotes,
        ...new Set(codes),
      ];
    };
    expect(await seen('ada')).toEqual([420, 12_345_600, 'Two months for regulars.']);
    expect(await seen('audrey')).toEqual([undefined, 12_345_600, null, 'FORBIDDEN']);
    expect(await seen('sam')).toEqual([undefined, undefined, 'Two months for regulars.', 'FORBIDDEN']);
    expect(await seen('cleo')).toEqual([undefined, undefined, null, 'FORBIDDEN']);
  });
});

describe('each service', () => {
  it('is told who is in effect and who is acting, by an assertion that is good there alone', async () => {
    const { actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo');
    federated.forget();
    expect((await ask(actorToken, MY_ORDERS)).errors).toEqual([]);
    for (const name of ['orders', 'products', 'reviews'] as const) {
      const { witness, asked } = federated.services[name];
      expect(asked.length, name).toBeGreaterThan(0);
      expect(new Set(asked.map(({ viewer, actor }) => `${actor} as ${viewer}`))).toEqual(
        new Set(['user_ada as user_cleo']),
      );
      for (const { headers } of witness.calls) {
        expect(claimsOf(headers.authorization)).toMatchObject({
          iss: PUBLIC_URL,
          aud: name,
          sub: 'user_cleo',
          act: { sub: 'user_ada' },
          sid: sessionId,
          access: 'read_only',
        });
      }
    }
    const stolen = federated.services.orders.witness.calls[0]?.headers.authorization ?? '';
    for (const name of NAMES) {
      const { status } = await fetch(federated.services[name].service.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: stolen },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect([name, status]).toEqual([name, name === 'orders' ? 200 : 401]);
    }
    expect((await ask(stolen.replace('Bearer ', ''), '{ viewer { id } }')).status).toBe(401);
  });

  it('is told nothing of anybody where nobody is signed in', async () => {
    const { data } = await ask(null, '{ products(first: 1) { name } articles { title } viewer { id } }');
    expect(data).toMatchObject({ products: [{ name: 'Lamp' }], viewer: null });
    for (const name of ['products', 'help'] as const) {
      const [call] = federated.services[name].witness.calls;
      expect(call?.headers.authorization).toBeUndefined();
      expect(federated.services[name].asked[0]).toMatchObject({ viewer: null, actor: null });
    }
  });

  it('is in the trace of the request, which goes on where there is one and begins where there is none', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await ask(tokens.cleo ?? '', MY_ORDERS, {}, { traceparent });
    const traces = () =>
      NAMES.flatMap((name) => federated.services[name].witness.calls.map(({ headers }) => headers.traceparent));
    expect(traces().length).toBeGreaterThan(2);
    expect(new Set(traces().map((trace) => String(trace).slice(3, 35)))).toEqual(
      new Set(['0af7651916cd43dd8448eb211c80319c']),
    );
    federated.forget();
    const { headers } = await ask(tokens.cleo ?? '', MY_ORDERS);
    const requestId = headers.get('x-request-id')?.replaceAll('-', '');
    expect(requestId).toMatch(/^[\da-f]{32}$/);
    expect(new Set(traces().map((trace) => String(trace).slice(3, 35)))).toEqual(new Set([requestId]));
  });
});

describe('the audit trail', () => {
  it('has each operation once, with the services it asked', async () => {
    const { actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
    const note = 'mutation { changeDeliveryNote(input: { orderId: "order_user_cleo_1" }) { id shippingCents } }';
    const requests: (string | null)[] = [];
    for (const query of [
      MY_ORDERS,
      '{ viewer { id } }',
      '{ articles { title } }',
      note,
      '{ ledger { revenue { cents } } }',
    ]) {
      requests.push((await ask(actorToken, query)).headers.get('x-request-id'));
    }
    const { data } = await ask(tokens.audrey ?? '', TRAIL, { id: sessionId });
    const nodes = data.impersonationEvents.nodes.toReversed() as {
      type: string;
      code: string | null;
      operation: { fields: string[]; upstreams: string[] };
      requestId: string;
    }[];
    const of = (index: number) =>
      nodes
        .filter(({ requestId }) => requestId === requests[index])
        .map(({ type, code, operation }) => [type, code, operation.upstreams.join(' ')]);
    expect(of(0)).toEqual([
      ['OPERATION_COMPLETED', null, 'orders products reviews'],
      ['OPERATION_DENIED', 'SENSITIVE_FIELD', 'orders products reviews'],
    ]);
    expect(of(1)).toEqual([['OPERATION_COMPLETED', null, '']]);
    expect(of(2)).toEqual([['OPERATION_COMPLETED', null, 'help']]);
    expect(of(3)).toEqual([
      ['OPERATION_ATTEMPTED', null, ''],
      ['OPERATION_COMPLETED', null, 'orders products'],
    ]);
    expect(of(4)).toEqual([['OPERATION_DENIED', 'FORBIDDEN', '']]);
  });

  it('and the log say nothing of where services are, nor what they were sent to be believed', async () => {
    await ask(tokens.cleo ?? '', MY_ORDERS);
    const secrets = federated.secrets();
    expect(secrets.length).toBeGreaterThan(16);
    const { text } = await ask(
      tokens.audrey ?? '',
      '{ impersonationEvents(last: 200) { nodes { id type reason operation { variables fields upstreams } } } }',
    );
    const exported = await fetch(`${federated.gateway.url}/audit/export?format=ndjson`, {
      headers: { authorization: `Bearer ${tokens.audrey}` },
    });
    const trail = await exported.text();
    expect(trail).toContain('upstreams');
    for (const secret of secrets) {
      for (const place of [text, trail, federated.gateway.logged()]) expect(place).not.toContain(secret);
    }
  });
});
