import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/gateway-process.js';
import { rawRequest } from '../support/raw-request.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { WEB_BUILD, writeWebBuild } from '../support/web-build.js';

const SCRIPT = '/console/assets/app-a1B2_c3-.js';
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const NAVIGATION = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: RunningGateway;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeWebBuild(folder.path);
  await symlink(path.join(folder.path, 'secret.txt'), path.join(folder.path, 'console', 'link.txt'));
  gateway = await startGateway({ webFolder: folder.path });
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

const ask = (where: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(gateway.url, where, headers, method);

describe('every answer below /console/', () => {
  it.each([
    ['/console', 308],
    ['/console/', 200],
    ['/console/config.json', 200],
    [SCRIPT, 200],
    ['/console/assets/gone-a1B2c3D4.js', 404],
  ])('%s (%i) lets the browser do nothing that the console does not need', async (where, status) => {
    const answer = await ask(where);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('the page', () => {
  it('is asked for again each time', async () => {
    const { headers, bytes } = await ask('/console/');
    expect(bytes.toString()).toBe(WEB_BUILD.page);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  });

  it('is where /console leads, with its query', async () => {
    for (const [from, to] of [
      ['/console', '/console/'],
      ['/console?code=a&state=b', '/console/?code=a&state=b'],
      ['/console?//evil.example', '/console/?//evil.example'],
    ] as const) {
      const { status, headers } = await ask(from);
      expect([status, headers.location]).toEqual([308, to]);
    }
  });

  it.each(['/console/users', '/console/audit?types=AUDIT_READ', '/console/audit/events/0a.b:7', '/console/a/b/c/'])(
    'is what a browser gets that goes to %s',
    async (where) => {
      const { status, bytes } = await ask(where, NAVIGATION);
      expect([status, bytes.toString()]).toEqual([200, WEB_BUILD.page]);
      const old = await ask(where, { accept: 'text/html' });
      expect(old.status).toBe(200);
    },
  );

  it.each([
    ['a script of an older build', '/console/assets/old-a1B2c3D4.js', { accept: '*/*', 'sec-fetch-mode': 'cors' }],
    ['a script, even by typing its address', '/console/assets/old-a1B2c3D4.js', NAVIGATION],
    ['data', '/console/users', { accept: 'application/json' }],
    ['whatever a fetch asks for', '/console/users', { accept: 'text/html', 'sec-fetch-mode': 'cors' }],
    ['nothing in particular', '/console/users', {}],
  ] as const)('is not what stands for %s', async (_what, where, headers) => {
    const { status, bytes } = await ask(where, headers);
    expect([status, JSON.parse(bytes.toString())]).toEqual([404, { error: 'There is nothing here.' }]);
  });
});

describe('a file', () => {
  it('with a digest in its name is kept for good; one without is asked for again', async () => {
    expect((await ask(SCRIPT)).headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const picture = await ask('/console/favicon.svg');
    expect(picture.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' });
    expect(picture.bytes.toString()).toBe(WEB_BUILD.picture);
  });

  it.each([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['*', 'br'],
    ['identity, *;q=0.5', undefined],
    ['deflate, zstd', undefined],
    ['br;q=nonsense', undefined],
    ['', undefined],
  ] as const)('goes to whoever accepts %j as %s', async (accepted, encoding) => {
    const { headers, bytes } = await ask(SCRIPT, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
    expect(headers['content-length']).toBe(String(bytes.length));
    const plain = { br: brotliDecompressSync, gzip: gunzipSync, identity: (same: Buffer) => same };
    expect(plain[encoding ?? 'identity'](bytes).toString()).toBe(WEB_BUILD.script);
  });

  it('that the client has is not sent again, in the encoding it has', async () => {
    const tags = new Set<string>();
    for (const encoding of ['br', 'gzip', 'identity']) {
      const { headers } = await ask(SCRIPT, { 'accept-encoding': encoding });
      const etag = headers.etag ?? '';
      tags.add(etag);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await ask(SCRIPT, { 'accept-encoding': encoding, 'if-none-match': known });
        expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, etag]);
        expect(again.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      }
      expect((await ask(SCRIPT, { 'accept-encoding': encoding, 'if-none-match': '"other"' })).status).toBe(200);
    }
    expect(tags.size).toBe(3);
  });

  it('is told about by HEAD as by GET, without its bytes', async () => {
    for (const where of ['/console/', SCRIPT, '/console/config.json', '/banner/impersonation-banner.js']) {
      const [got, told] = [await ask(where), await ask(where, {}, 'HEAD')];
      expect([told.status, told.bytes.length]).toEqual([200, 0]);
      const same = ({ date: _date, 'x-request-id': _id, ...headers }: Readonly<Record<string, string>>) => headers;
      expect(same(told.headers)).toEqual(same(got.headers));
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('is not changed by %s', async (method) => {
    const { status, headers } = await ask(SCRIPT, {}, method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

it.each([
  '/console/../secret.txt',
  '/console/..%2fsecret.txt',
  '/console/%2e%2e/secret.txt',
  '/console/..\\secret.txt',
  '/console/assets/../../secret.txt',
  '/console//etc/passwd',
  '/console/%00',
  '/console/link.txt',
  '/console/.built',
  '/console/index.html.br',
  '/console/assets/',
  '/console/assets',
  '/console/__proto__',
  '/console/constructor',
  '/secret.txt',
  '/banner/secret.txt',
  '/banner/../secret.txt',
  '/consoles',
])('nothing but a file of the build is found: %s', async (where) => {
  const { status, bytes } = await ask(where);
  expect(status).toBe(404);
  expect(bytes.toString()).not.toContain('hunter2');
});

it('the banner may be loaded by any page, without credentials', async () => {
  for (const origin of ['https://shop.example', 'http://localhost:3000']) {
    const { status, headers, bytes } = await ask('/banner/impersonation-banner.js', { origin });
    expect([status, bytes.toString()]).toEqual([200, WEB_BUILD.banner]);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=600',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  }
});

describe('what was not built', () => {
  it('is said in the log and in the answer', async () => {
    const bare = await startGateway({ webFolder: path.join(folder.path, 'nowhere') });
    try {
      const { status, headers, bytes } = await rawRequest(bare.url, '/console/', NAVIGATION);
      expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(bytes.toString()).toMatch(/^The console is not in this installation\. .*npm run build/);
      expect(bare.logged()).toMatch(/the console is not served: it is not built/);
      expect((await rawRequest(bare.url, '/banner/impersonation-banner.js')).status).toBe(404);
    } finally {
      await bare.stop();
    }
  });

  it('is not missed where it is not wanted', async () => {
    const bare = await startGateway({
      webFolder: path.join(folder.path, 'nowhere'),
      environment: { CONSOLE: 'off' },
    });
    try {
      expect(bare.logged()).not.toMatch(/console/);
    } finally {
      await bare.stop();
    }
  });
});

it('CONSOLE=off serves nothing of it', async () => {
  const off = await startGateway({ webFolder: folder.path, environment: { CONSOLE: 'off' } });
  try {
    for (const where of ['/console', '/console/', '/console/config.json', SCRIPT]) {
      expect((await rawRequest(off.url, where, NAVIGATION)).status, where).toBe(404);
    }
  } finally {
    await off.stop();
  }
});
