import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { notePrivateKeys, noteSecret } from './record.js';

/** A company's identity provider reduced to its key: for a gateway that runs without the development issuer. */
export interface TestIssuer {
  /** The value of TRUSTED_ISSUERS that trusts it. */
  readonly trusted: string;
  /** A session token of the person. */
  sign(userId: string, options?: { readonly lifetimeSeconds?: number }): Promise<string>;
}

const ISSUER = 'https://id.example';
const AUDIENCE = 'https://api.example';

/** Makes an issuer with a fresh key, its JWKS in a file of the folder. */
export async function createTestIssuer(folder: string): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  notePrivateKeys({ keys: [{ ...(await exportJWK(privateKey)) }] });
  const jwks = path.join(folder, 'issuer.jwks.json');
  const key = { ...(await exportJWK(publicKey)), kid: 'now', alg: 'ES256', use: 'sig' };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  return {
    trusted: JSON.stringify([{ issuer: ISSUER, audience: AUDIENCE, jwks, algorithms: ['ES256'] }]),
    async sign(userId, { lifetimeSeconds = 600 } = {}) {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: 'now', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetimeSeconds)
        .sign(privateKey);
      noteSecret('token', token);
      return token;
    },
  };
}
