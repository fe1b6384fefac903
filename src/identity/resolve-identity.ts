import { ANONYMOUS } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { GatewayError } from '../errors/index.js';
import type { PresentedToken } from '../tokens/index.js';
import type { Credential } from './credential.js';
import type { CredentialGate } from './credential-gate.js';
import { BEARER, type Sender, type Senders } from './sender.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

/**
 * Resolves a credential to an identity; at once where everything it rests on is known and fresh.
 * @param credential a token without its scheme, alone or with a proof; null: none was sent, which alone means anonymous. To ask again for
 *   the same request or connection, ask with the very same object: a proof counts once.
 * @throws GatewayError TOKEN_INVALID, TOKEN_EXPIRED, IMPERSONATION_ENDED, REVOCATION_UNAVAILABLE, UPSTREAM_UNAVAILABLE; RATE_LIMITED
 *   where too many bad ones came from there, and this one is new. A bad credential is refused; it never becomes anonymous and never falls back to another identity.
 */
export type ResolveIdentity = (
  credential: Credential | null,
  request: RequestFacts,
) => ResolvedIdentity | Promise<ResolvedIdentity>;

const OPEN: CredentialGate = { admit: () => undefined, refused: () => undefined };

const NO_PROOFS: Senders = {
  provenKey: () => null,
  of: () => ({
    check() {
      throw new GatewayError('TOKEN_INVALID', { cause: 'no proofs are verified here' });
    },
  }),
};

const NOBODY: ResolvedIdentity = Object.freeze({ identity: ANONYMOUS, unconfirmed: null });

/**
 * @param strategies asked in order; the first that accepts the token's issuer judges it, finally.
 * @param digestOf what verified tokens are remembered by.
 * @param gate asked before a token is verified that was not before; open by default.
 * @param peekIssuer reads the issuer a token claims, unverified: it only chooses who verifies.
 * @param senders verify the proofs that tokens come with; by default no proof is taken.
 */
export function createResolveIdentity(
  strategies: readonly IdentityStrategy[],
  peekIssuer: (token: string) => string | null,
  digestOf: (token: string) => string,
  gate: CredentialGate = OPEN,
  senders: Senders = NO_PROOFS,
): ResolveIdentity {
  function recall(digest: string, key: string | null): ResolvedIdentity | null {
    for (const strategy of strategies) {
      const known = strategy.recall(digest, key);
      if (known !== null) return known;
    }
    return null;
  }

  async function judge(
    token: string,
    request: RequestFacts,
    digest: string,
    sender: Sender,
  ): Promise<ResolvedIdentity> {
    const issuer = peekIssuer(token);
    const strategy = issuer === null ? undefined : strategies.find((candidate) => candidate.accepts(issuer));
    if (strategy === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'no trusted issuer' });
    return strategy.resolve(token, request, digest, sender);
  }

  async function judgeOnceAdmitted(
    token: string,
    request: RequestFacts,
    digest: string,
    sender: Sender,
  ): Promise<ResolvedIdentity> {
    if (!strategies.some((strategy) => strategy.isKnown(digest))) gate.admit(request);
    try {
      return await judge(token, request, digest, sender);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) gate.refused(error.code, request);
      throw error;
    }
  }

  function resolvePresented(
    presented: PresentedToken,
    request: RequestFacts,
  ): ResolvedIdentity | Promise<ResolvedIdentity> {
    const digest = digestOf(presented.token);
    const key = senders.provenKey(presented);
    const known = key === null ? null : recall(digest, key);
    return known ?? judgeOnceAdmitted(presented.token, request, digest, senders.of(presented));
  }

  return (credential, request) => {
    if (credential === null) return NOBODY;
    if (typeof credential !== 'string') return resolvePresented(credential, request);
    const digest = digestOf(credential);
    return recall(digest, null) ?? judgeOnceAdmitted(credential, request, digest, BEARER);
  };
}
