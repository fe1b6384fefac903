import type { Role } from '../domain/role.js';
import type { User } from '../domain/user.js';

/** The configured limits on who may impersonate whom. */
export interface ImpersonationRules {
  /** One of these lets a person impersonate others; empty: nobody may. */
  readonly impersonatorRoles: readonly Role[];
  /** Whoever holds one of these can never be impersonated. */
  readonly protectedRoles: readonly Role[];
  /** How many sessions of one actor may be active at once. */
  readonly activeSessionLimit: number;
  /** How many sessions one actor may start within a minute. */
  readonly startsPerMinute: number;
  /** How long ago, in seconds, the actor may have signed in at most; null: any time. */
  readonly maxAuthAgeSeconds: number | null;
  /** Authentication methods (RFC 8176 `amr` values) the actor must all have signed in with; empty: any. */
  readonly requiredAmr: readonly string[];
}

/** Whether the person holds at least one of the roles. */
export function holdsOneOf(person: User, roles: readonly Role[]): boolean {
  for (const role of roles) if (person.roles.includes(role)) return true;
  return false;
}
