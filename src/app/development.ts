import path from 'node:path';
import type { Clock } from '../platform/clock.js';
import {
  type Keyring,
  loadKeyring,
  mintSessionToken,
  readOrCreateKeyFile,
  type TrustedIssuer,
} from '../tokens/index.js';

/** Neither depends on the address, so that a development token outlives a restart on another port. */
export const DEVELOPMENT_ISSUER = 'urn:impersonation-gateway:development-issuer';
export const DEVELOPMENT_AUDIENCE = 'urn:impersonation-gateway:development';
const KEY_FILE = 'development-issuer.jwks.json';
const TOKEN_SECONDS = 12 * 3_600;

/** The identity provider that stands in for a real one in development: anybody may ask it for anybody's token. */
export interface DevelopmentIssuer {
  readonly trusted: TrustedIssuer;
  /**
   * A session token for the user, as if they had signed in this moment.
   * @param boundTo the thumbprint of the key that it is to be bound to; absent: whoever has it may use it
   */
  issue(userId: string, boundTo?: string): Promise<{ readonly token: string; readonly expiresAt: number }>;
}

/** Opens the development issuer, making its key in the data directory where there is none. */
export async function openDevelopmentIssuer(dataDir: string, clock: Clock): Promise<DevelopmentIssuer> {
  const file = path.join(dataDir, KEY_FILE);
  const keyring: Keyring = await loadKeyring(await readOrCreateKeyFile(file, 'EdDSA'), { algorithm: 'EdDSA' });
  return {
    trusted: {
      issuer: DEVELOPMENT_ISSUER,
      audience: DEVELOPMENT_AUDIENCE,
      jwks: file,
      algorithms: ['EdDSA'],
    },
    async issue(userId, boundTo) {
      const now = clock.now();
      const token = await mintSessionToken({
        keyring,
        issuer: DEVELOPMENT_ISSUER,
        audience: DEVELOPMENT_AUDIENCE,
        subject: userId,
        authTime: Math.floor(now / 1_000),
        ...(boundTo === undefined ? {} : { boundTo }),
        ttlSeconds: TOKEN_SECONDS,
        now,
      });
      return { token, expiresAt: (Math.floor(now / 1_000) + TOKEN_SECONDS) * 1_000 };
    },
  };
}
