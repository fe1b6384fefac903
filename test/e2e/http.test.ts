import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  gateway = await startGatewayProcess(folder.path, { BODY_LIMIT_BYTES: '2048' });
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

const get = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}${path}`, init);

/** What the gateway answers to bytes that no HTTP library would send. */
async function raw(bytes: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
}

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return get('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

async function refused(response: Response): Promise<[number, string]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect(errors).toHaveLength(1);
  return [response.status, errors[0]?.extensions.code ?? ''];
}

describe('operations', () => {
  it('/healthz says that the process is alive', async () => {
    const response = await get('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('/readyz says that every part is in order', async () => {
    const response = await get('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      failing: [],
      checks: { store: 'ok', revocationView: 'ok', auditTrail: 'ok', schema: 'ok', running: 'ok' },
    });
  });

  it('/metrics is Prometheus text, of the gateway and of its process', async () => {
    await gateway.graphql(null, '{ viewer { id } }');
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const metrics = await response.text();
    expect(metrics).toMatch(/^gateway_operations_total\{type="query",identity="anonymous",outcome="success"\} \d+$/m);
    expect(metrics).toMatch(/^gateway_revocation_view_age_seconds \d/m);
    expect(metrics).toMatch(/^process_cpu_seconds_total /m);
  });

  it('the public keys are at both addresses, and may be kept for a while', async () => {
    const [one, other] = await Promise.all([get('/.well-known/jwks.json'), get('/v1/jwks')]);
    expect(one.headers.get('content-type')).toContain('application/json');
    expect(one.headers.get('cache-control')).toContain('max-age');
    const jwks = await one.json();
    expect(jwks).toEqual({ keys: [expect.objectContaining({ kty: 'OKP', kid: expect.any(String) })] });
    expect(await other.json()).toEqual(jwks);
  });

  it('HEAD is GET without the body', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/.well-known/jwks.json', '/v1/jwks']) {
      const response = await get(path, { method: 'HEAD' });
      expect(response.status, path).toBe(200);
      expect(await response.text(), path).toBe('');
      expect(response.headers.get('content-type'), path).toBe((await get(path)).headers.get('content-type'));
    }
  });

  it('no answer is kept by a cache or guessed at by a browser, and each has an id', async () => {
    const responses = await Promise.all([get('/healthz'), get('/nothing'), post('{"query":"{ viewer { id } }"}')]);
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(new Set(responses.map(({ headers }) => headers.get('x-request-id'))).size).toBe(3);
  });
});

describe('what is not served', () => {
  it.each(['/', '/graphql/', '/GRAPHQL', '/dev/session/', '/.env', '/graphql/stream/x', '/%2e%2e/package.json'])(
    '%s is 404',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/json');
    },
  );

  it.each([
    ['PUT', '/graphql', 'POST, GET'],
    ['DELETE', '/graphql', 'POST, GET'],
    ['HEAD', '/graphql', 'POST, GET'],
    ['PATCH', '/graphql/stream', 'POST, GET, PUT, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['POST', '/v1/jwks', 'GET, HEAD'],
    ['GET', '/dev/session', 'POST'],
  ])('%s %s is 405, and the answer names what is', async (method, path, allow) => {
    const response = await get(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  it('a WebSocket at another path', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/console`, 'graphql-transport-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
  });
});

describe('a request that cannot be read', () => {
  const query = 'query { viewer { id } }';

  it('is too large, whether it says so or not', async () => {
    const large = JSON.stringify({ query: query.padEnd(3_000) });
    expect(await refused(await post(large))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const chunked = await get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await refused(chunked)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await post(JSON.stringify({ query: query.padEnd(1_900) }))).status).toBe(200);
  });

  it.each([
    ['not JSON', '{"query":'],
    ['no object', '"query"'],
    ['null', 'null'],
    ['a batch', JSON.stringify([{ query }, { query }])],
    ['without a query', '{}'],
    ['with a query that is no text', '{"query":{}}'],
    ['with variables that are no object', JSON.stringify({ query, variables: [1] })],
    ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)],
  ])('is %s', async (_what, body) => {
    expect(await refused(await post(body))).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('is compressed', async () => {
    const [status, code] = await refused(await post('x', { 'content-encoding': 'gzip' }));
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('is one a web page could send without asking first', async () => {
    const body = JSON.stringify({ query });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await post(body, { 'content-type': type });
      expect(response.status, type).toBeGreaterThanOrEqual(400);
      expect(await response.text(), type).not.toContain('"data"');
    }
    const simple = await get(`/graphql?query=${encodeURIComponent(query)}`);
    expect(await refused(simple)).toEqual([400, 'BAD_USER_INPUT']);
    const asked = await get(`/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await asked.json()).toEqual({ data: { viewer: null } });
  });

  it('is a mutation by GET', async () => {
    const mutation = encodeURIComponent('mutation { stopImpersonation { viewer { id } } }');
    const response = await get(`/graphql?query=${mutation}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('is not HTTP, or has a header beyond measure', async () => {
    expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*"code":"BAD_USER_INPUT"/s);
    const huge = `GET /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(70_000)}\r\n\r\n`;
    expect(await raw(huge)).toMatch(/^HTTP\/1\.1 431 .*"code":"PAYLOAD_TOO_LARGE"/s);
  });
});
