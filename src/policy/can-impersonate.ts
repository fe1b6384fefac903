import type { Identity } from '../domain/identity.js';
import type { User } from '../domain/user.js';
import { ALLOWED, type Decision, denial, lacksRole } from './decision.js';
import { holdsOneOf, type ImpersonationRules } from './impersonation-rules.js';
import { isStrongEnough, stepUpRequired } from './step-up.js';

export interface ImpersonationAttempt {
  /** Of the request that asks for it. The actor is taken from here, never from input. */
  readonly identity: Identity;
  /** The person to be impersonated; null where the directory has no such person. */
  readonly subject: User | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rules: ImpersonationRules;
  /** How many sessions of the actor are active now. */
  readonly activeSessions: number;
  /** How many sessions the actor has started within the last minute. */
  readonly startsInLastMinute: number;
}

/**
 * Whether a session may start. Of several reasons against it, the most telling one is given, in this order:
 * UNAUTHENTICATED, NESTED_IMPERSONATION, FORBIDDEN, SELF_IMPERSONATION, USER_NOT_FOUND, SUBJECT_PROTECTED,
 * SUBJECT_DISABLED, STEP_UP_REQUIRED, SESSION_LIMIT, RATE_LIMITED. Who lacks the role learns nothing about the subject.
 */
export function canImpersonate(attempt: ImpersonationAttempt): Decision {
  const { identity, subject, rules } = attempt;
  if (identity.kind === 'impersonated') return denial('NESTED_IMPERSONATION');
  if (identity.kind !== 'direct' || identity.actor.disabled) return denial('UNAUTHENTICATED');
  const { actor } = identity;
  if (!holdsOneOf(actor, rules.impersonatorRoles)) return lacksRole({ role: rules.impersonatorRoles, of: 'ACTOR' });
  if (subject !== null && subject.id === actor.id) return denial('SELF_IMPERSONATION');
  if (subject === null) return denial('USER_NOT_FOUND');
  if (holdsOneOf(subject, rules.protectedRoles)) return denial('SUBJECT_PROTECTED');
  if (subject.disabled) return denial('SUBJECT_DISABLED');
  if (!isStrongEnough(identity.authentication, attempt.now, rules)) return stepUpRequired(rules);
  // Negated, so that a count that is not a number refuses.
  if (!(attempt.activeSessions < rules.activeSessionLimit)) return denial('SESSION_LIMIT');
  if (!(attempt.startsInLastMinute < rules.startsPerMinute)) return denial('RATE_LIMITED');
  return ALLOWED;
}
