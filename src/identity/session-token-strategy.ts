import type { DirectIdentity, ImpersonatedIdentity } from '../domain/identity.js';
import type { ActorAuthentication } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { User } from '../domain/user.js';
import { type ErrorCode, GatewayError } from '../errors/index.js';
import type { UserCache } from '../loaders/index.js';
import type { Clock } from '../platform/clock.js';
import { type ImpersonationRules, mayActDelegated, mayContinue, refusal } from '../policy/index.js';
import { type DelegatedActor, type SessionTokenClaims, type TrustedIssuers, tokenDigest } from '../tokens/index.js';
import { AcceptedTokens } from './accepted-tokens.js';
import { DelegationsSeen } from './delegations-seen.js';
import { findPeople } from './people.js';
import { BEARER, type Sender } from './sender.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

export interface SessionTokenStrategyOptions {
  readonly issuers: TrustedIssuers;
  readonly users: UserCache;
  readonly rules: ImpersonationRules;
  readonly clock: Clock;
  /** Called, and awaited, when a delegation between two people who are known is refused: the attempt belongs on the record. */
  readonly onDenied: (identity: ImpersonatedIdentity, code: ErrorCode, request: RequestFacts) => Promise<unknown>;
  /** Called when an actor begins to act for somebody by a delegation. Must not throw. */
  readonly onBegun: (identity: ImpersonatedIdentity, request: RequestFacts) => void;
  /** Called when a token is accepted that was not before, as far as this process has seen. Must not throw. @param issuer its `iss` */
  readonly onAccepted: (identity: SignedIn, issuer: string, request: RequestFacts) => void;
}

type SignedIn = DirectIdentity | ImpersonatedIdentity;

/** Tokens of the trusted issuers: people acting as themselves, or as others where the issuer is trusted to delegate. */
export function createSessionTokenStrategy(options: SessionTokenStrategyOptions): IdentityStrategy {
  const { issuers, users, rules, clock } = options;

  /** The identity that claims stood for last, once they were accepted; the same as long as the person is. */
  const known = new WeakMap<SessionTokenClaims, ResolvedIdentity>();

  function identityOf(claims: SessionTokenClaims, person: User): DirectIdentity {
    return {
      kind: 'direct',
      viewer: person,
      actor: person,
      session: null,
      authentication: authenticationOf(claims),
      boundTo: claims.boundTo,
      expiresAt: claims.expiresAt,
    };
  }

  async function direct(claims: SessionTokenClaims, sender: Sender): Promise<ResolvedIdentity> {
    // Whoever comes without the key that it takes makes the directory no work.
    if (sender === BEARER) BEARER.check(claims.boundTo);
    const known = users.known(claims.subject);
    const { people, confirmed } =
      known === null ? await findPeople(users, [claims.subject]) : { people: [known], confirmed: true };
    const person = people[0] ?? null;
    if (person === null) throw new GatewayError('TOKEN_INVALID', { cause: 'the directory does not know the subject' });
    if (person.disabled) throw new GatewayError('TOKEN_INVALID', { cause: 'the subject is disabled' });
    // Last, as a proof is remembered: people whom the directory does not know take no room.
    if (sender !== BEARER) await sender.check(claims.boundTo, claims.subject);
    return { identity: identityOf(claims, person), unconfirmed: confirmed ? null : 'UPSTREAM_UNAVAILABLE' };
  }

  const seen = new DelegationsSeen();
  const accepted = new AcceptedTokens();

  async function delegated(
    claims: SessionTokenClaims,
    act: DelegatedActor,
    request: RequestFacts,
    sender: Sender,
  ): Promise<ResolvedIdentity> {
    if (act.sub === claims.subject)
      throw new GatewayError('TOKEN_INVALID', { cause: 'actor and subject are the same' });
    const { people, confirmed } = await findPeople(users, [act.sub, claims.subject]);
    const [actor = null, subject = null] = people;
    const now = clock.now();
    const fit = mayContinue({ actor, subject, session: null, rules, now });
    if (actor === null || subject === null) throw new GatewayError('TOKEN_INVALID', { cause: fit });
    const authentication = { issuer: act.iss ?? claims.issuer, authTime: act.authTime, amr: act.amr };
    const identity: ImpersonatedIdentity = {
      kind: 'impersonated',
      viewer: subject,
      actor,
      // Only an explicit word of the issuer widens what a delegated request may do.
      access: claims.access === 'full' ? 'FULL' : 'READ_ONLY',
      session: null,
      authentication,
      expiresAt: untilStepUp(claims.expiresAt, authentication, rules),
    };
    const refuse = async (error: GatewayError): Promise<never> => {
      await options.onDenied(identity, error.code, request);
      throw error;
    };
    try {
      // After the people are known, so that it is on record whose token a thief has; before the use of it counts for anything.
      await sender.check(claims.boundTo, actor.id);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) return refuse(error);
      throw error;
    }
    if (!fit.allowed) return refuse(new GatewayError('TOKEN_INVALID', { cause: fit }));
    const beganInLastMinute = seen.beganInLastMinute(actor.id, subject.id, now);
    const decision = mayActDelegated({ authentication, beganInLastMinute, rules, now });
    if (!decision.allowed) return refuse(refusal(decision));
    if (seen.note(actor.id, subject.id, identity.expiresAt, now)) options.onBegun(identity, request);
    return { identity, unconfirmed: confirmed ? null : 'UPSTREAM_UNAVAILABLE' };
  }

  return {
    accepts: (issuer) => issuers.has(issuer),
    recall(digest, key = null) {
      const claims = issuers.recall(digest);
      if (claims === null || claims.act !== null || claims.boundTo !== key) return null;
      const person = users.known(claims.subject);
      if (person === null || person.disabled) return null;
      let resolved = known.get(claims);
      // Verified, but never let in: whoever is let in for the first time is on record, and that is not done here.
      if (resolved === undefined) return null;
      if (resolved.identity.viewer !== person) {
        resolved = Object.freeze({ identity: identityOf(claims, person), unconfirmed: null });
        known.set(claims, resolved);
      }
      return resolved;
    },
    isKnown: (digest) => issuers.recall(digest) !== null,
    async resolve(token, request, digest = tokenDigest(token), sender = BEARER) {
      const claims = await issuers.verify(token, digest);
      const resolved = await (claims.act === null
        ? direct(claims, sender)
        : delegated(claims, claims.act, request, sender));
      const { identity, unconfirmed } = resolved;
      // Whoever could not be confirmed may end impersonations, and is not signed in by that.
      if (unconfirmed === null && identity.kind !== 'anonymous') {
        if (accepted.isFirst(digest)) options.onAccepted(identity, claims.issuer, request);
        if (identity.kind === 'direct') known.set(claims, Object.freeze(resolved));
      }
      return resolved;
    },
  };
}

function authenticationOf(claims: SessionTokenClaims): ActorAuthentication {
  return { issuer: claims.issuer, authTime: claims.authTime, amr: claims.amr };
}

/** A stream ends, too, when the actor's sign-in has become too old. */
function untilStepUp(
  expiresAt: number,
  { authTime }: ActorAuthentication,
  { maxAuthAgeSeconds }: ImpersonationRules,
): number {
  if (maxAuthAgeSeconds === null || authTime === null) return expiresAt;
  return Math.min(expiresAt, (authTime + maxAuthAgeSeconds) * 1000);
}
