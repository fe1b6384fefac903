import type { Identity } from '../domain/identity.js';
import { ALLOWED, type Decision, denial, lacksRole, type RoleRequirement } from './decision.js';
import type { FieldRule } from './field-rule.js';

const UNAUTHENTICATED = denial('UNAUTHENTICATED');
const BLOCKED = denial('BLOCKED_WHILE_IMPERSONATING');
const SENSITIVE = denial('SENSITIVE_FIELD');

/**
 * Whether a field with this rule may be resolved. Of several reasons against it the first of UNAUTHENTICATED,
 * BLOCKED_WHILE_IMPERSONATING, FORBIDDEN (the first requirement not met), SENSITIVE_FIELD is given. It allocates only where
 * it answers FORBIDDEN. A kind of identity or of principal that it does not know is refused.
 */
export function canResolve(rule: FieldRule, identity: Identity): Decision {
  const { requires } = rule;
  const signedIn = rule.authenticated || requires.length > 0;
  switch (identity.kind) {
    case 'anonymous':
      return signedIn ? UNAUTHENTICATED : ALLOWED;
    case 'direct':
      if (signedIn && identity.actor.disabled) return UNAUTHENTICATED;
      break;
    case 'impersonated':
      if (signedIn && (identity.viewer.disabled || identity.actor.disabled)) return UNAUTHENTICATED;
      if (rule.blockedWhileImpersonating) return BLOCKED;
      break;
    default:
      return UNAUTHENTICATED;
  }
  for (let i = 0; i < requires.length; i++) {
    const requirement = requires[i];
    if (requirement !== undefined && !isMet(requirement, identity)) return lacksRole(requirement);
  }
  return rule.sensitive && identity.kind === 'impersonated' ? SENSITIVE : ALLOWED;
}

function isMet({ role, of }: RoleRequirement, identity: Exclude<Identity, { kind: 'anonymous' }>): boolean {
  const held = of === 'VIEWER' ? identity.viewer.roles : of === 'ACTOR' ? identity.actor.roles : NONE;
  for (let i = 0; i < role.length; i++) if (held.includes(role[i] as string)) return true;
  return false;
}

const NONE: readonly string[] = Object.freeze([]);
