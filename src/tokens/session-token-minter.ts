import { SignJWT } from 'jose';
import type { Keyring } from './keyring.js';

export interface SessionTokenRequest {
  readonly keyring: Keyring;
  readonly issuer: string;
  readonly audience: string;
  /** The principal's id. */
  readonly subject: string;
  /** When the principal signed in, seconds since the epoch (OpenID Connect Core §2). Left out where absent. */
  readonly authTime?: number;
  /** How the principal signed in (RFC 8176). Left out where absent. */
  readonly amr?: readonly string[];
  /** The thumbprint of the key that it is to be bound to (RFC 9449 §6.1). Left out where absent: whoever has it may use it. */
  readonly boundTo?: string;
  /** Seconds, a positive whole number. */
  readonly ttlSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Signs a session token as an identity provider would: for the built-in development issuer, tests and demonstrations.
 * @throws RangeError where `ttlSeconds` is not a positive whole number
 */
export async function mintSessionToken(request: SessionTokenRequest): Promise<string> {
  const { keyring, issuer, audience, subject, authTime, amr, boundTo, ttlSeconds, now } = request;
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds <= 0) {
    throw new RangeError('A session token lives for a positive whole number of seconds.');
  }
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: subject,
    iat: issuedAt,
    exp: issuedAt + ttlSeconds,
    ...(authTime === undefined ? {} : { auth_time: authTime }),
    ...(amr === undefined ? {} : { amr: [...amr] }),
    ...(boundTo === undefined ? {} : { cnf: { jkt: boundTo } }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: keyring.algorithm, kid: keyring.kid, typ: 'JWT' })
    .sign(keyring.signingKey);
}
