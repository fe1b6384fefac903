import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { applyDirectives, checkDefinitions, DirectiveError } from '../../../directives/index.js';
import { BASE_SDL, guard, guarded, problemsOf, type Setup, unguarded } from './guarded.js';

const Q = 'type Query { a: Int }';
const problems = (sdl: string, setup: Setup = {}) => problemsOf(() => guarded(sdl, setup));

describe('a schema is refused at start', () => {
  const table: readonly [string, string, readonly string[]][] = [
    [
      'where a rule is on an interface that no object implements',
      `${Q} interface I @authenticated { a: Int }`,
      ['I: its directives have no effect: no object type implements I'],
    ],
    [
      'or on a field of one',
      `${Q} interface I { a: Int @authenticated }`,
      ['I.a: its directives have no effect: no object type implements I'],
    ],
    [
      'where only unreachable objects implement it',
      `${Q} interface I @authenticated { a: Int } type T implements I { a: Int }`,
      ['I: its directives have no effect: no operation can reach I'],
    ],
    [
      'where a rule is on a type that no operation reaches',
      `${Q} type T @blockedWhileImpersonating { a: Int }`,
      ['T: its directives have no effect: no operation can reach T'],
    ],
    [
      'or on a field of one',
      `${Q} type T { a: Int @requiresRole(role: ADMIN) t: T }`,
      ['T.a: its directives have no effect: no operation can reach T'],
    ],
    [
      'where a sensitive input field is never used',
      `${Q} input I { a: Int @sensitive }`,
      ['I.a: its directives have no effect: no operation can reach I'],
    ],
    [
      'where a sensitive argument is never used',
      `${Q} type T { a(b: Int @sensitive): Int }`,
      ['T.a(b:): its directives have no effect: no operation can reach T'],
    ],
    [
      'where a sensitive argument is one of a directive no document can use',
      `${Q} directive @d(b: Int @sensitive) on OBJECT`,
      ['@d(b:): its directives have no effect: no operation can use @d'],
    ],
    [
      'where a list of roles is empty',
      'type Query { a: Int @requiresRole(role: []) }',
      ['Query.a: @requiresRole has an empty list of roles, which nobody can meet'],
    ],
    [
      'where a role is unknown',
      'type Query { a: Int @requiresRole(role: BOSS) }',
      ['Query.a: @requiresRole names a role that the enum Role does not have: BOSS'],
    ],
    [
      'where one of several roles is unknown',
      'type Query { a: Int @requiresRole(role: [ADMIN, BOSS, USER, CHEF]) }',
      ['Query.a: @requiresRole names a role that the enum Role does not have: BOSS, CHEF'],
    ],
    [
      'where a role is a string',
      'type Query { a: Int @requiresRole(role: "ADMIN") }',
      ['Query.a: @requiresRole needs `role`: a role, or a list of roles'],
    ],
    [
      'where a role is null',
      'type Query { a: Int @requiresRole(role: null) }',
      ['Query.a: @requiresRole needs `role`: a role, or a list of roles'],
    ],
    [
      'where a role in a list is null',
      'type Query { a: Int @requiresRole(role: [ADMIN, null]) }',
      ['Query.a: @requiresRole needs `role`: a role, or a list of roles'],
    ],
    [
      'where lists of roles are nested',
      'type Query { a: Int @requiresRole(role: [[ADMIN]]) }',
      ['Query.a: @requiresRole needs `role`: a role, or a list of roles'],
    ],
    [
      'where the principal is unknown',
      'type Query { a: Int @requiresRole(role: ADMIN, of: BOTH) }',
      ['Query.a: @requiresRole `of` has to be VIEWER or ACTOR'],
    ],
    [
      'where the principal is null',
      'type Query { a: Int @requiresRole(role: ADMIN, of: null) }',
      ['Query.a: @requiresRole `of` has to be VIEWER or ACTOR'],
    ],
    [
      'where a field is both hidden and blocked',
      'type Query { a: Int @sensitive @blockedWhileImpersonating }',
      [
        'Query.a: @sensitive and @blockedWhileImpersonating contradict each other: hidden without an error, or refused with one?',
      ],
    ],
    [
      'where a host adds a principal',
      `${Q} extend enum Principal { BOTH }`,
      ['Principal: has to be an enum of exactly VIEWER and ACTOR'],
    ],
  ];
  it.each(table)('%s', (_, sdl, expected) => {
    expect(problems(sdl)).toEqual(expected);
  });

  it('where a directive is unknown, on any element', () => {
    const sdl = `
      schema @x0 { query: Query }
      directive @ours(arg: Int @x1) on FIELD
      type Query @x2 { a(b: I @x3, e: E): S @x4 u: U n: N }
      extend type Query @x5 { b: Int }
      input I @x6 { i: Int @x7 }
      enum E @x8 { V @x9 }
      scalar S @x10
      union U @x11 = Query
      interface N @x12 { a: Int @requireRole(role: ADMIN) }
      type O implements N { a: Int }`;
    const found = problems(sdl, { assumeValidSDL: true });
    expect([...found].sort()).toEqual(
      [
        'schema: carries the unknown directive @x0',
        '@ours(arg:): carries the unknown directive @x1',
        'Query: carries the unknown directive @x2',
        'Query.a(b:): carries the unknown directive @x3',
        'Query.a: carries the unknown directive @x4',
        'Query: carries the unknown directive @x5',
        'I: carries the unknown directive @x6',
        'I.i: carries the unknown directive @x7',
        'E: carries the unknown directive @x8',
        'E.V: carries the unknown directive @x9',
        'S: carries the unknown directive @x10',
        'U: carries the unknown directive @x11',
        'N: carries the unknown directive @x12',
        'N.a: carries the unknown directive @requireRole',
      ].sort(),
    );
  });

  it('where one of ours stands where it has no effect', () => {
    const sdl =
      'type Query { e(a: Int @authenticated): E @deprecated } enum E @sensitive { A @blockedWhileImpersonating }';
    expect(problems(sdl, { assumeValidSDL: true })).toEqual([
      'Query.e(a:): @authenticated has no effect here',
      'E: @sensitive has no effect here',
      'E.A: @blockedWhileImpersonating has no effect here',
    ]);
  });

  it.each([
    ['an interface', 'interface N @blockedWhileImpersonating { a: Int }', 'N: @blockedWhileImpersonating'],
    ['a union', 'union N @authenticated = T', 'N: @authenticated'],
    ['a scalar', 'scalar N @authenticated', 'N: @authenticated'],
    ['an enum', 'enum N @authenticated { A }', 'N: @authenticated'],
    [
      'a scalar, though it may stand on an object',
      'scalar N @blockedWhileImpersonating',
      'N: @blockedWhileImpersonating',
    ],
  ])('where one of ours stands on %s, and may not', (_, definition, where) => {
    const t = definition.startsWith('interface') ? 'type T implements N { a: Int }' : 'type T { a: Int }';
    const sdl = `type Query { n: N t: T } ${t} ${definition}`;
    expect(problems(sdl, { assumeValidSDL: true })).toEqual([`${where} has no effect here`]);
  });

  it('where one of ours stands on an input, or on the schema itself', () => {
    const sdl = 'extend schema @authenticated type Query { a(i: I): Int } input I @authenticated { a: Int }';
    expect(problems(sdl, { assumeValidSDL: true })).toEqual([
      'schema: @authenticated has no effect here',
      'schema: its directives have no effect: they do not apply to a schema',
      'I: @authenticated has no effect here',
    ]);
  });

  it('where a directive that is not repeatable stands twice', () => {
    const sdl = `${BASE_SDL} type Query @authenticated { a: Int @sensitive @sensitive } extend type Query @authenticated`;
    expect(problemsOf(() => guard(buildSchema(sdl, { assumeValidSDL: true })))).toEqual([
      'Query: @authenticated stands here twice',
      'Query.a: @sensitive stands here twice',
    ]);
  });

  const ours =
    'directive @requiresRole(role: [Role!]!, of: Principal! = VIEWER) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT';
  const definitions: readonly [string, string][] = [
    ['is not repeatable', ours.replace('repeatable ', '')],
    ['has another argument', ours.replace(')', ', else: Role)')],
    ['lacks an argument', ours.replace(', of: Principal! = VIEWER', '')],
    ['has another type', ours.replace('[Role!]!', '[String!]!')],
    ['has another default', ours.replace('= VIEWER', '= ACTOR')],
    ['has another location', ours.replace('| OBJECT', '| OBJECT | UNION')],
    ['lacks a location', ours.replace(' | INTERFACE', '')],
  ];
  it.each(definitions)('where the definition of @requiresRole %s', (_, definition) => {
    const sdl = BASE_SDL.replace(/directive @requiresRole\([\s\S]*?\| OBJECT \| INTERFACE/, definition);
    expect(sdl).toContain(definition);
    expect(problemsOf(() => guard(buildSchema(`${sdl} ${Q}`)))).toEqual([
      expect.stringMatching(/^@requiresRole: is defined as: .*; it has to be: directive @requiresRole\(/),
    ]);
  });

  it.each(definitions)(
    'where SDL that is to be merged with ours defines @requiresRole again and %s',
    (_, definition) => {
      expect(problemsOf(() => checkDefinitions(`scalar X ${definition} ${Q}`))).toEqual([
        expect.stringMatching(/^@requiresRole: is defined again, as: .*; it has to be: directive @requiresRole\(/),
      ]);
    },
  );

  it('not where such SDL repeats our definition, has directives of its own, or a type of the same name', () => {
    const others = 'directive @priced(n: Int) on FIELD_DEFINITION type sensitive { a: Int }';
    expect(() => checkDefinitions(`${ours} ${others} ${Q}`)).not.toThrow();
  });

  it('where a host module’s own definition changes ours when the modules are merged', () => {
    const host =
      'directive @requiresRole(role: [Role!]!) on FIELD_DEFINITION type Query { a: Int @requiresRole(role: ADMIN) }';
    expect(problems(host)).toEqual([expect.stringContaining('@requiresRole: is defined as')]);
  });

  it('not where a host module merely repeats our definition', () => {
    expect(problems(`${ours} ${Q}`)).toEqual([]);
  });

  it('not for the order of arguments or locations, nor for other descriptions', () => {
    const shuffled =
      '"Ours." directive @requiresRole(of: Principal! = VIEWER, "Which." role: [Role!]!) repeatable on OBJECT | FIELD_DEFINITION | INTERFACE';
    const sdl = BASE_SDL.replace(/"""[^"]*"""\s*directive @requiresRole\([\s\S]*?\| OBJECT \| INTERFACE/, shuffled);
    expect(sdl).toContain(shuffled);
    expect(problemsOf(() => guard(buildSchema(`${sdl} ${Q}`)))).toEqual([]);
  });

  it('where our directives are not defined at all', () => {
    const bare = makeExecutableSchema({ typeDefs: 'type Query { a: Int @authenticated }', assumeValidSDL: true });
    expect(problemsOf(() => guard(bare)).map((problem) => problem.split(';')[0])).toEqual([
      '@authenticated: is not defined',
      '@blockedWhileImpersonating: is not defined',
      '@requiresRole: is not defined',
      '@sensitive: is not defined',
      'Role: has to be an enum',
      'Principal: has to be an enum of exactly VIEWER and ACTOR',
      'Query.a: carries the unknown directive @authenticated',
    ]);
  });

  it('where the mutation rules name what is no mutation, contradict themselves, or a directive', () => {
    const sdl = `${Q} type Mutation { start: Int @blockedWhileImpersonating stop: Int @blockedWhileImpersonating both: Int }`;
    const setup = {
      nested: ['Mutation.start', 'Mutation.both', 'Mutation.begin'],
      always: ['Mutation.stop', 'Mutation.both', 'Query.a'],
    };
    expect(problems(sdl, setup)).toEqual([
      'Mutation.both: cannot be both refused (nested) and allowed (always) while impersonating',
      'Mutation.begin: is named in the mutation rules, but is no mutation',
      'Mutation.stop: has to be allowed while impersonating, but is @blockedWhileImpersonating',
      'Query.a: is named in the mutation rules, but is no mutation',
    ]);
    expect(problems(Q, { nested: ['Mutation.start'] })).toHaveLength(1);
  });

  it('where the directives are applied already', () => {
    const once = guarded('type Query { a: Int @authenticated }');
    expect(problemsOf(() => guard(once))).toEqual(['schema: its directives are applied already']);
    expect(problemsOf(() => guard(makeExecutableSchema({ typeDefs: once })))).toHaveLength(1);
  });

  it('with one error that lists every problem', () => {
    const sdl =
      'type Query { a: Int @requiresRole(role: []) b: Int @requiresRole(role: BOSS) } type T @authenticated { a: Int }';
    const schema = unguarded(sdl);
    const apply = () => applyDirectives(schema, { mutationRules: { nested: [], always: [] } });
    expect(apply).toThrow(DirectiveError);
    expect(problemsOf(apply)).toHaveLength(3);
    expect(apply).toThrow(/Query\.a: .*\n.*Query\.b: .*\n.*T: /);
  });
});

describe('a schema is accepted', () => {
  const accepted: readonly [string, string][] = [
    [
      'where an interface is only ever implemented, not returned',
      'interface I @authenticated { a: Int } type T implements I { a: Int } type Query { t: T }',
    ],
    [
      'where an object is reached through its interface alone',
      'interface I { a: Int } type T implements I @authenticated { a: Int } type Query { i: I }',
    ],
    [
      'where an object is reached through a union alone',
      'union U = T type T @authenticated { a: Int } type Query { u: U }',
    ],
    ['where only a subscription reaches it', `${Q} type T @authenticated { a: Int } type Subscription { t: T }`],
    ['where types refer to each other in a circle', 'type Query { t: T } type T @authenticated { t: [T!]! q: Query }'],
    ['where an input is nested', 'type Query { a(i: I): Int } input I { j: [J!]! } input J { s: Int @sensitive }'],
    [
      'where a sensitive argument is one of a directive documents can use',
      `${Q} directive @d(b: I) on FIELD input I { a: Int @sensitive }`,
    ],
    [
      'where a sensitive argument is one of a directive for documents and schemas alike',
      `${Q} directive @d(b: I) on OBJECT | FIELD input I { a: Int @sensitive }`,
    ],
    [
      'with @deprecated, @specifiedBy and @oneOf',
      'type Query { a(o: O): Int @deprecated } scalar X @specifiedBy(url: "https://example.test") input O @oneOf { a: Int }',
    ],
    [
      'with a host’s own directive',
      'directive @priced(n: Int) on FIELD_DEFINITION type Query { a: Int @priced(n: 1) }',
    ],
    [
      'with @sensitive on fields of the root types',
      `${Q} type Mutation { m: Int @sensitive } type Subscription { s: Int @sensitive }`,
    ],
  ];
  it.each(accepted)('%s', (_, sdl) => {
    expect(problems(sdl)).toEqual([]);
  });
});
