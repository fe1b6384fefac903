import { afterEach, beforeEach, expect, it } from 'vitest';
import { URL_TIMING } from '../../src/tokens/key-cache.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const WHO = '{ viewer { id } }';
const SECOND = 1_000;

let provider: IdentityProvider;
let gateway: RunningGateway;
let token: string;

beforeEach(async () => {
  provider = await startIdentityProvider();
  gateway = await startGateway({ environment: { TRUSTED_ISSUERS: provider.trusted } });
  token = (await provider.signIn('user_ada')).accessToken;
  expect((await gateway.graphql(token, WHO)).data).toEqual({ viewer: { id: 'user_ada' } });
});

afterEach(async () => {
  await gateway.stop();
  await provider.stop();
});

it('a token of a removed key is refused once the keys have been kept for five minutes', async () => {
  expect(URL_TIMING.freshMs).toBe(5 * 60 * SECOND);
  await provider.rotateKeys();
  gateway.clock.advance(URL_TIMING.freshMs - 30 * SECOND);
  expect((await gateway.graphql(token, WHO)).status).toBe(200);
  gateway.clock.advance(31 * SECOND);
  const { status, codes } = await gateway.graphql(token, WHO);
  expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
});

it('while the provider does not answer its last keys are good for an hour, and no longer', async () => {
  expect(URL_TIMING.usableMs).toBe(3_600 * SECOND);
  await provider.stop();
  gateway.clock.advance(URL_TIMING.usableMs - 30 * SECOND);
  expect((await gateway.graphql(token, WHO)).status).toBe(200);
  gateway.clock.advance(31 * SECOND);
  const { status, codes } = await gateway.graphql(token, WHO);
  expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
});
