import type { ImpersonatedIdentity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { User } from '../domain/user.js';
import { type ErrorCode, GatewayError } from '../errors/index.js';
import type { UserCache } from '../loaders/index.js';
import type { Clock } from '../platform/clock.js';
import { type ContinuationFault, type ImpersonationRules, isInactive, mayContinue } from '../policy/index.js';
import { type ActorTokenClaims, type ActorTokenVerifier, expiredSessionOf } from '../tokens/index.js';
import { findPeople } from './people.js';
import { BEARER, type Sender } from './sender.js';
import type { IdentityStrategy, ResolvedIdentity } from './strategy.js';

export interface ActorTokenStrategyOptions {
  /** `iss` of actor tokens: this gateway. */
  readonly issuer: string;
  readonly verifier: ActorTokenVerifier;
  /**
   * Whether an issuer may still say that somebody is who they are. One that is not trusted any more may have been taken over, and what was
   * begun by its word is worth no more than the word.
   */
  readonly vouchesFor: (issuer: string, personId: string) => boolean;
  /** The view of sessions; see SessionView.lookup for how stale it may be. */
  readonly lookupSession: (id: string) => ImpersonationSession | null | Promise<ImpersonationSession | null>;
  /** The session where that is known at once and it is active; see SessionView.fresh. */
  readonly freshSession: (id: string) => ImpersonationSession | null;
  /** What was last known of a session; used only to let it be ended. */
  readonly lastKnownSession: (id: string) => ImpersonationSession | null;
  readonly users: UserCache;
  readonly rules: ImpersonationRules;
  readonly clock: Clock;
  /** Called, and awaited, when a session must not go on because of what actor or subject have become. */
  readonly onUnfit: (session: ImpersonationSession, why: ContinuationFault) => Promise<unknown>;
  /** What becomes of a session that looks unused here; see SessionActivity.settle. */
  readonly settleInactive: (session: ImpersonationSession) => Promise<ImpersonationSession | null>;
  /** Called, and awaited, when an authentic actor token is refused: the attempt belongs on the record. */
  readonly onRefused: (sessionId: string, code: ErrorCode, request: RequestFacts) => Promise<unknown>;
}

/** These end a session, or are its end: the people are as they should be. */
const ENDED_BY_THEN: readonly ContinuationFault[] = ['ENDED', 'EXPIRED', 'INACTIVE'];

/** Our own actor tokens: an actor acting as a subject, for as long as everything that allowed it still holds. */
export function createActorTokenStrategy(options: ActorTokenStrategyOptions): IdentityStrategy {
  const { verifier, vouchesFor, users, rules, clock, lookupSession, onUnfit, onRefused } = options;

  async function refuse(sessionId: string, code: ErrorCode, request: RequestFacts, cause: unknown) {
    await onRefused(sessionId, code, request);
    return new GatewayError(code, { cause });
  }

  async function verify(token: string, request: RequestFacts, digest?: string): Promise<ActorTokenClaims> {
    try {
      return await verifier.verify(token, digest);
    } catch (error) {
      const expired = expiredSessionOf(error);
      if (expired === null) throw error;
      throw await refuse(expired, 'TOKEN_EXPIRED', request, error);
    }
  }

  /** An actor token in the hands of somebody who cannot show its key was stolen, or so it looks: that belongs on the record. */
  async function checkSender(claims: ActorTokenClaims, sender: Sender, request: RequestFacts): Promise<void> {
    try {
      await sender.check(claims.boundTo, claims.act.sub);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 401) {
        await onRefused(claims.sessionId, error.code, request);
      }
      throw error;
    }
  }

  interface FoundSession {
    readonly session: ImpersonationSession | null;
    readonly unconfirmed: ErrorCode | null;
  }

  async function findSession(id: string): Promise<FoundSession> {
    try {
      return { session: await lookupSession(id), unconfirmed: null };
    } catch (error) {
      // Whether it is still active cannot be said; that it may be ended, can.
      const session = options.lastKnownSession(id);
      if (session === null || session.status !== 'ACTIVE') throw error;
      return { session, unconfirmed: 'REVOCATION_UNAVAILABLE' };
    }
  }

  /** Another replica may have seen activity that is not known here yet: then the session goes on, else it is ended for good. */
  async function settleInactive(found: FoundSession): Promise<FoundSession> {
    const { session } = found;
    if (session === null || session.status !== 'ACTIVE' || !isInactive(session, clock.now())) return found;
    const unsettled = { session, unconfirmed: 'REVOCATION_UNAVAILABLE' } as const;
    // A store that has just not answered is not asked again: who wants to stop the session has waited long enough.
    if (found.unconfirmed !== null) return unsettled;
    try {
      const settled = await options.settleInactive(session);
      const isSettled = settled === null || settled.status !== 'ACTIVE' || !isInactive(settled, clock.now());
      return isSettled ? { ...found, session: settled } : unsettled;
    } catch {
      // It may still be ended by a person: that must not wait for a store.
      return unsettled;
    }
  }

  /** The identity that claims stood for last; the same as long as session and people are. */
  const known = new WeakMap<ActorTokenClaims, ImpersonatedResolved>();

  return {
    accepts: (issuer) => issuer === options.issuer,
    recall(digest, key = null) {
      const claims = verifier.recall(digest);
      if (claims === null || claims.boundTo !== key || !vouchesFor(claims.act.iss, claims.act.sub)) return null;
      const session = options.freshSession(claims.sessionId);
      if (session === null) return null;
      if (session.actorId !== claims.act.sub || session.subjectId !== claims.subject) return null;
      const actor = users.known(session.actorId);
      const subject = users.known(session.subjectId);
      if (actor === null || subject === null) return null;
      if (!mayContinue({ actor, subject, session, rules, now: clock.now() }).allowed) return null;
      let resolved = known.get(claims);
      if (
        resolved === undefined ||
        resolved.identity.session !== session ||
        resolved.identity.actor !== actor ||
        resolved.identity.viewer !== subject
      ) {
        resolved = Object.freeze({ identity: identityOf(session, actor, subject), unconfirmed: null });
        known.set(claims, resolved);
      }
      return resolved;
    },
    isKnown: (digest) => verifier.recall(digest) !== null,
    async resolve(token, request, digest, sender = BEARER) {
      const claims = await verify(token, request, digest);
      await checkSender(claims, sender, request);
      // The session is left as it is: another replica may be configured otherwise, as while a new configuration is rolled out.
      if (!vouchesFor(claims.act.iss, claims.act.sub))
        throw await refuse(
          claims.sessionId,
          'TOKEN_INVALID',
          request,
          'who vouched for the actor is not trusted any more',
        );
      const found = await findSession(claims.sessionId);
      if (found.session === null)
        throw await refuse(claims.sessionId, 'IMPERSONATION_ENDED', request, 'no such session');
      const { actorId, subjectId } = found.session;
      if (actorId !== claims.act.sub || subjectId !== claims.subject) {
        throw new GatewayError('TOKEN_INVALID', { cause: 'the token does not match its session' });
      }
      const { people, confirmed } = await findPeople(users, [actorId, subjectId]);
      // Once more: while the directory was asked the session may have been ended, or this whole process have stood still.
      const { session, unconfirmed } = await settleInactive(
        found.unconfirmed === null ? await findSession(claims.sessionId) : found,
      );
      if (session === null) throw await refuse(claims.sessionId, 'IMPERSONATION_ENDED', request, 'no such session');
      const [actor = null, subject = null] = people;
      const decision = mayContinue({ actor, subject, session, rules, now: clock.now() });
      const isUnsettled = !decision.allowed && decision.why === 'INACTIVE' && session.status === 'ACTIVE';
      if (!decision.allowed && !isUnsettled) {
        if (!ENDED_BY_THEN.includes(decision.why) && confirmed) await onUnfit(session, decision.why);
        throw await refuse(session.id, decision.code, request, decision.why);
      }
      if (actor === null || subject === null) throw new GatewayError('IMPERSONATION_ENDED');
      const identity = identityOf(session, actor, subject);
      const isConfirmed = confirmed && !isUnsettled;
      return { identity, unconfirmed: unconfirmed ?? (isConfirmed ? null : 'REVOCATION_UNAVAILABLE') };
    },
  };
}

type ImpersonatedResolved = ResolvedIdentity & { readonly identity: ImpersonatedIdentity };

function identityOf(session: ImpersonationSession, actor: User, subject: User): ImpersonatedIdentity {
  return {
    kind: 'impersonated',
    viewer: subject,
    actor,
    access: session.access,
    session,
    authentication: session.authentication,
    expiresAt: session.expiresAt,
  };
}
