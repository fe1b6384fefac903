import type { Role } from '../domain/role.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/index.js';

/** Whose rights a rule is about: the effective user, or the person really signed in. */
export type Principal = 'VIEWER' | 'ACTOR';

/** The principal has to hold at least one of the roles; an empty list can never be met. */
export interface RoleRequirement {
  readonly role: readonly Role[];
  readonly of: Principal;
}

export interface AllowDecision {
  readonly allowed: true;
}

/** A refusal. What stands beside the code are public facts: see {@link refusal}. */
export interface DenyDecision {
  readonly allowed: false;
  readonly code: ErrorCode;
  /** FORBIDDEN: the requirement that was not met. */
  readonly requires?: RoleRequirement;
  /** STEP_UP_REQUIRED: how many seconds ago the actor may have signed in at most (RFC 9470 `max_age`). */
  readonly maxAuthAgeSeconds?: number;
  /** STEP_UP_REQUIRED: the authentication methods (RFC 8176) that all have to have been used. */
  readonly requiredAmr?: readonly string[];
}

/** What a policy answers. Decisions are frozen and may be shared between requests: they hold nothing of a request. */
export type Decision = AllowDecision | DenyDecision;

export const ALLOWED: AllowDecision = Object.freeze({ allowed: true });

const PLAIN_DENIALS = Object.freeze(
  Object.fromEntries(
    Object.keys(ERROR_CATALOGUE).map((code) => [code, Object.freeze({ allowed: false, code: code as ErrorCode })]),
  ) as Record<ErrorCode, DenyDecision>,
);

/** The shared refusal with this code and no further facts. */
export function denial(code: ErrorCode): DenyDecision {
  return PLAIN_DENIALS[code];
}

/** FORBIDDEN for want of a role. */
export function lacksRole(requires: RoleRequirement): DenyDecision {
  return Object.freeze({ allowed: false, code: 'FORBIDDEN', requires });
}
