import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { OPEN_RULE } from '../../../src/policy/index.js';
import { notInForce } from '../../../src/upstreams/composition/survival.js';
import { FED, inForce, link, problems } from './composing.js';
import { FEDERATION } from './services.js';

describe('what cannot be held is refused, naming service and coordinate', () => {
  it.each([
    [
      'another definition of ours',
      'directive @sensitive(of: String) on FIELD_DEFINITION type Query { a: Int @sensitive }',
      'a, @sensitive: is defined again',
    ],
    [
      'a foreign directive under the name of a rule',
      `${link('https://x.example.test/x/v1.0', '{name: "@tint", as: "@sensitive"}')} type Query { a: Int @sensitive }`,
      'a, null: calls @tint of',
    ],
    [
      'names that hide behind @core',
      'schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/authenticated/v0.1", as: "signedIn") { query: Query } directive @core(feature: String, as: String) repeatable on SCHEMA directive @signedIn on FIELD_DEFINITION type Query { a: Int @signedIn }',
      'a, null: uses @core',
    ],
    ['an import that cannot be read', `${link(FED, '{name: 3}')} type Query { a: Int }`, 'a, null: has a @link to'],
    [
      'a role that nobody has',
      'type Query { a: Int @requiresRole(role: EMPEROR) }',
      'a, Query.a: @requiresRole names a role that the enum Role does not have: EMPEROR',
    ],
    [
      'a rule on a union',
      'type Query { u: U } type T { a: Int } union U @authenticated = T',
      'a, U: @authenticated has no effect here',
    ],
    ['a rule on an enum value', 'type Query { e: E } enum E { X @sensitive }', 'a, E.X: @sensitive has no effect here'],
    [
      'a rule on the schema',
      'schema @authenticated { query: Query } type Query { e: Int }',
      'a, schema: @authenticated has no effect here',
    ],
    [
      'a rule on an argument that knows none',
      'type Query { e(a: Int @authenticated): Int }',
      'a, Query.e(a:): @authenticated has no effect here',
    ],
    [
      'rules that contradict each other',
      'type Query { a: Int @sensitive @blockedWhileImpersonating }',
      'a, Query.a: @sensitive and @blockedWhileImpersonating contradict',
    ],
    [
      'a field read from the context around its rules',
      `${link(FED, '"@key", "@context", "@fromContext"')} type Query { u: U } type U @key(fields: "id") @context(name: "c") { id: ID! s: String c: C } type C @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { s }")): String }`,
      'a, C.f(a:): @fromContext',
    ],
    ['no SDL', 'type Query {', 'a, null: its schema is no SDL'],
    [
      'another meaning of Principal',
      'type Query { p: Principal } enum Principal { VIEWER ACTOR ROOT }',
      'Principal: has to be an enum of exactly',
    ],
  ])('%s', (_, sdl, problem) => {
    expect(problems({ a: sdl }).join('\n')).toContain(problem);
  });

  it.each([
    [
      'overriding a field',
      `${FEDERATION} type User @key(fields: "id") { id: ID! name: String @override(from: "gateway") }`,
      'a, User.name: overrides',
    ],
    [
      'overriding under another name',
      `${link(FED, '"@key", {name: "@override", as: "@mine"}')} type User @key(fields: "id") { id: ID! name: String @mine(from: "gateway") }`,
      'a, User.name: overrides',
    ],
    [
      'providing a field',
      `${FEDERATION} type Query { o: O } type O { u: User @provides(fields: "name") } type User @key(fields: "id") { id: ID! name: String @external }`,
      "a, O.u: @provides what is the gateway's own: User.name",
    ],
    [
      'providing one under another name, within a list, behind others',
      `${link(FED, '"@key", "@external", {name: "@provides", as: "@brings"}')} type Query { o: [O!]! @brings(fields: "p { us { id name } }") } type O { p: P } type P { us: [User!] } type User @key(fields: "id") { id: ID! name: String @external }`,
      "a, Query.o: @provides what is the gateway's own: User.name",
    ],
    [
      'providing one as Federation 1 has it',
      'type Query { o: O } type O { u: User @provides(fields: "name") } extend type User @key(fields: "id") { id: ID! @external name: String @external }',
      "a, O.u: @provides what is the gateway's own: User.name",
    ],
    ['sharing a field', 'type Query { viewer: User } type User { id: ID! }', 'Non-shareable'],
    ['an input that knows less', 'type Query { a(in: Find): Int } input Find { id: ID }', 'Find.name was removed'],
    [
      'hiding one of its types',
      `${FEDERATION} type Query { a: Int } enum Role @inaccessible { USER SUPPORT AUDITOR ADMIN }`,
      'Role was removed',
    ],
  ])("a change of the gateway's own schema: %s", (_, sdl, problem) => {
    expect(problems({ a: sdl }).join('\n')).toContain(problem);
  });

  it('schemas that do not fit together', () => {
    expect(problems({ a: 'type Query { b: P } type P { x: Int }', b: `${FEDERATION} type P { x: Int }` })).not.toEqual(
      [],
    );
  });

  it('every problem of every service at once', () => {
    const found = problems({
      a: 'directive @sensitive(x: Int) on FIELD type Query { a: Int }',
      b: `${link(FED, '3')} type Query { c: Int }`,
    });
    expect(found.map((each) => each.split(',')[0])).toEqual(['a', 'b']);
  });
});

it('a rule of a type that would not be asked when an interface resolves to it is looked for on the type, too', () => {
  const sdl = 'type Query { i: I } interface I { a: Int } type T implements I @authenticated { a: Int }';
  const { schema } = inForce({ a: sdl });
  const rules = compileRules(schema, DIRECTIVES, { nested: [], always: [] });
  const held = [{ service: 'a', coordinate: 'T', rule: { ...OPEN_RULE, authenticated: true } }];
  expect(notInForce(schema, rules, held)).toEqual([]);
  expect(notInForce(schema, { ...rules, types: new Map() }, held)).toHaveLength(1);
});
