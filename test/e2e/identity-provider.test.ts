import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { UNMODIFIED_CLIENTS } from '../support/graphql-clients.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { tellStory } from './story.js';

const WHO = '{ viewer { id } actor { id } }';
const START = `mutation { startImpersonation(input: { userId: "user_cleo", reason: "keys are rotated" }) {
  actorToken session { id }
} }`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let provider: IdentityProvider;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  provider = await startIdentityProvider();
  gateway = await startGatewayProcess(folder.path, {
    TRUSTED_ISSUERS: provider.trusted,
    // Both are in the provider's access tokens; without them no start would be allowed.
    STEP_UP_REQUIRED_AMR: 'pwd',
    STEP_UP_MAX_AUTH_AGE_SECONDS: '600',
  });
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  await folder.remove();
});

const accessToken = async (userId: string) => (await provider.signIn(userId)).accessToken;

describe('the story of the contract, with people of an OpenID provider', () => {
  tellStory(UNMODIFIED_CLIENTS[0], () => ({ origin: gateway.url, signIn: accessToken }));
});

describe('tokens of an OpenID provider', () => {
  it('are JWT access tokens as RFC 9068 has them, and the actor token names the provider', async () => {
    const token = await accessToken('user_grace');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(token, START);
    expect(decodeJwt(data.startImpersonation.actorToken).act).toEqual({
      sub: 'user_grace',
      iss: decodeJwt(token).iss,
    });
  });

  it('that are meant for its client, not for the API, are refused', async () => {
    const { idToken } = await provider.signIn('user_ada');
    const { status, codes } = await gateway.graphql(idToken, WHO);
    expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
  });

  it('are refused where the directory does not know the person', async () => {
    const { status, codes } = await gateway.graphql(await accessToken('user_nobody'), WHO);
    expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
  });

  it('are the only ones there are: the development issuer does not exist', async () => {
    const response = await fetch(`${gateway.url}/dev/session`, { method: 'POST', body: '{"userId":"user_ada"}' });
    expect(response.status).toBe(404);
  });
});

describe('when the provider rotates its key', () => {
  it('tokens of the new key are accepted without a restart, tokens of the old one are then refused', async () => {
    const before = await accessToken('user_ada');
    const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(before, START);
    await provider.rotateKeys();
    const after = await accessToken('user_ada');
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);

    // An unknown `kid` makes the gateway ask again, at most once in five seconds.
    let answer = await gateway.graphql(after, WHO);
    for (const until = Date.now() + 10_000; answer.status !== 200 && Date.now() < until; await pause(250)) {
      answer = await gateway.graphql(after, WHO);
    }
    expect(answer.data).toEqual({ viewer: { id: 'user_ada' }, actor: { id: 'user_ada' } });

    const { status, codes } = await gateway.graphql(before, WHO);
    expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
    // The impersonation that was started before is the gateway's own and goes on.
    const { data: still } = await gateway.graphql(data.startImpersonation.actorToken, WHO);
    expect(still).toEqual({ viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } });
  });
});
