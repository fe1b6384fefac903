import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { User } from '../domain/user.js';
import { ALLOWED, type AllowDecision, type DenyDecision } from './decision.js';
import { holdsOneOf, type ImpersonationRules } from './impersonation-rules.js';
import { endedInactive, isInactive } from './inactivity.js';

/** Why an impersonation may not go on; for the audit trail and the session's record, never for the client. */
export type ContinuationFault =
  | 'ENDED'
  | 'EXPIRED'
  | 'INACTIVE'
  | 'ACTOR_GONE'
  | 'ACTOR_DISABLED'
  | 'ACTOR_DEMOTED'
  | 'SUBJECT_GONE'
  | 'SUBJECT_PROTECTED'
  | 'SUBJECT_DISABLED';

export interface EndedDecision extends DenyDecision {
  readonly code: 'IMPERSONATION_ENDED' | 'TOKEN_EXPIRED';
  readonly why: ContinuationFault;
}

export interface Continuation {
  /** Both as the directory knows them now; null where it no longer does. */
  readonly actor: User | null;
  readonly subject: User | null;
  /** Null only where a trusted issuer delegated (RFC 8693 `act`), which has no session here. */
  readonly session: ImpersonationSession | null;
  /** Where there is no session: when the issuer's token expires, milliseconds since the epoch. Absent: the caller saw to it. */
  readonly expiresAt?: number;
  readonly rules: Pick<ImpersonationRules, 'impersonatorRoles' | 'protectedRoles'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Whether a request under an impersonation may still go on: checked for every one, so that a demoted or disabled actor, a
 * promoted or disabled subject and an ended or expired session take effect at once.
 */
export function mayContinue(continuation: Continuation): AllowDecision | EndedDecision {
  const { actor, subject, rules } = continuation;
  const fault = faultOfGrant(continuation);
  if (fault !== null) return DENIALS[fault];
  if (actor === null) return DENIALS.ACTOR_GONE;
  if (actor.disabled) return DENIALS.ACTOR_DISABLED;
  if (!holdsOneOf(actor, rules.impersonatorRoles)) return DENIALS.ACTOR_DEMOTED;
  if (subject === null) return DENIALS.SUBJECT_GONE;
  if (holdsOneOf(subject, rules.protectedRoles)) return DENIALS.SUBJECT_PROTECTED;
  if (subject.disabled) return DENIALS.SUBJECT_DISABLED;
  if (actor.id === subject.id) return DENIALS.ENDED;
  // Last: it is the one fault that another replica may know better, and then nothing else must be wrong.
  if (continuation.session !== null && isInactive(continuation.session, continuation.now)) return DENIALS.INACTIVE;
  return ALLOWED;
}

/** What is wrong with the session or the delegation itself, whoever the people are. */
function faultOfGrant({ actor, subject, session, now, expiresAt }: Continuation): ContinuationFault | null {
  // Comparisons are negated, so that a time that is not a number ends it.
  if (session === null) return expiresAt === undefined || now < expiresAt ? null : 'EXPIRED';
  if (session.status !== 'ACTIVE') {
    if (session.status !== 'EXPIRED') return 'ENDED';
    return endedInactive(session) ? 'INACTIVE' : 'EXPIRED';
  }
  if (!(now < session.expiresAt)) return 'EXPIRED';
  // A mix-up of people must never lend one person's session to another. For them it is as good as ended; it is not unfit.
  if (actor !== null && actor.id !== session.actorId) return 'ENDED';
  if (subject !== null && subject.id !== session.subjectId) return 'ENDED';
  return null;
}

function ended(why: ContinuationFault): EndedDecision {
  return Object.freeze({ allowed: false, code: why === 'EXPIRED' ? 'TOKEN_EXPIRED' : 'IMPERSONATION_ENDED', why });
}

const DENIALS: Readonly<Record<ContinuationFault, EndedDecision>> = Object.freeze({
  ENDED: ended('ENDED'),
  EXPIRED: ended('EXPIRED'),
  INACTIVE: ended('INACTIVE'),
  ACTOR_GONE: ended('ACTOR_GONE'),
  ACTOR_DISABLED: ended('ACTOR_DISABLED'),
  ACTOR_DEMOTED: ended('ACTOR_DEMOTED'),
  SUBJECT_GONE: ended('SUBJECT_GONE'),
  SUBJECT_PROTECTED: ended('SUBJECT_PROTECTED'),
  SUBJECT_DISABLED: ended('SUBJECT_DISABLED'),
});
