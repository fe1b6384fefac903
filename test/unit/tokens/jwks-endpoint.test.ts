import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTrustedIssuers, type TrustedIssuers, URL_TIMING } from '../../../src/tokens/index.js';
import { MAX_JWKS_BYTES } from '../../../src/tokens/jwks-url.js';
import { everythingShownOf, stoppedClock, type TestClock } from './expectations.js';
import type { Pair } from './forge.js';
import {
  expectAccepted,
  expectKeyRefused,
  first,
  ISSUER_CONFIG,
  type JwksServer,
  type Respond,
  second,
  startJwksServer,
} from './rotation.js';

let clock: TestClock;
let trusted: TrustedIssuers;
let jwks: JwksServer;
const accepted = (key: Pair) => expectAccepted(trusted, key);
const refused = (key: Pair, reason?: 'unknown-key' | 'keys-unavailable', kid?: string) =>
  expectKeyRefused(trusted, key, reason, kid);

beforeEach(async () => {
  clock = stoppedClock();
  jwks = await startJwksServer();
  trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: jwks.url }], { clock });
});
afterEach(async () => {
  trusted.close();
  await jwks.close();
});

const GOOD = JSON.stringify({ keys: [first.jwk] });
const answering =
  (status: number, body = ''): Respond =>
  (_, response) =>
    response.writeHead(status).end(body);

describe('keys from a URL', () => {
  it.each<[string, Respond, RegExp]>([
    ['an error', answering(500, GOOD), /answered 500/],
    ['no content', answering(204), /answered 204/],
    ['another success', answering(206, GOOD), /answered 206/],
    ['nothing', answering(200), /not valid JSON/],
    ['a page', answering(200, '<html>hunter2-secret</html>'), /not valid JSON/],
    ['a list', answering(200, JSON.stringify([first.jwk])), /not a JWKS/],
    ['one bare key', answering(200, JSON.stringify(first.jwk)), /not a JWKS/],
    ['a cut-off JWKS', answering(200, GOOD.slice(0, -2)), /not valid JSON/],
    ['an ambiguous JWKS', answering(200, `{"keys":[],${GOOD.slice(1)}`), /names a member twice/],
    ['a closed connection', (request) => request.socket.destroy(), /ECONNRESET|UND_ERR_SOCKET/],
  ])('cannot be had from an endpoint that answers with %s', async (_, respond, why) => {
    jwks.respond = respond;
    const error = await refused(first, 'keys-unavailable');
    expect((error.cause as Error).message).toMatch(why);
    expect(everythingShownOf(error)).not.toMatch(/hunter2|127\.0\.0\.1/);
  });

  it.each<[string, Respond]>([
    ['says nothing', () => undefined],
    ['never comes to an end', (_, response) => response.writeHead(200).write(' ')],
  ])('cannot be had from an endpoint that %s', async (_, respond) => {
    jwks.respond = respond;
    trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: jwks.url }], { clock, jwksTimeoutMs: 100 });
    const error = await refused(first, 'keys-unavailable');
    expect((error.cause as Error).message).toMatch(/in time/);
  });

  it('cannot be had from an endpoint that is not there', async () => {
    await jwks.close();
    const error = await refused(first, 'keys-unavailable');
    expect((error.cause as Error).message).toMatch(/ECONNREFUSED/);
  });

  it.each([301, 302, 303, 307, 308])('are not followed through a redirect (%i)', async (status) => {
    const followed: string[] = [];
    jwks.respond = (request, response) => {
      if (request.url === '/elsewhere') {
        followed.push(request.url);
        response.end(JSON.stringify({ keys: [first.jwk] }));
      } else response.writeHead(status, { location: '/elsewhere' }).end();
    };
    await refused(first, 'keys-unavailable');
    expect(followed).toEqual([]);
  });

  it('are not read beyond a sane size, whatever length the endpoint claims', async () => {
    let sent = 0;
    jwks.respond = (_, response) => {
      response.writeHead(200);
      const pour = (): void => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(' '.repeat(65_536), () => setImmediate(pour));
      };
      pour();
    };
    const error = await refused(first, 'keys-unavailable');
    expect((error.cause as Error).message).toMatch(/larger than/);
    expect(sent).toBeGreaterThan(MAX_JWKS_BYTES);
  });

  it('include the good ones of a set that has odd ones too', async () => {
    jwks.serve(
      null,
      'x',
      { kty: 'oct', kid: 'o', k: 'c2VjcmV0' },
      { kty: 'AKP', kid: 'post-quantum', alg: 'ML-DSA-44', pub: 'AAAA' },
      { kty: 'OKP', crv: 'X25519', kid: 'x', x: first.jwk.x ?? '' },
      { kty: 'OKP', crv: 'Ed25519', kid: 'broken', x: 'AAAA' },
      { ...second.jwk, x5c: ['MIIB'], 'x-note': 'y' },
      first.jwk,
    );
    await accepted(first);
    await accepted(second);
  });

  it('are not used where their private part is published', async () => {
    jwks.serve(first.privateJwk, second.jwk);
    await accepted(second);
    const error = await refused(first);
    expect((error.cause as Error).message).toMatch(/private part is published/);
    expect(everythingShownOf(error)).not.toContain(String(first.privateJwk.d));
  });

  it('are asked for plainly, without a credential or a cookie', async () => {
    let seen: IncomingMessage['headers'] = {};
    jwks.respond = (request, response) => {
      seen = request.headers;
      response.end(JSON.stringify({ keys: [first.jwk] }));
    };
    await accepted(first);
    expect(seen.accept).toContain('application/json');
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['cookie']));
  });

  it('are fetched with the fetch that was given', async () => {
    const asked: string[] = [];
    const fetching: typeof globalThis.fetch = async (input, init) => {
      asked.push(`${String(input)} ${init?.redirect}`);
      return Response.json({ keys: [first.jwk] });
    };
    trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: 'https://id.example/keys' }], { clock, fetch: fetching });
    await accepted(first);
    expect(asked).toEqual(['https://id.example/keys error']);
  });

  it('are not waited for once closed', async () => {
    jwks.respond = () => trusted.close();
    await refused(first, 'keys-unavailable');
    clock.time += URL_TIMING.retryMs;
    await refused(first, 'keys-unavailable');
    expect(jwks.hits).toBe(1);
  });
});
