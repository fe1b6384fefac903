import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DirectIdentity, ImpersonatedIdentity } from '../../src/domain/identity.js';
import { newId } from '../../src/platform/ids.js';
import { createIdentityAssertionMinter, type Keyring, loadKeyring, readKeyFile } from '../../src/tokens/index.js';
import { createIdentityOnward, type IdentityOnward } from '../../src/upstreams/identity-onward.js';
import { type AskService, startExampleService } from '../support/example-service.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

let gateway: RunningGateway;
let keyring: Keyring;
let onward: IdentityOnward;
const services = new Map<string, AskService>();
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'identity-onward-'));
  endings.push(() => rm(directory, { recursive: true, force: true }));
  gateway = await startGateway({ directory });
  endings.push(() => gateway.stop());
  const jwks = await readKeyFile(path.join(directory, 'signing-key.EdDSA.jwks.json'));
  keyring = await loadKeyring(jwks, { algorithm: 'EdDSA' });
  const minter = createIdentityAssertionMinter({ keyring, issuer: gateway.url });
  onward = createIdentityOnward({ minter, newId });
  for (const [audience, route] of [
    ['orders', '/.well-known/jwks.json'],
    ['reviews', '/v1/jwks'],
  ] as const) {
    const { ask, server } = await startExampleService({ issuer: gateway.url, audience, jwks: gateway.url + route });
    services.set(audience, ask);
    endings.push(() => server.close());
  }
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

const ask = (service: string, token: string) => services.get(service)?.(`Bearer ${token}`);
const told = async (identity: DirectIdentity | ImpersonatedIdentity, upstream: string) =>
  (await onward.assertionFor(identity, upstream, Date.now())) ?? '';

/** Identities of people and of a session that this gateway has. */
async function cleoThemselves(): Promise<DirectIdentity> {
  const [cleo] = await gateway.store.users.findByIds(['user_cleo']);
  if (cleo === undefined) throw new Error('the directory has no user_cleo');
  const authentication = { issuer: 'urn:test', authTime: null, amr: [] };
  const expiresAt = Date.now() + 600_000;
  return { kind: 'direct', viewer: cleo, actor: cleo, session: null, authentication, boundTo: null, expiresAt };
}
async function adaAsCleo(): Promise<{ readonly identity: ImpersonatedIdentity; readonly actorToken: string }> {
  const { actorToken, sessionId } = await gateway.impersonate('user_ada', 'user_cleo');
  const session = await gateway.store.sessions.get(sessionId);
  const people = await gateway.store.users.findByIds(['user_ada', 'user_cleo']);
  const actor = people.find(({ id }) => id === 'user_ada');
  const viewer = people.find(({ id }) => id === 'user_cleo');
  if (session === null || actor === undefined || viewer === undefined) throw new Error('no such session or people');
  const { access, authentication, expiresAt } = session;
  return { identity: { kind: 'impersonated', viewer, actor, access, session, authentication, expiresAt }, actorToken };
}

describe('a service that has the keys from the running gateway', () => {
  it('learns who is in effect and who is acting', async () => {
    const direct = await cleoThemselves();
    const { identity } = await adaAsCleo();
    for (const service of services.keys()) {
      const viewer = { id: 'user_cleo', roles: ['USER'] };
      expect(await ask(service, await told(direct, service))).toEqual({
        status: 200,
        body: { viewer, actor: viewer, impersonation: null },
      });
      expect(await ask(service, await told(identity, service))).toMatchObject({
        status: 200,
        body: {
          viewer,
          actor: { id: 'user_ada', issuer: identity.authentication.issuer },
          impersonation: { sessionId: identity.session?.id, access: 'READ_ONLY' },
        },
      });
    }
    expect(await services.get('orders')?.(null)).toMatchObject({ status: 200, body: { viewer: null } });
  });

  it('refuses what is for another service, and every credential that is for the gateway', async () => {
    const { identity, actorToken } = await adaAsCleo();
    expect(await ask('orders', await told(identity, 'reviews'))).toMatchObject({ status: 401 });
    expect(await ask('reviews', await told(identity, 'orders'))).toMatchObject({ status: 401 });
    for (const token of [actorToken, await gateway.token('user_ada'), 'x.y.z', '']) {
      const answer = await ask('orders', token);
      expect(answer).toEqual({ status: 401, body: { error: 'The identity of this request is not valid.' } });
    }
  });
});

describe('the running gateway', () => {
  it('refuses an assertion it minted itself, of a session that is active, for whichever audience', async () => {
    const { identity, actorToken } = await adaAsCleo();
    const query = '{ viewer { id } actor { id } }';
    expect((await gateway.graphql(actorToken, query)).data).toEqual({
      viewer: { id: 'user_cleo' },
      actor: { id: 'user_ada' },
    });
    // The gateway's own address is the audience of its actor tokens.
    for (const upstream of ['orders', gateway.url]) {
      for (const one of [identity, await cleoThemselves()]) {
        const answer = await gateway.graphql(await told(one, upstream), query);
        expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
        expect(answer.data ?? null).toBeNull();
      }
    }
  });
});
