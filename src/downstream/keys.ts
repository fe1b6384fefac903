import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { IdentityError, invalid } from './errors.js';
import { createKeyFetch } from './key-fetch.js';

/** The gateway's public keys as it serves them (RFC 7517 §5). */
export interface Jwks {
  readonly keys: readonly object[];
}

/** How long keys may be used before they are read again, milliseconds: so soon is a removed key refused. */
const MAX_AGE_MS = 300_000;
/** How soon after a reading an unknown `kid` leads to another, milliseconds: strangers cannot make this service ask more often. */
const COOLDOWN_MS = 5_000;
const TIMEOUT_MS = 5_000;
/** RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Looks up the key of an assertion by its `kid`, in a fixed set or one that is read from the gateway and kept. A header that asks
 * for an extension is refused.
 * @throws TypeError for an address that is not http(s), or a set that is empty or holds anything private
 */
export function createKeyLookup(jwks: Jwks | URL | string, fetch?: typeof globalThis.fetch): JWTVerifyGetKey {
  const find = typeof jwks === 'string' || jwks instanceof URL ? remote(new URL(jwks), fetch) : local(jwks);
  return async (header, token) => {
    // RFC 7515 §4.1.11 and RFC 7797: no extension is understood here, those that the library knows included.
    if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw invalid('crit');
    if (typeof header.kid !== 'string') throw invalid('kid');
    try {
      return await find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw invalid('unknown-key');
      // The cause is left out: it may quote the address, or the answer.
      throw new IdentityError('KEYS_UNAVAILABLE', 'keys');
    }
  };
}

function remote(url: URL, fetch: typeof globalThis.fetch | undefined): JWTVerifyGetKey {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('jwks must be an http(s) address.');
  return createRemoteJWKSet(url, {
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: createKeyFetch(fetch),
  });
}

function local(jwks: Jwks): JWTVerifyGetKey {
  if (!Array.isArray(jwks?.keys) || jwks.keys.length === 0) throw new TypeError('jwks must hold at least one key.');
  if (jwks.keys.some((key) => PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)))) {
    throw new TypeError('jwks must hold public keys only: whoever has a private one can be anybody.');
  }
  return createLocalJWKSet(jwks as unknown as JSONWebKeySet);
}
