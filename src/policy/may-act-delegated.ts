import type { ActorAuthentication } from '../domain/impersonation-session.js';
import { ALLOWED, type Decision, denial } from './decision.js';
import type { ImpersonationRules } from './impersonation-rules.js';
import { isStrongEnough, stepUpRequired } from './step-up.js';

export interface DelegatedUse {
  /** What the issuer says of the ACTOR's sign-in. */
  readonly authentication: ActorAuthentication;
  /** For how many people the actor began to act within the last minute; null where this request begins nothing. */
  readonly beganInLastMinute: number | null;
  readonly rules: Pick<ImpersonationRules, 'maxAuthAgeSeconds' | 'requiredAmr' | 'startsPerMinute'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Whether an actor whom a trusted issuer lets act for somebody (RFC 8693 `act`) may do so now, beyond what {@link mayContinue} asks
 * of both people: STEP_UP_REQUIRED or RATE_LIMITED, as a start of a session would be refused.
 */
export function mayActDelegated({ authentication, beganInLastMinute, rules, now }: DelegatedUse): Decision {
  if (!isStrongEnough(authentication, now, rules)) return stepUpRequired(rules);
  // Negated, so that a count that is not a number refuses.
  if (beganInLastMinute !== null && !(beganInLastMinute < rules.startsPerMinute)) return denial('RATE_LIMITED');
  return ALLOWED;
}
