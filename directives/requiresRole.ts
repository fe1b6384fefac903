import { OPEN_RULE } from '../src/policy/index.js';
import type { RuleDirective } from './rule-directive.js';

/** `@requiresRole`: the principal `of` must hold one of the roles. Repeated: each application must be met. */
export const requiresRole: RuleDirective = {
  name: 'requiresRole',
  sdl: 'directive @requiresRole(role: [Role!]!, of: Principal! = VIEWER) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE',
  read(use, known) {
    const unknownArgument = [...use.args.keys()].find((name) => name !== 'role' && name !== 'of');
    if (unknownArgument !== undefined) return `has no argument "${unknownArgument}"`;
    const role = rolesOf(use.args.get('role'));
    if (role === null) return 'needs `role`: a role, or a list of roles';
    if (role.length === 0) return 'has an empty list of roles, which nobody can meet';
    const unknown = role.filter((name) => !known.includes(name));
    if (unknown.length > 0) return `names a role that the enum Role does not have: ${unknown.join(', ')}`;
    const of = use.args.has('of') ? use.args.get('of') : 'VIEWER';
    if (of !== 'VIEWER' && of !== 'ACTOR') return '`of` has to be VIEWER or ACTOR';
    return { ...OPEN_RULE, requires: [{ role, of }] };
  },
};

/** A single value counts as a list of one, as GraphQL coerces it. */
function rolesOf(value: unknown): readonly string[] | null {
  const list = Array.isArray(value) ? value : [value];
  return list.every((role) => typeof role === 'string') ? list : null;
}
