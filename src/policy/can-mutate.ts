import type { Identity } from '../domain/identity.js';
import { ALLOWED, type Decision, denial } from './decision.js';

/** Which root mutation fields are special under an impersonation, by coordinate, e.g. `Mutation.startImpersonation`. */
export interface MutationRules {
  /** They start an impersonation: refused inside one as NESTED_IMPERSONATION. */
  readonly nested: readonly string[];
  /** They end it: allowed whatever the session's access. */
  readonly always: readonly string[];
}

/** What holds for one root mutation field. */
export interface MutationRule {
  readonly standing: 'NESTED' | 'ALWAYS' | 'ORDINARY';
  readonly blockedWhileImpersonating: boolean;
}

/** The rule of one root mutation field. A coordinate that is listed as both is treated as the stricter, nested. */
export function mutationRule(
  coordinate: string,
  rules: MutationRules,
  blockedWhileImpersonating: boolean,
): MutationRule {
  const standing = rules.nested.includes(coordinate)
    ? 'NESTED'
    : rules.always.includes(coordinate)
      ? 'ALWAYS'
      : 'ORDINARY';
  return Object.freeze({ standing, blockedWhileImpersonating });
}

/**
 * Whether a root mutation field may run as far as the impersonation is concerned; roles are the business of `canResolve`.
 * Asked before everything else, for each field. Under an impersonation, with a session or by a trusted issuer's delegation:
 * NESTED_IMPERSONATION, then BLOCKED_WHILE_IMPERSONATING, then READ_ONLY_SESSION unless the access is known to be FULL.
 */
export function canMutate(rule: MutationRule, identity: Identity): Decision {
  switch (identity.kind) {
    case 'anonymous':
    case 'direct':
      return ALLOWED;
    case 'impersonated':
      break;
    default:
      return denial('UNAUTHENTICATED');
  }
  if (rule.standing === 'NESTED') return denial('NESTED_IMPERSONATION');
  if (rule.standing === 'ALWAYS') return ALLOWED;
  if (rule.blockedWhileImpersonating) return denial('BLOCKED_WHILE_IMPERSONATING');
  const full = identity.access === 'FULL' && (identity.session === null || identity.session.access === 'FULL');
  return full ? ALLOWED : denial('READ_ONLY_SESSION');
}
