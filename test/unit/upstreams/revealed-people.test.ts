import { describe, expect, it } from 'vitest';
import { type CompositionOptions, compose } from '../../../src/upstreams/composition/compose.js';
import { ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';
import { BASE_SDL } from '../directives/guarded.js';
import { FEDERATION, RULES } from './services.js';

const PEOPLE = `
  type Query { viewer: User users: Users }
  type Users { nodes: [User!]! }
  type User { id: ID! name: String! email: String! roles: [Role!]! disabled: Boolean! }
`;
const OWN = { name: 'gateway', sdl: ownServiceSdl([BASE_SDL, PEOPLE], ['User']) };
const STUB = 'type User @key(fields: "id", resolvable: false) { id: ID! }';
const head = `${FEDERATION}${RULES}`;

/** What is warned of, as `service, coordinate`. */
function warned(services: Readonly<Record<string, string>>, options: Partial<CompositionOptions> = {}) {
  const list = Object.entries(services).map(([name, sdl]) => ({ name, sdl: head + sdl }));
  const { warnings } = compose([OWN, ...list], {
    own: 'gateway',
    rules: [],
    scopes: new Map(),
    policies: new Map(),
    ...options,
  });
  for (const { message } of warnings) expect(message).toContain('there is no rule on it');
  return warnings.map(({ service, coordinate }) => `${service}, ${coordinate}`);
}

describe('a service that gives out people of the directory without a rule is named', () => {
  it.each([
    ['from a type of its own', `type Query { r: [R!] } type R { id: ID! author: User } ${STUB}`, ['a, R.author']],
    ['from a root field', `type Query { best: [User!]! } ${STUB}`, ['a, Query.best']],
    ['from the people themselves', 'type User @key(fields: "id") { id: ID! friends: [User!] }', ['a, User.friends']],
    ['by a union', `type Query { by: By } union By = User | Bot type Bot { id: ID! } ${STUB}`, ['a, Query.by']],
    ['nobody', 'type Query { r: R } type R { author: Author } type Author { id: ID! name: String }', []],
    ['by a field with a rule', `type Query { by: User @requiresRole(role: SUPPORT, of: ACTOR) } ${STUB}`, []],
    ['by a field of a type with a rule', `type Query { r: R } type R @authenticated { by: User } ${STUB}`, []],
  ])('%s', (_, sdl, expected) => {
    expect(warned({ a: sdl })).toEqual(expected);
  });

  it('each of those that share the field', () => {
    const shared = `type Query { r: R } type R @key(fields: "id") { id: ID! by: User @shareable } ${STUB}`;
    expect(warned({ a: shared, b: shared.replace('type Query { r: R }', '') })).toEqual(['a, R.by', 'b, R.by']);
  });

  it('unless the configuration states one, on the field or on all that is personal of people', () => {
    const sdl = `type Query { by: User } ${STUB}`;
    const use = { name: 'sensitive', args: new Map() };
    const options = (...coordinates: string[]) => ({
      rules: coordinates.map((coordinate) => ({ service: 'GATEWAY_CONFIG', coordinate, use })),
    });
    expect(warned({ a: sdl }, options('Query.by'))).toEqual([]);
    expect(warned({ a: sdl }, options('User.email'))).toEqual(['a, Query.by']);
    expect(warned({ a: sdl }, options('User.email', 'User.roles', 'User.disabled'))).toEqual([]);
  });
});
