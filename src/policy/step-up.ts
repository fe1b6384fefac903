import type { ActorAuthentication } from '../domain/impersonation-session.js';
import type { Decision } from './decision.js';
import type { ImpersonationRules } from './impersonation-rules.js';

/** How fresh and how strong a sign-in has to be (RFC 9470). */
export type StepUpRules = Pick<ImpersonationRules, 'maxAuthAgeSeconds' | 'requiredAmr'>;

/** How far ahead of ours the clock of the actor's issuer may be, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Whether the actor signed in lately and strongly enough. An issuer that does not tell when or how has not shown that it was.
 * @param now milliseconds since the epoch
 */
export function isStrongEnough(authentication: ActorAuthentication, now: number, rules: StepUpRules): boolean {
  for (const method of rules.requiredAmr) if (!authentication.amr.includes(method)) return false;
  if (rules.maxAuthAgeSeconds === null) return true;
  if (authentication.authTime === null) return false;
  const age = now / 1000 - authentication.authTime;
  return age <= rules.maxAuthAgeSeconds && age >= -CLOCK_TOLERANCE_SECONDS;
}

/** STEP_UP_REQUIRED, with what is demanded. */
export function stepUpRequired(rules: StepUpRules): Decision {
  return Object.freeze({
    allowed: false,
    code: 'STEP_UP_REQUIRED',
    ...(rules.maxAuthAgeSeconds === null ? {} : { maxAuthAgeSeconds: rules.maxAuthAgeSeconds }),
    ...(rules.requiredAmr.length === 0 ? {} : { requiredAmr: rules.requiredAmr }),
  });
}
