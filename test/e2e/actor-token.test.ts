import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { generateKeys, type ProductionSetting, PUBLIC_URL, prepareProduction } from '../support/production-setting.js';

const START = `mutation Start($access: ImpersonationAccess!) {
  startImpersonation(input: { userId: "user_cleo", reason: "a token is looked at", access: $access, durationSeconds: 300 }) {
    actorToken expiresAt session { id startedAt expiresAt }
  }
}`;

interface Started {
  readonly actorToken: string;
  readonly expiresAt: string;
  readonly session: { readonly id: string; readonly startedAt: string; readonly expiresAt: string };
}

describe.each(['EdDSA', 'RS256'] as const)('an actor token signed with %s', (algorithm) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let production: ProductionSetting;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = await temporaryFolder();
    production = await prepareProduction(folder.path, algorithm);
    gateway = await startGatewayProcess(folder.path, production.settings);
  });

  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  async function start(access: 'READ_ONLY' | 'FULL'): Promise<Started> {
    const { data, codes } = await gateway.graphql<{ startImpersonation: Started }>(
      await production.issuer.sign('user_ada'),
      START,
      { access },
    );
    expect(codes).toEqual([]);
    return data.startImpersonation;
  }

  /** As an API would that knows nothing of the gateway but its address. */
  const verify = (token: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${gateway.url}/.well-known/jwks.json`)), {
      issuer: PUBLIC_URL,
      audience: 'https://api.example',
      algorithms: [algorithm],
      typ: 'JWT',
    });

  it('verifies against the published keys, with exactly the claims of the contract', async () => {
    for (const [access, claim] of [
      ['READ_ONLY', 'read_only'],
      ['FULL', 'full'],
    ] as const) {
      const { actorToken, expiresAt, session } = await start(access);
      const { protectedHeader, payload } = await verify(actorToken);
      expect(protectedHeader).toEqual({ alg: algorithm, kid: expect.any(String), typ: 'JWT' });
      const issuedAt = Math.floor(Date.parse(session.startedAt) / 1_000);
      expect(payload).toEqual({
        iss: PUBLIC_URL,
        aud: 'https://api.example',
        sub: 'user_cleo',
        act: { sub: 'user_ada', iss: 'https://id.example' },
        sid: session.id,
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
        iat: issuedAt,
        nbf: issuedAt,
        exp: issuedAt + 300,
        roles: ['USER'],
        access: claim,
      });
      expect(Date.parse(expiresAt)).toBe((issuedAt + 300) * 1_000);
      expect(session.expiresAt).toBe(expiresAt);
    }
  });

  it('has its key among the published ones, which hold nothing private', async () => {
    const { protectedHeader } = await verify((await start('READ_ONLY')).actorToken);
    const response = await fetch(`${gateway.url}/v1/jwks`);
    const jwks = (await response.json()) as JSONWebKeySet;
    expect(await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()).toEqual(jwks);
    const key = jwks.keys.find(({ kid }) => kid === protectedHeader.kid);
    expect(key).toMatchObject({ alg: algorithm, use: 'sig' });
    const members = new Set(jwks.keys.flatMap((one) => Object.keys(one)));
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(members).not.toContain(secret);
    // SDKs that know only RS256 know only this length.
    if (algorithm === 'RS256') expect(Buffer.from(key?.n ?? '', 'base64url')).toHaveLength(256);
  });

  it('is good after its key was put second in the file, while new ones are signed by the new first', async () => {
    const { actorToken: old } = await start('READ_ONLY');
    const { kid: oldKid } = (await verify(old)).protectedHeader;
    const keysOf = async (file: string) => (JSON.parse(await readFile(file, 'utf8')) as JSONWebKeySet).keys;
    const [next, now] = await Promise.all([
      generateKeys(folder.path, 'next.json', algorithm).then(keysOf),
      keysOf(production.settings.SIGNING_KEY_FILE ?? ''),
    ]);
    const both = path.join(folder.path, 'both.json');
    await writeFile(both, JSON.stringify({ keys: [...next, ...now] }), { mode: 0o600 });
    await gateway.stop();
    gateway = await startGatewayProcess(folder.path, { ...production.settings, SIGNING_KEY_FILE: both });

    expect((await verify(old)).payload.sub).toBe('user_cleo');
    expect((await gateway.graphql(old, '{ viewer { id } }')).data).toEqual({ viewer: { id: 'user_cleo' } });
    const fresh = await verify((await start('READ_ONLY')).actorToken);
    expect(fresh.protectedHeader.kid).toBe(next[0]?.kid);
    expect(fresh.protectedHeader.kid).not.toBe(oldKid);
  });

  it('is refused once its key is gone from the file', async () => {
    const { actorToken } = await start('READ_ONLY');
    const other = await generateKeys(folder.path, 'other.json', algorithm);
    await gateway.stop();
    gateway = await startGatewayProcess(folder.path, { ...production.settings, SIGNING_KEY_FILE: other });
    const { status, codes } = await gateway.graphql(actorToken, '{ viewer { id } }');
    expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
  });
});
