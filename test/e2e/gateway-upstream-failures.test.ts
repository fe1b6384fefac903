import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMES } from '../../examples/federation/addresses.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import type { Conduct } from '../support/federation/witness.js';

const TIMEOUT_MS = 600;
const COOLDOWN_MS = 300;
const REVIEWED = '{ products(first: 2) { name rating reviews { stars } } }';
const WHOLE = {
  products: [
    { name: 'Lamp', rating: 4.5 },
    { name: 'Desk', rating: 2 },
  ],
};
const WRITE = 'mutation ($stars: Int!) { writeReview(input: { productId: "product_5", stars: $stars }) { id } }';

/** What a careless service may say of itself, of its neighbours, and of what it was sent. */
const CARELESS = {
  errors: [
    {
      message: 'connect ECONNREFUSED 10.9.8.7:5432 for Bearer eyJsecret while running SELECT careless',
      path: ['_entities', 0, 'rating'],
      extensions: {
        code: 'DB_DOWN',
        stacktrace: ['at careless (/srv/careless.js)'],
        http: { status: 418 },
        headers: { cookie: 'careless' },
      },
    },
  ],
  data: null,
};
const answer = (status: number, body: string, type = 'application/json'): Conduct => ({
  kind: 'answer',
  status,
  type,
  body,
});

let federated: FederatedGateway;
let cleo: string;
let ada: string;
beforeAll(async () => {
  federated = await startFederatedGateway({
    configure: (yaml) =>
      yaml.replaceAll(
        /( {4}schema: )/g,
        `    timeoutMs: ${TIMEOUT_MS}\n    breaker: { failures: 1000, cooldownMs: ${COOLDOWN_MS} }\n$1`,
      ),
  });
  cleo = await federated.gateway.token('user_cleo');
  ada = await federated.gateway.token('user_ada');
});
afterAll(() => federated.stop());
beforeEach(() => federated.forget());
afterEach(() => {
  for (const name of NAMES) federated.services[name].witness.conduct = { kind: 'pass' };
});

const reviews = () => federated.services.reviews.witness;

describe.each<readonly [string, Conduct, string]>([
  ['never answers', { kind: 'hang' }, 'UPSTREAM_UNAVAILABLE'],
  ['cuts the connection', { kind: 'cut' }, 'UPSTREAM_UNAVAILABLE'],
  ['answers with a page', answer(200, '<h1>careless 10.9.8.7</h1>', 'text/html'), 'UPSTREAM_UNAVAILABLE'],
  ['answers with half an answer', answer(200, '{"data":{"_entities":[{"rat'), 'UPSTREAM_UNAVAILABLE'],
  ['answers with something else', answer(200, '["careless"]'), 'UPSTREAM_UNAVAILABLE'],
  ['fails', answer(500, 'careless stack at 10.9.8.7', 'text/plain'), 'UPSTREAM_UNAVAILABLE'],
  ['is overloaded', answer(503, JSON.stringify(CARELESS)), 'UPSTREAM_UNAVAILABLE'],
  ['answers with careless errors', answer(200, JSON.stringify(CARELESS)), 'INTERNAL_SERVER_ERROR'],
  ['refuses in GraphQL', answer(400, JSON.stringify(CARELESS)), 'INTERNAL_SERVER_ERROR'],
])('a service that %s', (_what, conduct, code) => {
  it(`leaves the data of the others, and ${code} at its own places`, async () => {
    reviews().conduct = conduct;
    const { status, data, errors, text } = await federated.gateway.graphql(
      cleo,
      '{ products(first: 2) { name rating } articles { title } }',
    );
    expect(status).toBe(200);
    expect(data).toEqual({
      products: [
        { name: 'Lamp', rating: null },
        { name: 'Desk', rating: null },
      ],
      articles: [{ title: 'Sending things back' }, { title: 'When it comes' }],
    });
    expect(errors.map(({ path, extensions }) => `${path?.join('.')}: ${extensions.code}`).sort()).toEqual([
      `products.0.rating: ${code}`,
      `products.1.rating: ${code}`,
    ]);
    for (const said of ['careless', '10.9.8.7', 'eyJsecret', 'ECONNREFUSED', 'DB_DOWN', '127.0.0.1', 'reviews']) {
      expect(text).not.toContain(said);
    }
    const keys = errors.flatMap(({ extensions }) => Object.keys(extensions));
    expect(keys.filter((key) => key !== 'code' && key !== 'requestId')).toEqual([]);
    for (const said of ['careless', '10.9.8.7', 'eyJsecret', ...federated.secrets()]) {
      expect(federated.gateway.logged()).not.toContain(said);
    }
    reviews().conduct = { kind: 'pass' };
    expect((await federated.gateway.graphql(cleo, REVIEWED)).data).toMatchObject(WHOLE);
  });

  it('is asked for a change once, whatever becomes of it', async () => {
    reviews().conduct = conduct;
    const { data, codes } = await federated.gateway.graphql(cleo, WRITE, { stars: 3 });
    expect({ data: data ?? null, codes }).toEqual({ data: null, codes: [code] });
    expect(reviews().calls.filter(({ document }) => document.startsWith('mutation'))).toHaveLength(1);
  });
});

it('a query whose connection was cut is tried again, and a client sees nothing of it', async () => {
  reviews().conduct = { kind: 'cut', once: true };
  const { data, codes } = await federated.gateway.graphql(cleo, REVIEWED);
  expect(codes).toEqual([]);
  expect(data).toMatchObject(WHOLE);
  expect(reviews().calls).toHaveLength(2);
});

it('a call that failed is one warning in the log, and what the client was told of it none', async () => {
  reviews().conduct = { kind: 'hang' };
  const answer = await federated.gateway.graphql(cleo, 'query Once { products(first: 1) { rating } }');
  expect(answer.codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  const requestId = answer.headers.get('x-request-id');
  const lines = federated.gateway
    .logged()
    .split('\n')
    .filter((line) => line.includes(String(requestId)))
    .map((line) => JSON.parse(line) as { level: string; msg: string; outcome?: string });
  const warnings = lines.filter(({ level }) => ['warn', 'error', 'fatal'].includes(level));
  expect(warnings.map(({ msg, outcome }) => [msg, outcome])).toEqual([['a service was called', 'timeout']]);
});

it('a service that sends on to another address is not followed there', async () => {
  const { url } = federated.services.help.witness;
  federated.services.reviews.witness.conduct = answer(307, url);
  const { codes } = await federated.gateway.graphql(cleo, REVIEWED);
  expect(new Set(codes)).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  expect(federated.calls().help).toBe(0);
});

it('connections are used again', async () => {
  await federated.gateway.graphql(cleo, REVIEWED);
  const before = reviews().opened;
  for (let index = 0; index < 50; index += 1) await federated.gateway.graphql(cleo, REVIEWED);
  expect(reviews().calls.length).toBeGreaterThan(50);
  expect(reviews().opened - before).toBeLessThanOrEqual(1);
});

it('a client that goes away takes its work at the services along', async () => {
  const ended = async (outcome: string) => {
    const text = await (await fetch(`${federated.gateway.url}/metrics`)).text();
    const line = new RegExp(
      `^gateway_upstream_requests_total\\{upstream="reviews",outcome="${outcome}"\\} (\\d+)$`,
      'm',
    );
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const [cancelled, timeouts] = [await ended('cancelled'), await ended('timeout')];
  reviews().conduct = { kind: 'hang' };
  const gone = new AbortController();
  const asked = fetch(`${federated.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${cleo}` },
    body: JSON.stringify({ query: REVIEWED }),
    signal: gone.signal,
  }).catch(() => null);
  while (reviews().calls.length === 0) await pause(1);
  const [call] = reviews().calls;
  gone.abort();
  await asked;
  await expect.poll(() => call?.gone).toBe(true);
  // For that, and not since its time was up.
  expect([await ended('cancelled'), await ended('timeout')]).toEqual([cancelled + 1, timeouts]);
  expect(reviews().calls).toHaveLength(1);
});

describe('a service that fails again and again', () => {
  let shut: FederatedGateway;
  beforeAll(async () => {
    shut = await startFederatedGateway({
      configure: (yaml) =>
        yaml.replaceAll(/( {4}schema: )/g, '    retries: 0\n    breaker: { failures: 3, cooldownMs: 3000 }\n$1'),
    });
  });
  afterAll(() => shut.stop());

  it('is left alone for a while, alone among all, and is asked again afterwards', async () => {
    const token = await shut.gateway.token('user_cleo');
    const { witness } = shut.services.reviews;
    witness.conduct = answer(500, '{}');
    for (let index = 0; index < 3; index += 1) await shut.gateway.graphql(token, REVIEWED);
    const calls = witness.calls.length;
    expect(calls).toBe(3);
    const { data, codes } = await shut.gateway.graphql(token, '{ products(first: 1) { name rating } }');
    expect({ data, codes }).toEqual({
      data: { products: [{ name: 'Lamp', rating: null }] },
      codes: ['UPSTREAM_UNAVAILABLE'],
    });
    expect(witness.calls).toHaveLength(calls);
    const metrics = async () => (await fetch(`${shut.gateway.url}/metrics`)).text();
    expect(await metrics()).toMatch(/gateway_upstream_breaker_state\{upstream="reviews"\} [12]/);
    expect(await metrics()).toMatch(/gateway_upstream_breaker_state\{upstream="products"\} 0/);

    witness.conduct = { kind: 'pass' };
    let whole = await shut.gateway.graphql(token, REVIEWED);
    for (const until = Date.now() + 10_000; whole.codes.length > 0 && Date.now() < until; await pause(50)) {
      whole = await shut.gateway.graphql(token, REVIEWED);
    }
    expect(whole.data).toMatchObject(WHOLE);
    expect(await metrics()).toMatch(/gateway_upstream_breaker_state\{upstream="reviews"\} 0/);
  });
});

it('nothing of all that is on the record, but that it happened', async () => {
  const { actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo');
  reviews().conduct = answer(200, JSON.stringify(CARELESS));
  await federated.gateway.graphql(actorToken, REVIEWED);
  reviews().conduct = { kind: 'cut' };
  await federated.gateway.graphql(actorToken, REVIEWED);
  const { data, text } = await federated.gateway.graphql(
    ada,
    'query ($id: ID!) { impersonationEvents(filter: { sessionId: $id }) { nodes { type code operation { errorCodes upstreams variables } } } }',
    { id: sessionId },
  );
  const operations = data.impersonationEvents.nodes.filter(
    ({ type }: { type: string }) => type === 'OPERATION_COMPLETED',
  );
  expect(
    operations.map(({ operation }: { operation: { errorCodes: string[]; upstreams: string[] } }) => [
      [...new Set(operation.errorCodes)].join(),
      operation.upstreams.join(),
    ]),
  ).toEqual([
    ['UPSTREAM_UNAVAILABLE', 'products,reviews'],
    ['INTERNAL_SERVER_ERROR', 'products,reviews'],
  ]);
  for (const said of ['careless', '10.9.8.7', 'eyJsecret', ...federated.secrets()]) expect(text).not.toContain(said);
});
