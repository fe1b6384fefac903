import fc from 'fast-check';
import {
  type ASTNode,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../../src/http/graphql/redact-variables.js';
import { hideSensitiveValue } from '../../../src/http/graphql/sensitive-values.js';
import { SEED } from '../../support/seeded-random.js';
import { guarded } from '../directives/guarded.js';

const schema = guarded(`
  scalar JSON
  directive @note(text: String @sensitive) on FIELD
  interface Vault { open(key: String): String }
  type Safe implements Vault { open(key: String @sensitive): String }
  type Query { safe: Safe vault: Vault find(text: String, deep: Deep, list: [String!], many: [Login!], anything: JSON, color: Color, tree: Tree, outer: Outer): String hidden(login: Login @sensitive): String }
  type Mutation {
    login(name: String!, password: String @sensitive, codes: [Int!] @sensitive): String
    sign(input: Login!): String
    signAll(inputs: [[Login!]!]): String
  }
  input Login { name: String password: String @sensitive codes: [String] @sensitive inner: Login extra: JSON tags: [String] }
  input Deep { next: Deep name: String }
  input Tree { nodes: [Tree!] name: String }
  input Outer { name: String deep: Deep login: Login }
  enum Color { RED GREEN }
`);

/** What of the variables would be recorded. */
function kept(text: string, variables: Record<string, unknown> | null | undefined): unknown {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('no operation');
  const recorded = createRedaction(schema, document, operation)(variables);
  return recorded === null ? null : JSON.parse(recorded);
}
const SECRET = 'hunter2';
const HIDDEN = '[REDACTED]';

describe('the variables that are recorded', () => {
  it('are none where there are none', () => {
    expect(kept('{ find }', {})).toBeNull();
    expect(kept('{ find }', null)).toBeNull();
    expect(kept('{ find }', undefined)).toBeNull();
    expect(kept('query($a: String) { find(text: $a) }', {})).toBeNull();
    expect(kept('query($a: String) { find(text: $a) }', null)).toBeNull();
    expect(kept('query($a: String) { find(text: $a) }', undefined)).toBeNull();
  });

  it('are those that were declared, as they were sent', () => {
    const text = 'query($a: String, $b: Color, $c: [String!]) { find(text: $a, color: $b, list: $c) }';
    expect(kept(text, { a: 'x', b: 'RED', c: ['y', 'z'] })).toEqual({ a: 'x', b: 'RED', c: ['y', 'z'] });
    expect(kept(text, { a: null })).toEqual({ a: null });
  });

  it('are not those that were not declared: they could be anything', () => {
    const text = 'query($a: String) { find(text: $a) }';
    expect(kept(text, { a: 'x', password: SECRET, __proto__: SECRET, constructor: SECRET })).toEqual({ a: 'x' });
    expect(kept(text, { password: SECRET })).toBeNull();
  });
});

describe('a value is hidden whole', () => {
  it.each([
    ['as a sensitive argument', 'mutation($v: String) { login(name: "a", password: $v) }', SECRET],
    ['behind an alias', 'mutation($v: String) { x: login(name: "a", password: $v) }', SECRET],
    [
      'in a fragment',
      'mutation($v: String) { ...F } fragment F on Mutation { login(name: "a", password: $v) }',
      SECRET,
    ],
    [
      'in a fragment within a fragment',
      'mutation($v: String) { ...F } fragment F on Mutation { ... on Mutation { ...G } } fragment G on Mutation { login(name: "a", password: $v) }',
      SECRET,
    ],
    ['as a list', 'mutation($v: [Int!]) { login(name: "a", codes: $v) }', [1234]],
    ['within a list', 'mutation($v: Int!) { login(name: "a", codes: [1, $v]) }', 1234],
    ['as a sensitive field of an input', 'mutation($v: String) { sign(input: {name: "a", password: $v}) }', SECRET],
    ['as one of a nested input', 'mutation($v: String) { sign(input: {inner: {inner: {password: $v}}}) }', SECRET],
    ['as one of inputs in lists', 'mutation($v: String) { signAll(inputs: [[{password: $v}]]) }', SECRET],
    ['as one of an input that stands for a list', 'mutation($v: String) { signAll(inputs: {password: $v}) }', SECRET],
    ['within a sensitive list', 'mutation($v: String) { sign(input: {codes: ["a", $v]}) }', SECRET],
    ['as a sensitive argument of a directive', 'query($v: String) { find @note(text: $v) }', SECRET],
    ['through an interface, where an object marks it', 'query($v: String) { vault { open(key: $v) } }', SECRET],
    ['on an object, where it marks it', 'query($v: String) { safe { open(key: $v) } }', SECRET],
    [
      'beside a sensitive field, within a sensitive argument',
      'query($v: String) { hidden(login: {password: "a", name: $v}) }',
      SECRET,
    ],
    ['where it is used elsewhere too', 'query($v: String) { find(text: $v) safe { open(key: $v) } }', SECRET],
    ['with a default', 'mutation($v: String = "x") { login(name: "a", password: $v) }', SECRET],
    ['of the wrong type', 'mutation($v: String) { login(name: "a", password: $v) }', { any: SECRET }],
  ])('%s', (_, text, value) => {
    expect(kept(text, { v: value })).toEqual({ v: value === null ? null : HIDDEN });
  });
});

describe('a value is kept', () => {
  it.each([
    ['after a sensitive argument', 'mutation($v: String) { login(name: $v, password: "a") }'],
    [
      'in a field after one with a sensitive argument',
      'mutation($v: String) { login(password: "a") x: login(name: $v) }',
    ],
    ['beside a sensitive field of an input', 'mutation($v: String) { sign(input: {password: "a", name: $v}) }'],
    [
      'beside an input with a sensitive field',
      'mutation($v: String) { sign(input: {inner: {password: "a"}, name: $v}) }',
    ],
    ['of an argument that there is not', 'query($v: String) { find(nothing: $v) }'],
    ['within an argument that there is not', 'query($v: String) { find(nothing: {password: $v}) }'],
    ['of a field of an input that there is not', 'mutation($v: String) { sign(input: {nothing: $v}) }'],
    ['within a scalar', 'query($v: String) { find(anything: {password: $v}) }'],
  ])('%s', (_, text) => {
    expect(kept(text, { v: 'a value' })).toEqual({ v: 'a value' });
  });
});

describe('an error that quotes a value of the client’s own', () => {
  /** What is told of a document that is not valid, or else of its variables. */
  function told(text: string, variables: Record<string, unknown> = {}): readonly string[] {
    const document = parse(text);
    const definitions = getOperationAST(document)?.variableDefinitions ?? [];
    const invalid = validate(schema, document);
    const errors = invalid.length > 0 ? invalid : (getVariableValues(schema, definitions, variables).errors ?? []);
    for (const error of errors) hideSensitiveValue(schema, document, error);
    return errors.map(({ message }) => message);
  }

  it.each([
    ['an argument', 'mutation { login(name: "a", password: 1234) }', {}],
    ['a list', 'mutation { login(name: "a", codes: [1, "hunter2"]) }', {}],
    ['a field of an input', 'mutation { signAll(inputs: [[{password: 1234}]]) }', {}],
    ['a variable for an argument', 'mutation($v: String) { login(name: "a", password: $v) }', { v: { a: SECRET } }],
    ['a variable with such a field', 'mutation($v: Login!) { sign(input: $v) }', { v: { password: { a: SECRET } } }],
    ['a list of them', 'mutation($v: [[Login!]!]) { signAll(inputs: $v) }', { v: [[{ password: [SECRET] }]] }],
    [
      'a variable with such a field deep within',
      'query($v: Outer) { find(outer: $v) }',
      { v: { login: { password: 7 } } },
    ],
  ])('does not where that is sensitive: %s', (_, text, variables) => {
    expect(told(text, variables)).toEqual(['A sensitive value is not valid.']);
  });

  it.each([
    ['an argument', '{ find(text: 1234) }', {}],
    ['an argument after a sensitive one', 'mutation { login(password: "a", name: 1234) }', {}],
    ['a variable', 'query($v: String) { find(text: $v) }', { v: 1234 }],
    ['a variable of a type within itself', 'query($v: Deep) { find(deep: $v) }', { v: { name: 1234 } }],
    ['a variable with lists of its own type', 'query($v: Tree) { find(tree: $v) }', { v: { name: 1234 } }],
  ])('does where that is not: %s', (_, text, variables) => {
    const messages = told(text, variables);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('1234');
  });

  it('does not where one of several places is sensitive, or it cannot be told', () => {
    const document = parse('mutation { login(name: "a", password: "hunter2") }');
    const { selections } = getOperationAST(document)!.selectionSet;
    const [name, password] = (selections[0] as FieldNode).arguments!;
    const messageOf = (nodes: readonly ASTNode[]) => {
      const error = new GraphQLError(SECRET, { nodes });
      hideSensitiveValue(schema, document, error);
      return error.message;
    };
    expect(messageOf([name!, password!])).toBe('A sensitive value is not valid.');
    expect(messageOf([name!])).toBe(SECRET);
    const untellable = new GraphQLError(SECRET);
    Object.defineProperty(untellable, 'nodes', { value: [null] });
    hideSensitiveValue(schema, document, untellable);
    expect(untellable.message).toBe('A sensitive value is not valid.');
  });
});

describe('within an input', () => {
  const text = 'mutation($v: Login!) { sign(input: $v) }';

  it('what is sensitive is hidden, at any depth, and nothing else', () => {
    const login = {
      name: 'a',
      password: SECRET,
      codes: [SECRET],
      tags: ['t'],
      inner: { name: 'b', password: SECRET, inner: { codes: null } },
    };
    expect(kept(text, { v: login })).toEqual({
      v: {
        name: 'a',
        password: HIDDEN,
        codes: HIDDEN,
        tags: ['t'],
        inner: { name: 'b', password: HIDDEN, inner: { codes: HIDDEN } },
      },
    });
  });

  it('what the schema does not know is left out', () => {
    expect(kept(text, { v: { name: 'a', passwort: SECRET, toString: SECRET } })).toEqual({ v: { name: 'a' } });
  });

  it('what has an unknown inside is hidden: objects and lists in scalars', () => {
    const v = { name: { password: SECRET }, tags: [[SECRET], { a: SECRET }, 'ok'], extra: { password: SECRET } };
    expect(kept(text, { v })).toEqual({ v: { name: HIDDEN, tags: [HIDDEN, HIDDEN, 'ok'], extra: HIDDEN } });
  });

  it.each([SECRET, 1234, true, [{ password: SECRET }]])('an input that is none (%j) is hidden', (v) => {
    expect(kept(text, { v })).toEqual({ v: HIDDEN });
  });

  it('in lists, each item is treated alike, also a single one that stands for a list', () => {
    const lists = 'mutation($v: [[Login!]!]) { signAll(inputs: $v) }';
    expect(kept(lists, { v: [[{ password: SECRET }], [{ name: 'a' }]] })).toEqual({
      v: [[{ password: HIDDEN }], [{ name: 'a' }]],
    });
    expect(kept(lists, { v: { password: SECRET } })).toEqual({ v: { password: HIDDEN } });
    expect(kept(lists, { v: [SECRET] })).toEqual({ v: [HIDDEN] });
  });
});

describe('what is not a value of a known type', () => {
  it('is hidden', () => {
    expect(kept('query($v: Unknown) { find(text: $v) }', { v: SECRET })).toEqual({ v: HIDDEN });
    expect(kept('query($v: Safe) { find(text: $v) }', { v: { open: { key: SECRET } } })).toEqual({ v: HIDDEN });
    expect(kept('query($v: JSON) { find(anything: $v) }', { v: { password: SECRET } })).toEqual({ v: HIDDEN });
    expect(kept('query($v: JSON) { find(anything: $v) }', { v: [SECRET] })).toEqual({ v: HIDDEN });
  });
});

describe('what is recorded is bounded', () => {
  it('in depth', () => {
    let deep: object = { name: 'bottom' };
    for (let n = 0; n < 500; n++) deep = { next: deep, name: 'level' };
    const recorded = JSON.stringify(kept('query($v: Deep) { find(deep: $v) }', { v: deep }));
    expect(recorded.length).toBeLessThan(500);
    expect(recorded).toContain(HIDDEN);
  });

  it('in depth, to the level: what lies twelve deep is kept, and nothing deeper', () => {
    const nested = (levels: number): object => (levels === 0 ? { name: 'bottom' } : { next: nested(levels - 1) });
    const recorded = (levels: number) =>
      JSON.stringify(kept('query($v: Deep) { find(deep: $v) }', { v: nested(levels) }));
    expect(recorded(11)).toContain('bottom');
    expect(recorded(12)).not.toContain('bottom');
    expect(recorded(12)).toContain(HIDDEN);
  });

  it.each([
    ['lists', (tree: object) => [tree]],
    ['what stands for a list', (tree: object) => tree],
  ])('in depth through %s', (_, listed) => {
    let tree: object = { name: 'bottom' };
    for (let n = 0; n < 500; n++) tree = { nodes: listed(tree), name: 'level' };
    const recorded = JSON.stringify(kept('query($v: Tree) { find(tree: $v) }', { v: tree }));
    expect(recorded.length).toBeLessThan(500);
    expect(recorded).toContain(HIDDEN);
  });

  it('in length: a text that would be longer is left out', () => {
    const text = 'query($v: String) { find(text: $v) }';
    expect(kept(text, { v: 'x'.repeat(16_376) })).toEqual({ v: 'x'.repeat(16_376) });
    expect(kept(text, { v: 'x'.repeat(16_377) })).toEqual({ omitted: '16385 characters' });
    expect(kept(text, { v: 'x'.repeat(16_000) })).toEqual({ v: 'x'.repeat(16_000) });
    expect(kept(text, { v: 'x'.repeat(1_000_000) })).toEqual({ omitted: expect.stringMatching(/^\d+ characters$/) });
  });
});

it('whatever is sent, in whatever shape, no sensitive value is recorded', () => {
  console.log(`variables: TEST_SEED=${SEED}`);
  const fields = ['name', 'password', 'codes', 'inner', 'extra', 'tags', 'other'];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>('plain', 7, true, null, SECRET),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 5 }),
    ),
  }));
  /** Puts the secret at every sensitive place, and takes it from every other. */
  function plant(sent: unknown, sensitive: boolean): unknown {
    if (Array.isArray(sent)) return sent.map((item) => plant(item, sensitive));
    if (typeof sent !== 'object' || sent === null) return sensitive ? SECRET : sent === SECRET ? 'plain' : sent;
    return Object.fromEntries(
      Object.entries(sent).map(([name, inner]) => [
        name,
        plant(inner, sensitive || name === 'password' || name === 'codes' || name === 'other'),
      ]),
    );
  }
  const texts = [
    'mutation($v: Login!) { sign(input: $v) }',
    'mutation($v: [[Login!]!]) { signAll(inputs: $v) }',
    'mutation($v: Login) { sign(input: {inner: $v}) }',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...texts), value, (text, sent) => {
      expect(JSON.stringify(kept(text, { v: plant(sent, false) }))).not.toContain(SECRET);
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});
