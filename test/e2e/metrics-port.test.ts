import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, type RawSocket } from '../support/raw-socket.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

describe('metrics on a port of their own', () => {
  let gateway: RunningGateway;
  let metricsUrl: string;

  beforeAll(async () => {
    gateway = await startGateway({ environment: { METRICS_PORT: '0' } });
    metricsUrl = /"metrics":"([^"]+)"/.exec(gateway.logged())?.[1] ?? '';
  });
  afterAll(() => gateway.stop());

  const statusOf = async (url: string) => (await fetch(url)).status;

  it('are served there and not to clients; probes are answered at both', async () => {
    expect(new URL(metricsUrl).port).not.toBe(new URL(gateway.url).port);
    expect(await statusOf(`${metricsUrl}/metrics`)).toBe(200);
    expect(await statusOf(`${gateway.url}/metrics`)).toBe(404);
    for (const url of [metricsUrl, gateway.url]) {
      expect(await statusOf(`${url}/healthz`)).toBe(200);
      expect(await statusOf(`${url}/readyz`)).toBe(200);
    }
    for (const path of ['/graphql', '/console/', '/audit/export', '/v1/jwks', '/dev/session']) {
      expect(await statusOf(`${metricsUrl}${path}`)).toBe(404);
    }
  });

  it('count requests by route and status, calls of the store, and sessions in use', async () => {
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    await gateway.graphql(actorToken, '{ viewer { id } }');
    await fetch(`${gateway.url}/no/such/route`);
    await fetch(`${gateway.url}/console/nothing-here.js`);
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(text).toMatch(/^gateway_http_requests_total\{route="\/graphql",status="200"\} 2$/m);
    expect(text).toMatch(/^gateway_http_requests_total\{route="none",status="404"\} [1-9]/m);
    expect(text).not.toMatch(/no\/such|nothing-here/);
    expect(text).toMatch(/^gateway_http_request_duration_seconds_count\{route="\/graphql"\} 2$/m);
    expect(text).toMatch(/^gateway_http_request_duration_seconds_bucket\{le="\+Inf",route="\/graphql"\} 2$/m);
    expect(text).toMatch(/^gateway_store_request_duration_seconds_count\{operation="events\.append"\} [1-9]/m);
    expect(text).toMatch(/^gateway_impersonation_sessions_active 1$/m);
    expect(text).toMatch(/^gateway_audit_unsealed_events \d/m);
    expect(text).toMatch(/^gateway_signing_keys\{verify="tokens"\} 1$/m);
    expect(text).toMatch(/^gateway_build_info\{version="\d[^"]*"\} 1$/m);
    expect(text).not.toContain(actorToken);
  });
});

describe('the port of the metrics refuses as the one of the clients does', () => {
  let gateway: RunningGateway;
  let metricsUrl: string;

  beforeAll(async () => {
    gateway = await startGateway({
      environment: { METRICS_PORT: '0', HEADERS_TIMEOUT_SECONDS: '1', REQUEST_TIMEOUT_SECONDS: '1' },
    });
    metricsUrl = /"metrics":"([^"]+)"/.exec(gateway.logged())?.[1] ?? '';
  });
  afterAll(() => gateway.stop());

  async function answerTo(url: string, ...parts: readonly string[]): Promise<string> {
    const raw = await openSocket(url);
    for (const part of parts) raw.socket.write(part);
    await raw.closed;
    return raw.text();
  }
  /** Without what differs from answer to answer. */
  const comparable = (text: string) => text.replace(/^(Date|X-Request-Id): .*\r\n/gim, '');
  const HOST = 'Host: x\r\n';

  it.each<[string, string, readonly string[]]>([
    ['what is not HTTP', '400 Bad Request', ['NONSENSE\r\n\r\n']],
    [
      'a length beside chunks',
      '400 Bad Request',
      [`POST /metrics HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ],
    ['no host', '400 Bad Request', ['GET /metrics HTTP/1.1\r\n\r\n']],
    ['two hosts', '400 Bad Request', [`GET /metrics HTTP/1.1\r\n${HOST}${HOST}\r\n`]],
    [
      'headers that are too large',
      '431 Request Header Fields Too Large',
      [`GET /metrics HTTP/1.1\r\n${HOST}A: ${'a'.repeat(40_000)}\r\n\r\n`],
    ],
    ['an expectation', '417 Expectation Failed', [`GET /metrics HTTP/1.1\r\n${HOST}Expect: gifts\r\n\r\n`]],
    ['headers that never end', '408 Request Timeout', [`GET /metrics HTTP/1.1\r\n${HOST}X-Slow: `]],
    [
      'another protocol',
      '404 Not Found',
      [`GET /metrics HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ],
  ])('%s', { timeout: 20_000 }, async (_, status, parts) => {
    const [there, here] = await Promise.all([answerTo(metricsUrl, ...parts), answerTo(gateway.url, ...parts)]);
    expect(there.startsWith(`HTTP/1.1 ${status}\r\n`), there).toBe(true);
    expect(there).toContain("Content-Security-Policy: default-src 'none'");
    expect(there).toContain('X-Content-Type-Options: nosniff');
    expect(comparable(there)).toBe(comparable(here));
  });

  it('more connections from one address than probes and scrapes need', { timeout: 20_000 }, async () => {
    const open: RawSocket[] = [];
    for (let count = 0; count < 64; count += 1) open.push(await openSocket(metricsUrl));
    const refused = await answerTo(metricsUrl);
    expect(refused).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(refused).toContain('64 are allowed (connectionsPerAddress)');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    for (const { socket } of open) socket.destroy();
    await Promise.all(open.map(({ closed }) => closed));
    await expect.poll(async () => (await fetch(`${metricsUrl}/healthz`).catch(() => null))?.status).toBe(200);
  });

  it('but its connections are not counted among those of the clients', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, () => openSocket(metricsUrl)));
    const client = await openSocket(gateway.url);
    client.socket.write(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
    await expect.poll(() => client.text()).toContain('200 OK');
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    const open = Number(/^gateway_open_connections (\d+)$/m.exec(text)?.[1]);
    expect(open).toBeGreaterThanOrEqual(1);
    expect(open).toBeLessThan(20);
    for (const { socket } of [...held, client]) socket.destroy();
  });
});

it('without METRICS_PORT they are served where everything else is', async () => {
  const gateway = await startGateway();
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
  await gateway.stop();
});
