import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productionEnvironment } from '../attacks/production.js';
import { openSocket } from '../support/raw-socket.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

let gateway: RunningGateway;
let audrey: string;
beforeAll(async () => {
  gateway = await startGateway();
  audrey = await gateway.token('user_audrey');
});
afterAll(() => gateway.stop());

/** The head of an answer, names in small letters; fails where a header comes twice. */
async function headOf(
  request: string,
  url = gateway.url,
): Promise<{ status: number; headers: Record<string, string> }> {
  const raw = await openSocket(url);
  raw.socket.write(request);
  await expect.poll(() => raw.text(), { timeout: 15_000 }).toContain('\r\n\r\n');
  raw.socket.destroy();
  const [first = '', ...lines] = (raw.text().split('\r\n\r\n')[0] ?? '').split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [name = '', value = ''] = line.split(/: (.*)/s);
    expect([line, headers[name.toLowerCase()]]).toEqual([line, undefined]);
    headers[name.toLowerCase()] = value;
  }
  return { status: Number(first.split(' ')[1]), headers };
}

function requestOf(start: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`];
  return `${[`${start} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`;
}
const JSON_TYPE = 'Content-Type: application/json';
const query = JSON.stringify({ query: '{ viewer { id } }' });

describe('every answer tells browsers that it is data, and whose it is', () => {
  const asked: readonly (readonly [string, number, () => string])[] = [
    ['a result', 200, () => requestOf('POST /graphql', [JSON_TYPE], query)],
    ['a result by GET', 200, () => requestOf('GET /graphql?query=%7B__typename%7D', ['apollo-require-preflight: 1'])],
    ['a request that could be forged', 400, () => requestOf('POST /graphql', ['Content-Type: text/plain'], query)],
    ['a bad credential', 401, () => requestOf('POST /graphql', [JSON_TYPE, 'Authorization: Bearer x'], query)],
    ['no JSON', 400, () => requestOf('POST /graphql', [JSON_TYPE], '{')],
    ['nothing there', 404, () => requestOf('GET /nowhere')],
    ['another method', 405, () => requestOf('DELETE /graphql')],
    [
      'a preflight',
      204,
      () => requestOf('OPTIONS /graphql', ['Origin: http://localhost:3000', 'Access-Control-Request-Method: POST']),
    ],
    ['health', 200, () => requestOf('GET /healthz')],
    ['readiness', 200, () => requestOf('GET /readyz')],
    ['metrics', 200, () => requestOf('GET /metrics')],
    ['keys', 200, () => requestOf('GET /v1/jwks')],
    ['an export', 200, () => requestOf('GET /audit/export', [`Authorization: Bearer ${audrey}`])],
    ['an export refused', 401, () => requestOf('GET /audit/export')],
    ['a token of development', 200, () => requestOf('POST /dev/session', [JSON_TYPE], '{"userId":"user_ada"}')],
    ['an event stream', 200, () => requestOf('POST /graphql/stream', [JSON_TYPE, 'Accept: text/event-stream'], query)],
    ['no HTTP at all', 400, () => 'what?\r\n\r\n'],
    ['an upgrade', 404, () => 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ];
  it.each(asked)('%s', async (what, status, request) => {
    const head = await headOf(request());
    // Only there may something be kept by the one client for a moment.
    const { 'cache-control': cache, ...rest } = ALWAYS;
    expect(head).toMatchObject({ status, headers: rest });
    expect(head.headers['cache-control']).toMatch(what === 'keys' || what === 'an event stream' ? /./ : cache);
    expect(head.headers).not.toHaveProperty('strict-transport-security');
    expect(head.headers).not.toHaveProperty('x-powered-by');
    expect(head.headers).not.toHaveProperty('server');
  });

  it('but pages have a policy of their own, under which they work', async () => {
    const page = await headOf(requestOf('GET /graphql', ['Accept: text/html']));
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(page.headers['content-security-policy']).toContain(part);
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
  });
});

it('a policy says where what it stops is reported, on every answer, where that is set; and nothing else does', async () => {
  const CSP_REPORT_URI = 'https://reports.example/csp?key=1';
  const reporting = await startGateway({ environment: { CSP_REPORT_URI } });
  try {
    for (const request of [
      requestOf('POST /graphql', [JSON_TYPE], query),
      requestOf('GET /graphql', ['Accept: text/html']),
      requestOf('GET /console', ['Accept: text/html']),
      requestOf('GET /console/config.json'),
      requestOf('GET /nowhere'),
      'what?\r\n\r\n',
    ]) {
      const { headers } = await headOf(request, reporting.url);
      const { headers: silent } = await headOf(request);
      expect(headers['reporting-endpoints']).toBe(`csp="${CSP_REPORT_URI}"`);
      expect(headers['content-security-policy']).toBe(
        `${silent['content-security-policy']}; report-uri ${CSP_REPORT_URI}; report-to csp`,
      );
      expect(JSON.stringify(silent)).not.toMatch(/report/i);
    }
  } finally {
    await reporting.stop();
  }
});

describe('Strict-Transport-Security', () => {
  it('is sent where clients come by https, for as long as is set, and not where that is nothing', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'gateway-headers-'));
    const environment = await productionEnvironment(directory);
    try {
      for (const [more, expected] of [
        [{ PUBLIC_URL: 'https://gateway.example.com' }, 'max-age=31536000'],
        [{ PUBLIC_URL: 'https://gateway.example.com', HSTS_MAX_AGE_SECONDS: '300' }, 'max-age=300'],
        [{ PUBLIC_URL: 'https://gateway.example.com', HSTS_MAX_AGE_SECONDS: '0' }, undefined],
        [{ PUBLIC_URL: 'http://gateway.example.com' }, undefined],
      ] as const) {
        const production = await startGateway({ environment: { ...environment, ...more }, directory });
        try {
          for (const request of [requestOf('POST /graphql', [JSON_TYPE], query), requestOf('GET /nowhere')]) {
            const { headers } = await headOf(request, production.url);
            expect(headers['strict-transport-security']).toBe(expected);
          }
        } finally {
          await production.stop();
        }
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
