import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import type { RoleRequirement } from '../../../src/policy/index.js';
import { type CompositionOptions, compose } from '../../../src/upstreams/composition/compose.js';
import { CompositionError } from '../../../src/upstreams/composition/composition-error.js';
import { ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';
import { BASE_SDL } from '../directives/guarded.js';

export const OWN_SDL = `
  type Query { viewer: User find(in: Find, first: Int = 20): [User!]! }
  type User { id: ID! name: String }
  input Find { id: ID name: String = "x" }
`;
export const OWN = { name: 'gateway', sdl: ownServiceSdl([BASE_SDL, OWN_SDL], ['User']) };
export const NOTHING: CompositionOptions = { own: 'gateway', rules: [], scopes: new Map(), policies: new Map() };

/** The rules in force at each coordinate, in short: `A` authenticated, `B` blocked, `S` sensitive, `R` a role. */
export function inForce(services: Readonly<Record<string, string>>, options: Partial<CompositionOptions> = {}) {
  const list = Object.entries(services).map(([name, sdl]) => ({ name, sdl }));
  const { schema, notes } = compose([OWN, ...list], { ...NOTHING, ...options });
  const { fields, sensitiveArguments } = compileRules(schema, DIRECTIVES, { nested: [], always: [] });
  const rules = Object.fromEntries(
    [...fields].map(([coordinate, rule]) => {
      const roles = rule.requires.map(({ role, of }) => `${of === 'ACTOR' ? 'actor ' : ''}${role.join('|')}`);
      const plain = [rule.authenticated && 'A', rule.blockedWhileImpersonating && 'B', rule.sensitive && 'S'];
      return [coordinate, [...plain.filter((each) => each !== false), ...roles].join(' & ')];
    }),
  );
  return { rules, notes, sensitiveArguments: [...sensitiveArguments], schema };
}

/** The problems of what cannot be composed, as `service, coordinate: message`. */
export function problems(
  services: Readonly<Record<string, string>>,
  options: Partial<CompositionOptions> = {},
): readonly string[] {
  try {
    inForce(services, options);
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error;
    return error.problems.map(({ service, coordinate, message }) => `${service}, ${coordinate}: ${message}`);
  }
  return [];
}

export const link = (url: string, imports: string, more = '') =>
  `extend schema @link(url: "${url}", import: [${imports}]${more})\n`;
export const FED = 'https://specs.apollo.dev/federation/v2.9';
export const ADMIN: RoleRequirement = { role: ['ADMIN'], of: 'VIEWER' };
export const SUPPORT: RoleRequirement = { role: ['SUPPORT'], of: 'VIEWER' };
export const ACTOR: RoleRequirement = { role: ['AUDITOR'], of: 'ACTOR' };
