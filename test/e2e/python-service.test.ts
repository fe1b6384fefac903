import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExampleService } from '../support/example-service.js';
import { type PythonService, startPythonService, whyNoPython } from '../support/python-service.js';
import { ed, IDP, ISSUER, keyring, keyrings, mint, rsa, stranger } from '../unit/tokens/actor-tokens.js';
import { type JsonRecord, pair } from '../unit/tokens/forge.js';
import {
  assertion,
  direct,
  forgedAssertion,
  impersonated,
  person,
  UPSTREAM,
} from '../unit/tokens/identity-assertions.js';

const reason = whyNoPython();
if (reason !== null) {
  console.warn(
    `\n!!! NOT RUN, because ${reason}:\n  - a service in Python accepts and refuses what one in TypeScript does\n`,
  );
}

/** The Python service looks at the real clock, so these assertions are of the present. */
const now = Date.now();
const seconds = Math.floor(now / 1000);
const times = () => {
  const at = Math.floor(Date.now() / 1000);
  return { iat: at, nbf: at, exp: at + 60 };
};
const forged = (header: JsonRecord = {}, claims: JsonRecord = {}, signer = ed.signer) =>
  `Bearer ${forgedAssertion(header, { ...times(), ...claims }, signer)}`;
const minted = async (identity: Parameters<typeof assertion>[0], upstream = UPSTREAM, ring = keyring) =>
  `Bearer ${(await assertion(identity, upstream, Date.now(), ring)).token}`;
const running = { expiresAt: now + 600_000 };

const accepted: [string, () => Promise<string | null>, unknown][] = [
  ['nobody', async () => null, { viewer: null, actor: null, impersonation: null }],
  [
    'a person acting as themselves',
    () => minted(direct(person('user_dan', ['USER', 'SUPPORT']), running)),
    { viewer: { id: 'user_dan', roles: ['USER', 'SUPPORT'] }, actor: { id: 'user_dan' }, impersonation: null },
  ],
  [
    'an impersonation',
    () => minted(impersonated(running)),
    {
      viewer: { id: 'user_cleo', roles: ['USER'] },
      actor: { id: 'user_ada', issuer: IDP },
      impersonation: { access: 'READ_ONLY' },
    },
  ],
  [
    'an impersonation under RS256, with full access',
    () => minted(impersonated({ ...running, access: 'FULL' }), UPSTREAM, keyrings.RS256),
    { viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' }, impersonation: { access: 'FULL' } },
  ],
  [
    'a delegation without a session',
    () => minted(impersonated(running, { session: null })),
    { viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } },
  ],
  [
    'names beyond ASCII',
    async () => forged({}, { sub: 'ключ-🔑', roles: ['RÔLE'] }),
    { viewer: { id: 'ключ-🔑', roles: ['RÔLE'] } },
  ],
];

const idp = pair('RS256', 'idp-key');
const refused: [string, () => string | Promise<string>][] = [
  ['another upstream', () => minted(direct(person('x'), running), 'reviews')],
  ['an actor token', async () => `Bearer ${await mint({ expiresAt: now + 600_000 })}`],
  ['the actor token’s type', () => forged({ typ: 'JWT' })],
  ['no type', () => forged({ typ: undefined })],
  ['another scheme', () => forged().replace('Bearer', 'Basic')],
  ['an empty header', () => ' '],
  ['two tokens', () => `${forged()}, ${forged()}`],
  ['an unknown key', () => forged({ kid: 'stranger' }, {}, stranger.signer)],
  ['an unknown key under a known id', () => forged({}, {}, stranger.signer)],
  ['no key id', () => forged({ kid: undefined })],
  ['its own key', () => forged({ jwk: stranger.jwk }, {}, stranger.signer)],
  [
    'an identity provider’s token',
    () => forged({ alg: 'RS256', kid: 'idp-key', typ: 'at+jwt' }, { iss: IDP }, idp.signer),
  ],
  ['alg none', () => `${forged({ alg: 'none' }, {}, { with: 'nothing' })}AA`],
  ['HS256 by a public key', () => forged({ alg: 'HS256' }, {}, { with: 'HS256', secret: JSON.stringify(ed.jwk) })],
  [
    'HS256 by a PEM',
    () =>
      forged(
        { alg: 'HS256', kid: 'rsa-now' },
        {},
        { with: 'HS256', secret: rsa.publicKey.export({ format: 'pem', type: 'spki' }) },
      ),
  ],
  ['PS256', () => forged({ alg: 'PS256', kid: 'rsa-now' }, {}, { with: 'PS256', key: rsa.privateKey })],
  ['the algorithm of another key', () => forged({ alg: 'RS256', kid: 'ed-now' })],
  ['an extension', () => forged({ crit: ['urn:x'], 'urn:x': true })],
  ['an extension that the libraries know', () => forged({ crit: ['b64'], b64: true })],
  ['an extension that is not named as one', () => forged({ b64: false })],
  ...Object.entries({
    iss: [undefined, null, `${ISSUER}/`, [ISSUER], 7],
    aud: [undefined, null, 'reviews', [UPSTREAM], [UPSTREAM, 'reviews'], 7],
    sub: [undefined, null, '', 7, 'a\nb', 'x'.repeat(256)],
    jti: [undefined, null, '', 7],
    sid: [null, '', 7, []],
    exp: [undefined, null, String(seconds + 60), true, seconds - 60, seconds + 3_600],
    nbf: [undefined, null, 'x', true, seconds + 600],
    iat: [undefined, null, 'x', true, seconds + 600, seconds - 3_600],
    roles: [undefined, null, 'USER', [7], {}, ['']],
    access: [undefined, null, 'FULL', true],
    act: [
      undefined,
      null,
      'user_ada',
      [],
      {},
      { sub: 'user_ada' },
      { sub: 'user_cleo', iss: IDP },
      { sub: 'a', iss: IDP, act: { sub: 'b' } },
    ],
  }).flatMap(([claim, values]) =>
    values.map((value): [string, () => string] => [
      `${claim} ${JSON.stringify(value)}`.slice(0, 60),
      () => forged({}, { [claim]: value }),
    ]),
  ),
];

describe.runIf(reason === null)('a service in Python, and one in TypeScript,', () => {
  let folder: string;
  let python: PythonService;
  let typescript: Awaited<ReturnType<typeof startExampleService>>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'python-service-'));
    const file = path.join(folder, 'jwks.json');
    await writeFile(file, JSON.stringify(keyring.publicJwks));
    python = await startPythonService(ISSUER, UPSTREAM, file);
    typescript = await startExampleService({ issuer: ISSUER, audience: UPSTREAM, jwks: keyring.publicJwks });
  });
  afterAll(async () => {
    typescript?.server.close();
    await python?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(accepted)('accept %s', async (_, credential, says) => {
    const authorization = await credential();
    const answers = [await python.ask(authorization), await typescript.ask(authorization)];
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: says as object });
  });

  it.each(refused)('refuse %s', async (_, credential) => {
    const authorization = await credential();
    expect((await python.ask(authorization)).status).toBe(401);
    expect((await typescript.ask(authorization)).status).toBe(401);
  });

  it('have the keys from an address, and answer 503 where they cannot be had', async () => {
    const keys = await startKeyServer();
    const overHttp = await startPythonService(ISSUER, UPSTREAM, keys.url);
    const nowhere = await startPythonService(ISSUER, UPSTREAM, keys.url.replace('jwks.json', 'missing'));
    try {
      expect(await overHttp.ask(forged())).toMatchObject({ status: 200, body: { viewer: { id: 'user_cleo' } } });
      expect((await overHttp.ask(forged({ kid: 'stranger' }, {}, stranger.signer))).status).toBe(401);
      expect((await nowhere.ask(forged())).status).toBe(503);
      expect((await nowhere.ask(null)).status).toBe(200);
    } finally {
      await Promise.all([overHttp.stop(), nowhere.stop()]);
      keys.server.close();
    }
  });
});

async function startKeyServer() {
  const server = createServer((req, res) => {
    const found = req.url === '/jwks.json';
    res.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    res.end(found ? JSON.stringify(keyring.publicJwks) : '{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` };
}
