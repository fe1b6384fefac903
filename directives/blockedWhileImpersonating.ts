import { OPEN_RULE } from '../src/policy/index.js';
import type { RuleDirective } from './rule-directive.js';

/** `@blockedWhileImpersonating`: refused under an impersonation, whatever its access. On a type: all its fields. */
export const blockedWhileImpersonating: RuleDirective = {
  name: 'blockedWhileImpersonating',
  sdl: 'directive @blockedWhileImpersonating on FIELD_DEFINITION | OBJECT',
  read: () => ({ ...OPEN_RULE, blockedWhileImpersonating: true }),
};
