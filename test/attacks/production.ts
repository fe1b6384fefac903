import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../src/config/index.js';
import { type Pair, pair } from '../unit/tokens/forge.js';

/** An identity provider of the test's own, whose keys lie in a file. */
export interface OwnIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly key: Pair;
}

export const OWN_ISSUER: OwnIssuer = {
  issuer: 'https://idp.test',
  audience: 'https://gateway.test',
  key: pair('EdDSA', 'idp-1'),
};

/** `TRUSTED_ISSUERS` that names the test's own identity provider. */
export async function trustOwnIssuer(directory: string, acceptActorClaim = false): Promise<string> {
  const { issuer, audience, key } = OWN_ISSUER;
  const jwks = path.join(directory, 'idp.jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [key.jwk] }));
  return JSON.stringify([{ issuer, audience, jwks, algorithms: ['EdDSA'], acceptActorClaim }]);
}

/** A gateway as it runs in production: nothing that development makes easy. */
export async function productionEnvironment(directory: string): Promise<Environment> {
  const signingKeys = path.join(directory, 'signing.jwks.json');
  await writeFile(signingKeys, JSON.stringify({ keys: [pair('EdDSA', 'gateway-1').privateJwk] }), { mode: 0o600 });
  return {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://gateway.test',
    TRUSTED_ISSUERS: await trustOwnIssuer(directory),
    SIGNING_KEY_FILE: signingKeys,
    ACTOR_TOKEN_AUDIENCE: 'https://gateway.test',
  };
}
