import type { Clock } from '../platform/clock.js';
import { CLOCK_TOLERANCE_MS } from './claims.js';
import { member, parseCompactToken } from './compact-token.js';
import type { IssuerKeys } from './issuer-keys.js';
import { createJwksFileLoader } from './jwks-file.js';
import { JWKS_TIMEOUT_MS, loadJwksUrl } from './jwks-url.js';
import { createKeyCache, FILE_TIMING, type KeyCache, URL_TIMING } from './key-cache.js';
import { refusal } from './refusal.js';
import { checkSessionTyp, mayName, readSessionClaims, type SessionTokenClaims } from './session-token-claims.js';
import { checkSignature } from './signature.js';
import { checkTrustedIssuers, jwksSourceOf, type TrustedIssuer } from './trusted-issuer.js';
import { tokenDigest, VerifiedTokens } from './verified-tokens.js';

export interface TrustedIssuersOptions {
  readonly clock: Clock;
  /** How JWKS URLs are fetched; the platform's `fetch` by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** How long a JWKS endpoint has to answer, milliseconds; 5000 by default. */
  readonly jwksTimeoutMs?: number;
}

export interface TrustedIssuers {
  /** Whether this is exactly the `iss` of a trusted issuer. */
  has(issuer: string): boolean;
  /** Whether the issuer is trusted, and this is one of the people it may name. */
  vouchesFor(issuer: string, personId: string): boolean;
  /**
   * Verifies a session token: trusted `iss`; algorithm on that issuer's list; `typ` absent, JWT or at+jwt; signature
   * by a key of the issuer's own JWKS (never one the token brings along); `aud`, `sub` and `exp` present and right;
   * `nbf`, `iat` and `auth_time` not ahead; 5 s tolerance throughout; `act` only where the issuer may delegate.
   * @throws GatewayError TOKEN_EXPIRED where everything but `exp` is right. GatewayError TOKEN_INVALID in every other
   *   case, keys that cannot be had included; `refusalReasonOf` then gives the reason. Nothing else.
   * @param digest {@link tokenDigest} of this very token, where it is known already
   */
  verify(token: string, digest?: string): Promise<SessionTokenClaims>;
  /**
   * The claims of a token that `verify` accepted before, where it would accept it now: the key that signed it is in force
   * and no time has run out. Null: it has to be verified, again or at all.
   * @param digest {@link tokenDigest} of the token
   */
  recall(digest: string): SessionTokenClaims | null;
  /** Ends key requests under way. Keys are not fetched any more afterwards. */
  close(): void;
}

interface Verified {
  readonly claims: SessionTokenClaims;
  /** The reading of the issuer's keys that had the key, and where it came from. */
  readonly keys: IssuerKeys;
  readonly cache: KeyCache;
  /** Milliseconds since the epoch. */
  readonly verifiedAt: number;
}

/**
 * The issuers whose session tokens are accepted. Does no I/O until the first token.
 * Keys are cached: see `URL_TIMING` and `FILE_TIMING` for how soon a new or removed key takes effect.
 * @throws TrustedIssuerError listing every problem of the configuration
 */
export function createTrustedIssuers(
  issuers: readonly TrustedIssuer[],
  options: TrustedIssuersOptions,
): TrustedIssuers {
  checkTrustedIssuers(issuers);
  const closing = new AbortController();
  const known = new Map(
    issuers.map((trusted) => [trusted.issuer, { trusted, keys: keyCacheFor(trusted, options, closing.signal) }]),
  );
  const verified = new VerifiedTokens<Verified>();

  function recall(digest: string): SessionTokenClaims | null {
    const entry = verified.recall(digest);
    if (entry === null) return null;
    const { claims, keys, cache, verifiedAt } = entry;
    const now = options.clock.now();
    // A clock that was set back may have brought a time of the token into the future.
    if (cache.current() === keys && now >= verifiedAt && now < claims.expiresAt + CLOCK_TOLERANCE_MS) return claims;
    return null;
  }

  return {
    has: (issuer) => known.has(issuer),
    vouchesFor(issuer, personId) {
      const entry = known.get(issuer);
      return entry !== undefined && mayName(entry.trusted, personId);
    },
    recall,
    async verify(text, digest = tokenDigest(text)) {
      const recalled = recall(digest);
      if (recalled !== null) return recalled;
      const token = parseCompactToken(text);
      const iss = member(token.claims, 'iss');
      const entry = typeof iss === 'string' ? known.get(iss) : undefined;
      if (entry === undefined) throw refusal('iss');
      const { trusted, keys: cache } = entry;
      // Before any key is looked for: a token with a foreign algorithm causes no fetch and meets no key.
      if (!trusted.algorithms.includes(token.header.alg)) throw refusal('alg');
      checkSessionTyp(token.header);
      const { key, keys } = cache.known(token.header) ?? (await cache.find(token.header));
      const checking = checkSignature(token, key, token.header.alg);
      if (checking !== undefined) await checking;
      const verifiedAt = options.clock.now();
      const claims = readSessionClaims(token.claims, trusted, verifiedAt);
      // With the keys that had it, though there may be others by now: only while they are in force is it recalled.
      verified.remember(digest, { claims, keys, cache, verifiedAt });
      return claims;
    },
    close: () => closing.abort(),
  };
}

function keyCacheFor(trusted: TrustedIssuer, options: TrustedIssuersOptions, signal: AbortSignal): KeyCache {
  const source = jwksSourceOf(trusted);
  if (source.kind === 'file') return createKeyCache(createJwksFileLoader(source.path), FILE_TIMING, options.clock);
  const { fetch = globalThis.fetch, jwksTimeoutMs: timeoutMs = JWKS_TIMEOUT_MS } = options;
  return createKeyCache(() => loadJwksUrl(source.url, { fetch, signal, timeoutMs }), URL_TIMING, options.clock);
}
