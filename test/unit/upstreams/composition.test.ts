import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { OPEN_RULE, type RoleRequirement } from '../../../src/policy/index.js';
import { type CompositionOptions, compose } from '../../../src/upstreams/composition/compose.js';
import { CompositionError } from '../../../src/upstreams/composition/composition-error.js';
import { notInForce } from '../../../src/upstreams/composition/survival.js';
import { ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';
import { BASE_SDL } from '../directives/guarded.js';
import { FEDERATION, RULES } from './services.js';

const OWN_SDL = `
  type Query { viewer: User find(in: Find, first: Int = 20): [User!]! }
  type User { id: ID! name: String }
  input Find { id: ID name: String = "x" }
`;
const OWN = { name: 'gateway', sdl: ownServiceSdl([BASE_SDL, OWN_SDL], ['User']) };
const NOTHING: CompositionOptions = { own: 'gateway', rules: [], scopes: new Map(), policies: new Map() };

/** The rules in force at each coordinate, in short: `A` authenticated, `B` blocked, `S` sensitive, `R` a role. */
function inForce(services: Readonly<Record<string, string>>, options: Partial<CompositionOptions> = {}) {
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
function problems(
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

const link = (url: string, imports: string, more = '') =>
  `extend schema @link(url: "${url}", import: [${imports}]${more})\n`;
const FED = 'https://specs.apollo.dev/federation/v2.9';
const ADMIN: RoleRequirement = { role: ['ADMIN'], of: 'VIEWER' };
const SUPPORT: RoleRequirement = { role: ['SUPPORT'], of: 'VIEWER' };
const ACTOR: RoleRequirement = { role: ['AUDITOR'], of: 'ACTOR' };

describe('a rule of a service is in force in the composed schema', () => {
  it('as our directives, under Federation 2, on fields, types, interfaces, arguments and input fields', () => {
    const { rules, sensitiveArguments, schema } = inForce({
      a: `${FEDERATION}${RULES}
        type Query { open: String secret(pin: String @sensitive): String @sensitive vault: Vault node: Node put(in: In): Int }
        type Vault @requiresRole(role: ADMIN) @blockedWhileImpersonating { x: Int }
        interface Node @authenticated { id: ID! }
        type Thing implements Node { id: ID! at: Int @requiresRole(role: [SUPPORT, ADMIN], of: ACTOR) }
        input In { pin: String @sensitive other: Int }`,
    });
    expect(rules).toEqual({
      'Query.secret': 'S',
      'Query.vault': 'B & ADMIN',
      'Query.node': 'A',
      'Vault.x': 'B & ADMIN',
      'Thing.id': 'A',
      'Thing.at': 'A & actor SUPPORT|ADMIN',
    });
    expect(sensitiveArguments).toEqual(['Query.secret(pin:)']);
    expect(printSchemaWithDirectives(schema)).toMatch(/pin: String @sensitive\n {2}other/);
  });

  it('in Federation 1, where no directive is linked or defined', () => {
    const { rules } = inForce({
      a: `type Query { a: Int @authenticated } type Thing @key(fields: "id") { id: ID! x: Int } extend type Query { t: Thing }`,
      b: `extend type Thing @key(fields: "id") { id: ID! @external y: Int @sensitive z: Int @requiresRole(role: ADMIN) }`,
    });
    expect(rules).toEqual({ 'Query.a': 'A', 'Thing.y': 'S', 'Thing.z': 'ADMIN' });
  });

  it.each([
    ['an import under another name', link(FED, '{name: "@authenticated", as: "@auth"}'), '@auth'],
    ["the specification's prefix", link(FED, ''), '@federation__authenticated'],
    ['a prefix of its own', link(FED, '', ', as: "fed"'), '@fed__authenticated'],
    [
      'a specification of one directive',
      link(FED, '"@key"') + link('https://specs.apollo.dev/authenticated/v0.1', '', ', as: "signedIn"'),
      '@signedIn',
    ],
  ])('under %s', (_, head, name) => {
    expect(inForce({ a: `${head} type Query { a: Int ${name} }` }).rules).toEqual({ 'Query.a': 'A' });
  });

  it('ours too, imported from wherever under another name', () => {
    const head =
      link(FED, '"@shareable"') +
      link('https://rules.example.test/gateway/v1.0', '{name: "@sensitive", as: "@hidden"}');
    expect(
      inForce({ a: `${head} type Query { a: Int @hidden b: Int @gateway__blockedWhileImpersonating }` }).rules,
    ).toEqual({
      'Query.a': 'S',
      'Query.b': 'B',
    });
  });

  it('on extensions, and on root types that the service calls otherwise', () => {
    const { rules } = inForce({
      a: `schema { query: Q mutation: M } type Q { a: Int } extend type Q { b: Int @authenticated }
          type M { c: Int @blockedWhileImpersonating } extend type M @authenticated`,
    });
    expect(rules).toEqual({ 'Query.b': 'A', 'Mutation.c': 'A & B' });
  });

  it('on extensions that hold nothing else, of every kind', () => {
    const { rules } = inForce({
      a: `${link(FED, '"@authenticated"')} type Query { t: T i: I s: S e: E } extend type T @authenticated type T { a: Int }
        interface I { b: Int } type J implements I { b: Int } extend interface I @authenticated scalar S extend scalar S @authenticated
        enum E { X } extend enum E @authenticated`,
    });
    expect(rules).toEqual({
      'Query.t': 'A',
      'Query.i': 'A',
      'Query.s': 'A',
      'Query.e': 'A',
      'T.a': 'A',
      'J.b': 'A',
    });
  });

  it('where the service asks for it to be composed, which is no longer asked then', () => {
    const head = link(FED, '"@composeDirective"') + link('https://rules.example.test/gateway/v1.0', '"@sensitive"');
    const sdl = `${head} extend schema @composeDirective(name: "@sensitive") directive @sensitive on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION type Query { a: Int @sensitive }`;
    expect(inForce({ a: sdl }).rules).toEqual({ 'Query.a': 'S' });
  });

  it('where only one of the services that share a field states it, and all of them where several do', () => {
    const shared = (rule: string) =>
      `${FEDERATION}${RULES} type Query { m: Money @shareable } type Money @shareable { amount: Int ${rule} }`;
    expect(inForce({ a: shared(''), b: shared('@sensitive') }).rules).toEqual({ 'Money.amount': 'S' });
    const both = {
      a: shared('@requiresRole(role: ADMIN)'),
      b: shared('@requiresRole(role: SUPPORT, of: ACTOR) @sensitive'),
    };
    expect(inForce(both).rules).toEqual({ 'Money.amount': 'S & ADMIN & actor SUPPORT' });
    const stricter = { a: shared('@sensitive'), b: shared('@blockedWhileImpersonating') };
    expect(inForce(stricter).rules).toEqual({ 'Money.amount': 'B' });
  });

  it('of a service whose field another one overrides', () => {
    const { rules } = inForce({
      a: `${FEDERATION}${RULES} type Query { a: A } type A @key(fields: "id") { id: ID! x: Int @sensitive }`,
      b: `${FEDERATION} type A @key(fields: "id") { id: ID! x: Int @override(from: "a") }`,
    });
    expect(rules).toEqual({ 'A.x': 'S' });
  });

  it("on every implementation of what is one service's object and another's interface", () => {
    const media = `${FEDERATION} type Query { media: [Media!]! } interface Media @key(fields: "id") { id: ID! }
      type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }`;
    const reviews = (onType: string, onField: string) =>
      `${FEDERATION}${RULES} type Media @interfaceObject @key(fields: "id") ${onType} { id: ID! score: Int ${onField} }`;
    expect(inForce({ a: media, b: reviews('', '@sensitive') }).rules).toEqual({ 'Book.score': 'S', 'Film.score': 'S' });
    const blocked = inForce({ a: media, b: reviews('@blockedWhileImpersonating', '') }).rules;
    expect(blocked).toEqual({ 'Book.id': 'B', 'Book.score': 'B', 'Film.id': 'B', 'Film.score': 'B' });
  });

  it('on all fields that return a scalar or enum that Federation lets it stand on', () => {
    const head = link(FED, '"@authenticated"');
    const { rules } = inForce({
      a: `${head} type Query { a: Iban b: [Kind!]! c: Int } scalar Iban @authenticated enum Kind @authenticated { X }`,
    });
    expect(rules).toEqual({ 'Query.a': 'A', 'Query.b': 'A' });
  });

  it('on fields that require a guarded one, through fields that require those', () => {
    const { rules } = inForce({
      a: `${FEDERATION}${RULES} type Query { a: A } type A @key(fields: "id") { id: ID! box: Box } type Box @shareable { cost: Int @requiresRole(role: ADMIN) size: Int }`,
      c: `${FEDERATION} type A @key(fields: "id") { id: ID! fee: Int @external total: Int @requires(fields: "fee") }`,
      b: `${FEDERATION} type A @key(fields: "id") { id: ID! box: Box @external fee: Int @requires(fields: "box { cost }") free: Int @requires(fields: "box { size }") } type Box @shareable { cost: Int size: Int }`,
    });
    expect(rules).toEqual({ 'Box.cost': 'ADMIN', 'A.fee': 'ADMIN', 'A.total': 'ADMIN' });
  });

  it('and counts for what requires it where no client can see it', () => {
    const { rules, notes } = inForce({
      a: `${FEDERATION}${RULES} type Query { a: A } type A @key(fields: "id") { id: ID! cost: Int @inaccessible @requiresRole(role: ADMIN) }`,
      b: `${FEDERATION} type A @key(fields: "id") { id: ID! cost: Int @external fee: Int @requires(fields: "cost") }`,
    });
    expect(rules).toEqual({ 'A.fee': 'ADMIN' });
    expect(notes).toEqual([
      { service: 'a', coordinate: 'A.cost', message: expect.stringContaining('no client can reach it') },
    ]);
  });

  it('where the configuration states it for a service that cannot be edited', () => {
    const sdl = 'type Query { a(b: Int): T } type T { c: Int }';
    const use = { name: 'sensitive', args: new Map() };
    const at = (coordinate: string) => ({ service: 'GATEWAY_CONFIG', coordinate, use });
    expect(inForce({ a: sdl }, { rules: [at('T.c')] }).rules).toEqual({ 'T.c': 'S' });
    expect(inForce({ a: sdl }, { rules: [at('Query.a(b:)')] }).sensitiveArguments).toEqual(['Query.a(b:)']);
    expect(problems({ a: sdl }, { rules: [at('T.d')] })).toEqual([
      'GATEWAY_CONFIG, T.d: carries @sensitive, but is not in the composed schema',
    ]);
  });
});

describe("Federation's scopes and policies", () => {
  const meanings = {
    scopes: new Map([
      ['a', ADMIN],
      ['b', SUPPORT],
      ['c', ACTOR],
    ]),
    policies: new Map([['vip', ACTOR]]),
  };
  const head = link(FED, '"@requiresScopes", "@policy"');

  it('are the roles that the configuration says they are', () => {
    const { rules } = inForce(
      {
        s: `${head} type Query {
          one: Int @requiresScopes(scopes: [["a"]])
          both: Int @requiresScopes(scopes: [["a", "c"]])
          either: Int @requiresScopes(scopes: [["a"], ["b"]])
          policy: Int @policy(policies: [["vip"]])
        }`,
      },
      meanings,
    );
    expect(rules).toEqual({
      'Query.one': 'A & ADMIN',
      'Query.both': 'A & ADMIN & actor AUDITOR',
      'Query.either': 'A & ADMIN|SUPPORT',
      'Query.policy': 'A & actor AUDITOR',
    });
  });

  it.each([
    [
      'no meaning',
      '@requiresScopes(scopes: [["a", "unknown"]])',
      'demands what the configuration gives no meaning under `scopes`: "unknown"',
    ],
    [
      'no meaning as a policy',
      '@policy(policies: [["a"]])',
      'demands what the configuration gives no meaning under `policies`: "a"',
    ],
    ['nothing in them', '@requiresScopes(scopes: [[]])', 'has an empty list in `scopes`'],
    [
      'alternatives about different people',
      '@requiresScopes(scopes: [["a"], ["c"]])',
      'offers alternatives about the viewer and about the actor',
    ],
  ])('with %s are refused', (_, use, message) => {
    const [problem] = problems({ s: `${head} type Query { x: Int ${use} }` }, meanings);
    expect(problem).toContain(`s, Query.x: @`);
    expect(problem).toContain(message);
  });
});

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
