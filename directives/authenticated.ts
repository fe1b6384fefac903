import { OPEN_RULE } from '../src/policy/index.js';
import type { RuleDirective } from './rule-directive.js';

/** `@authenticated`: somebody must be signed in. */
export const authenticated: RuleDirective = {
  name: 'authenticated',
  sdl: 'directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE',
  read: () => ({ ...OPEN_RULE, authenticated: true }),
};
