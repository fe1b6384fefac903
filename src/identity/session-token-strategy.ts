import type { DirectIdentity, ImpersonatedIdentity } from '../domain/identity.js';
import type { ActorAuthentication } from '../domain/impersonation-session.js';
import type { User } from '../domain/user.js';
import { GatewayError } from '../errors/index.js';
import type { UserCache } from '../loaders/index.js';
import type { Clock } from '../platform/clock.js';
import { type ImpersonationRules, mayContinue } from '../policy/index.js';
import type { SessionTokenClaims, TrustedIssuers } from '../tokens/index.js';
import { findPeople } from './people.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

export interface SessionTokenStrategyOptions {
  readonly issuers: TrustedIssuers;
  readonly users: UserCache;
  readonly rules: ImpersonationRules;
  readonly clock: Clock;
}

/** Tokens of the trusted issuers: people acting as themselves, or as others where the issuer is trusted to delegate. */
export function createSessionTokenStrategy(options: SessionTokenStrategyOptions): IdentityStrategy {
  const { issuers, users, rules, clock } = options;

  /** The identity that claims stood for last; the same as long as the person is. */
  const known = new WeakMap<SessionTokenClaims, ResolvedIdentity>();

  function identityOf(claims: SessionTokenClaims, person: User): DirectIdentity {
    return {
      kind: 'direct',
      viewer: person,
      actor: person,
      session: null,
      authentication: authenticationOf(claims),
      expiresAt: claims.expiresAt,
    };
  }

  async function direct(claims: SessionTokenClaims): Promise<ResolvedIdentity> {
    const known = users.known(claims.subject);
    const { people, confirmed } =
      known === null ? await findPeople(users, [claims.subject]) : { people: [known], confirmed: true };
    const person = people[0] ?? null;
    if (person === null) throw new GatewayError('TOKEN_INVALID', { cause: 'the directory does not know the subject' });
    if (person.disabled) throw new GatewayError('TOKEN_INVALID', { cause: 'the subject is disabled' });
    return { identity: identityOf(claims, person), unconfirmed: confirmed ? null : 'UPSTREAM_UNAVAILABLE' };
  }

  async function delegated(
    claims: SessionTokenClaims,
    actorId: string,
    actorIssuer: string,
  ): Promise<ResolvedIdentity> {
    if (actorId === claims.subject)
      throw new GatewayError('TOKEN_INVALID', { cause: 'actor and subject are the same' });
    const { people, confirmed } = await findPeople(users, [actorId, claims.subject]);
    const [actor = null, subject = null] = people;
    const decision = mayContinue({ actor, subject, session: null, rules, now: clock.now() });
    if (!decision.allowed || actor === null || subject === null) {
      throw new GatewayError('TOKEN_INVALID', { cause: decision });
    }
    const identity: ImpersonatedIdentity = {
      kind: 'impersonated',
      viewer: subject,
      actor,
      // Only an explicit word of the issuer widens what a delegated request may do.
      access: claims.access === 'full' ? 'FULL' : 'READ_ONLY',
      session: null,
      authentication: { ...authenticationOf(claims), issuer: actorIssuer },
      expiresAt: claims.expiresAt,
    };
    return { identity, unconfirmed: confirmed ? null : 'UPSTREAM_UNAVAILABLE' };
  }

  return {
    accepts: (issuer) => issuers.has(issuer),
    recall(digest) {
      const claims = issuers.recall(digest);
      if (claims === null || claims.act !== null) return null;
      const person = users.known(claims.subject);
      if (person === null || person.disabled) return null;
      let resolved = known.get(claims);
      if (resolved === undefined || resolved.identity.viewer !== person) {
        resolved = Object.freeze({ identity: identityOf(claims, person), unconfirmed: null });
        known.set(claims, resolved);
      }
      return resolved;
    },
    isKnown: (digest) => issuers.recall(digest) !== null,
    async resolve(token, _request, digest) {
      const claims = await issuers.verify(token, digest);
      return claims.act === null ? direct(claims) : delegated(claims, claims.act.sub, claims.act.iss ?? claims.issuer);
    },
  };
}

function authenticationOf(claims: SessionTokenClaims): ActorAuthentication {
  return { issuer: claims.issuer, authTime: claims.authTime, amr: claims.amr };
}
