import { ANONYMOUS } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { GatewayError } from '../errors/index.js';
import type { CredentialGate } from './credential-gate.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

/**
 * Resolves a bearer token to an identity; at once where everything it rests on is known and fresh.
 * @param token the token without its scheme; null: no credential was sent, which alone means anonymous.
 * @throws GatewayError TOKEN_INVALID, TOKEN_EXPIRED, IMPERSONATION_ENDED, REVOCATION_UNAVAILABLE, UPSTREAM_UNAVAILABLE; RATE_LIMITED
 *   where too many bad ones came from there, and this one is new. A bad credential is refused; it never becomes anonymous and never falls back to another identity.
 */
export type ResolveIdentity = (
  token: string | null,
  request: RequestFacts,
) => ResolvedIdentity | Promise<ResolvedIdentity>;

const OPEN: CredentialGate = { admit: () => undefined, refused: () => undefined };

const NOBODY: ResolvedIdentity = Object.freeze({ identity: ANONYMOUS, unconfirmed: null });

/**
 * @param strategies asked in order; the first that accepts the token's issuer judges it, finally.
 * @param digestOf what verified tokens are remembered by.
 * @param gate asked before a token is verified that was not before; open by default.
 * @param peekIssuer reads the issuer a token claims, unverified: it only chooses who verifies.
 */
export function createResolveIdentity(
  strategies: readonly IdentityStrategy[],
  peekIssuer: (token: string) => string | null,
  digestOf: (token: string) => string,
  gate: CredentialGate = OPEN,
): ResolveIdentity {
  async function judge(token: string, request: RequestFacts, digest: string): Promise<ResolvedIdentity> {
    const issuer = peekIssuer(token);
    const strategy = issuer === null ? undefined : strategies.find((candidate) => candidate.accepts(issuer));
    if (strategy === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'no trusted issuer' });
    return strategy.resolve(token, request, digest);
  }

  async function judgeOnceAdmitted(token: string, request: RequestFacts, digest: string): Promise<ResolvedIdentity> {
    if (!strategies.some((strategy) => strategy.isKnown(digest))) gate.admit(request);
    try {
      return await judge(token, request, digest);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) gate.refused(error.code, request);
      throw error;
    }
  }

  return (token, request) => {
    if (token === null) return NOBODY;
    const digest = digestOf(token);
    for (const strategy of strategies) {
      const known = strategy.recall(digest);
      if (known !== null) return known;
    }
    return judgeOnceAdmitted(token, request, digest);
  };
}
