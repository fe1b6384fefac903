import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { describe, expect, it } from 'vitest';
import { FED, inForce, link, problems } from './composing.js';
import { FEDERATION, RULES } from './services.js';

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
