import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { createEdge, type Handler } from '../../../src/http/edge.js';
import { readParams } from '../../../src/http/graphql/request-params.js';
import { createReadinessRoute, healthRoute } from '../../../src/http/routes/operations.js';
import { createCommonHeaders } from '../../../src/http/steps/common-headers.js';
import { createCrossOrigin, createPageRule } from '../../../src/http/steps/cross-origin.js';
import { createCallerLog } from '../../../src/platform/caller-log.js';
import { systemClock } from '../../../src/platform/clock.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { collectedLog } from '../audit/drafts.js';

const { logger, lines } = collectedLog();
const metrics = createMetrics({ processMetrics: false });
let handle: Handler = ({ res }) => void res.end('ok');
const failing: string[] = [];
const ready = createReadinessRoute(
  ['store', 'schema'].map((name) => ({
    name,
    check() {
      if (failing.includes(name)) throw new Error(`mongodb://root:hunter2@db: no ${name}`);
    },
  })),
  (name, error) => logger.warn({ err: error, name }, 'not ready'),
);
const edge = createEdge({
  routes: [
    { path: '/it', methods: ['GET', 'POST'], handle: (exchange, refuse) => handle(exchange, refuse) },
    { path: '/below/*', methods: ['GET'], handle: ({ res, path }) => void res.end(`below ${path}`) },
    { path: '/below/exactly', methods: ['GET'], handle: ({ res }) => void res.end('exactly') },
    { path: '/healthz', methods: ['GET', 'HEAD'], handle: healthRoute },
    { path: '/readyz', methods: ['GET'], handle: ready },
  ],
  common: createCommonHeaders({ publicUrl: null, hstsMaxAgeSeconds: 0, cspReportUri: null }),
  crossOrigin: createCrossOrigin({ origins: ['https://admin.example'], anyLocalhost: false }),
  trustedProxies: 0,
  logger,
  refusalLog: createCallerLog({
    logger,
    clock: systemClock,
    perMinute: 1_000,
    mostPerMinute: 1_000,
    leftOut: 'more was refused',
  }),
  metrics,
});
const server = createServer(edge);
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  lines.length = 0;
  failing.length = 0;
  handle = ({ res }) => void res.end('ok');
});
const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init);

describe('every answer', () => {
  it('has a request id of its own, may not be sniffed and may not be kept', async () => {
    const [one, other] = [await ask('/it'), await ask('/nothing', { headers: { 'x-request-id': 'mine' } })];
    expect(one.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.headers.get('x-request-id')).not.toBe(one.headers.get('x-request-id'));
    expect(other.headers.get('x-request-id')).not.toBe('mine');
    for (const { headers } of [one, other]) {
      expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-store']);
    }
  });

  it.each([
    ['/nothing', 'GET', 404, null],
    ['/it/', 'GET', 404, null],
    ['/IT', 'GET', 404, null],
    ['/it', 'DELETE', 405, 'GET, POST'],
    ['/it?a=/it', 'GET', 200, null],
    ['/below/', 'GET', 200, null],
    ['/below/a/b', 'GET', 200, null],
    ['/below/a', 'POST', 405, 'GET'],
    ['/below', 'GET', 404, null],
    ['/below/*', 'GET', 200, null],
    ['/belows/a', 'GET', 404, null],
    ['/a/below/a', 'GET', 404, null],
  ])('to %s by %s is %i', async (path, method, status, allow) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
    await answer.text();
  });
});

it('a route that is named exactly comes before one for everything below', async () => {
  expect(await (await ask('/below/exactly')).text()).toBe('exactly');
  expect(await (await ask('/below/exactly/so')).text()).toBe('below /below/exactly/so');
});

describe('whatever goes wrong in a route', () => {
  const cases: readonly [string, unknown, number, object, Record<string, string>][] = [
    [
      'a refused credential',
      new GatewayError('TOKEN_INVALID', { cause: 'hunter2' }),
      401,
      { code: 'TOKEN_INVALID' },
      { 'www-authenticate': 'Bearer error="invalid_token"' },
    ],
    [
      'a service that is needed',
      new GatewayError('REVOCATION_UNAVAILABLE'),
      503,
      { code: 'REVOCATION_UNAVAILABLE' },
      { 'retry-after': '1' },
    ],
    [
      'a refusal with facts',
      new GatewayError('FORBIDDEN', { extensions: { requires: { role: ['ADMIN'] } } }),
      403,
      { code: 'FORBIDDEN', requires: { role: ['ADMIN'] } },
      {},
    ],
    [
      'a store that does not answer',
      new StoreUnavailableError('hunter2'),
      503,
      { code: 'UPSTREAM_UNAVAILABLE' },
      { 'retry-after': '1' },
    ],
    ['a mistake', new TypeError('hunter2'), 500, { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) }, {}],
    ['something that is no error', 'hunter2', 500, { code: 'INTERNAL_SERVER_ERROR' }, {}],
    [
      'a masked refusal',
      new GatewayError('INTERNAL_SERVER_ERROR', { message: 'hunter2' }),
      500,
      { code: 'INTERNAL_SERVER_ERROR' },
      {},
    ],
  ];
  it.each(cases)('%s becomes a coded refusal, thrown or rejected', async (_, thrown, status, extensions, headers) => {
    for (const wrong of [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
    ]) {
      handle = wrong;
      const answer = await ask('/it', { headers: { accept: 'application/graphql-response+json' } });
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions }] });
      expect(text).not.toContain('hunter2');
      expect(answer.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
      for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    }
    const code = (extensions as { code: string }).code;
    expect(lines.filter((line) => line.includes(`"code":"${code}"`))).toHaveLength(2);
    expect(lines.some((line) => line.includes('"level":"error"'))).toBe(code === 'INTERNAL_SERVER_ERROR');
  });

  it('after an answer has begun ends the connection rather than the answer', async () => {
    handle = async ({ res }) => {
      res.writeHead(200);
      res.write('half of ');
      throw new Error('too late');
    };
    await expect(ask('/it').then((answer) => answer.text())).rejects.toThrow();
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('browsers', () => {
  it('may call with credentials from the exact origins that are configured, and from no other', async () => {
    const allowed = await ask('/it', { headers: { origin: 'https://admin.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://admin.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    for (const origin of [
      'https://admin.example.evil',
      'http://admin.example',
      'https://admin.example:8443',
      'null',
      'http://localhost:1',
    ]) {
      const answer = await ask('/it', { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('get an answer to their preflight that says no more than it must', async () => {
    const preflight = (origin: string) =>
      ask('/it', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    const allowed = await preflight('https://admin.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'GET,POST']);
    const refused = await preflight('https://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  });

  it('get the same answer to what only looks like a preflight, and no route is asked', async () => {
    let asked = 0;
    handle = ({ res }) => {
      asked += 1;
      res.end('ok');
    };
    for (const headers of [{}, { origin: 'https://admin.example' }]) {
      const answer = await ask('/it', { method: 'OPTIONS', headers });
      expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([204, null, '']);
    }
    expect(asked).toBe(0);
  });

  it.each([
    ['an origin that is configured', 'https://admin.example', 'gateway.internal', true],
    ['an origin that is configured, to whatever host', 'https://admin.example', undefined, true],
    ['the public address of the gateway', 'https://gateway.example', 'gateway.internal:4000', true],
    ['the host that is asked', 'http://gateway.internal:4000', 'gateway.internal:4000', true],
    ['the host that is asked, by https', 'https://gateway.internal', 'gateway.internal', true],
    ['another host', 'https://evil.example', 'gateway.internal', false],
    ['another port of the host', 'https://gateway.internal:1', 'gateway.internal', false],
    ['another port of the public address', 'https://gateway.example:8443', 'gateway.internal', false],
    ['a host that has the asked one for its beginning', 'https://gateway.internal.evil', 'gateway.internal', false],
    ['a host that has the asked one for its end', 'https://evil-gateway.internal', 'gateway.internal', false],
    ['the host that is asked, by another scheme', 'ftp://gateway.internal', 'gateway.internal', false],
    ['the name of the host that is asked', 'gateway.internal', 'gateway.internal', false],
    ['no origin at all, as a sandbox says', 'null', 'null', false],
    ['another host where none is named', 'https://evil.example', undefined, false],
    ['localhost, where that is not configured', 'http://localhost:5173', 'gateway.internal', false],
  ])('may open a WebSocket from a page of %s or not', (_, origin, host, expected) => {
    const rules = { origins: ['https://admin.example'], anyLocalhost: false };
    expect(createPageRule(rules, 'https://gateway.example/graphql')(origin, host)).toBe(expected);
  });

  it('may open a WebSocket from the host that is asked alone, where nothing else is said', () => {
    const mayOpen = createPageRule({ origins: [], anyLocalhost: false }, null);
    expect(mayOpen('https://gateway.internal', 'gateway.internal')).toBe(true);
    expect(mayOpen('https://gateway.example', 'gateway.internal')).toBe(false);
    expect(mayOpen('null', undefined)).toBe(false);
  });

  it('from any port of this machine, by name or number, where that is configured', () => {
    const answers = (origin: string) => {
      const set: Record<string, unknown> = {};
      const res = {
        setHeader(name: string, value: unknown) {
          set[name.toLowerCase()] = value;
        },
        getHeader: () => undefined,
      };
      createCrossOrigin({ origins: [], anyLocalhost: true })(
        { method: 'GET', headers: { origin } } as never,
        res as never,
      );
      return set['access-control-allow-origin'];
    };
    for (const origin of ['http://localhost', 'http://localhost:5173', 'http://127.0.0.1:1', 'http://[::1]:65535']) {
      expect(answers(origin)).toBe(origin);
    }
    for (const origin of [
      'https://localhost',
      'http://localhost.evil',
      'http://localhost:',
      'http://127.0.0.1.evil:1',
      'http://evil/http://localhost',
    ]) {
      expect(answers(origin)).toBeUndefined();
    }
  });
});

describe('the state of the gateway', () => {
  it('is alive', async () => {
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await ask('/healthz', { method: 'HEAD' })).status).toBe(200);
  });

  it('is ready, or names what is not, and nothing more', async () => {
    const answer = await ask('/readyz');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ready', failing: [], checks: { store: 'ok', schema: 'ok' } },
    ]);
    failing.push('store');
    const failed = await ask('/readyz');
    expect([failed.status, await failed.json()]).toEqual([
      503,
      { status: 'unavailable', failing: ['store'], checks: { store: 'failing', schema: 'ok' } },
    ]);
    expect(lines.join('')).toContain('no store');
    expect(lines.join('')).not.toContain('hunter2');
  });
});

describe('the parameters of a request', () => {
  it('are taken as they are sent', () => {
    expect(
      readParams({ query: '{ a }', operationName: 'A', variables: { x: 1 }, extensions: { y: 2 }, other: 3 }),
    ).toEqual({
      query: '{ a }',
      operationName: 'A',
      variables: { x: 1 },
      extensions: { y: 2 },
    });
    const bare = { query: '{ a }', operationName: null, variables: null, extensions: null };
    expect(readParams({ query: '{ a }' })).toEqual(bare);
    expect(readParams({ query: '{ a }', operationName: null, variables: null, extensions: null })).toEqual(bare);
  });

  it.each([
    null,
    undefined,
    'text',
    1,
    [],
    [{ query: '{ a }' }],
    {},
    { query: '' },
    { query: 1 },
    { query: ['{ a }'] },
    { query: '{ a }', operationName: 1 },
    { query: '{ a }', variables: 'x' },
    { query: '{ a }', variables: [1] },
    { query: '{ a }', extensions: [] },
    { query: '{ a }', extensions: true },
  ])('%j is refused', (body) => {
    expect(() => readParams(body)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});

it('a path that a client has made up is in the log no further than paths go', async () => {
  const headers = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`x-${n}`, 'y']));
  for (const path of ['/it', `/${'x'.repeat(5_000)}`]) await ask(path, { headers });
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'refused');
  expect(told.map(({ path, code, ipAddress }) => [path, code, ipAddress])).toEqual([
    ['/it', 'PAYLOAD_TOO_LARGE', '127.0.0.1'],
    [`/${'x'.repeat(255)}`, 'PAYLOAD_TOO_LARGE', '127.0.0.1'],
  ]);
});
