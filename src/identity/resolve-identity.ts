import { ANONYMOUS } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { GatewayError } from '../errors/index.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

/**
 * Resolves a bearer token to an identity.
 * @param token the token without its scheme; null: no credential was sent, which alone means anonymous.
 * @throws GatewayError TOKEN_INVALID, TOKEN_EXPIRED, IMPERSONATION_ENDED, REVOCATION_UNAVAILABLE, UPSTREAM_UNAVAILABLE. A
 *   bad credential is refused; it never becomes anonymous and never falls back to another identity.
 */
export type ResolveIdentity = (token: string | null, request: RequestFacts) => Promise<ResolvedIdentity>;

const NOBODY: ResolvedIdentity = Object.freeze({ identity: ANONYMOUS, unconfirmed: null });

/**
 * @param strategies asked in order; the first that accepts the token's issuer judges it, finally.
 * @param peekIssuer reads the issuer a token claims, unverified: it only chooses who verifies.
 */
export function createResolveIdentity(
  strategies: readonly IdentityStrategy[],
  peekIssuer: (token: string) => string | null,
): ResolveIdentity {
  return async (token, request) => {
    if (token === null) return NOBODY;
    const issuer = peekIssuer(token);
    const strategy = issuer === null ? undefined : strategies.find((candidate) => candidate.accepts(issuer));
    if (strategy === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'no trusted issuer' });
    return strategy.resolve(token, request);
  };
}
