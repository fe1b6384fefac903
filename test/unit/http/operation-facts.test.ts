import { createHash } from 'node:crypto';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { operationFacts } from '../../../src/http/graphql/operation-facts.js';

const schema = buildSchema(`
  type Query { a(x: Int, s: String, l: [Int], o: I, e: E, b: Boolean): T b: T c: Int }
  type T { a: T b: T id: ID }
  type Mutation { m(x: Int): Int n: Int }
  type Subscription { s: Int }
  input I { x: Int l: [Int] }
  enum E { ONE TWO }
`);
function facts(text: string, name?: string) {
  const document = parse(text);
  const operation = getOperationAST(document, name);
  if (operation == null) throw new Error('no such operation');
  return operationFacts(schema, document, operation);
}
const hash = (text: string, name?: string) => facts(text, name).documentHash;

describe('an operation', () => {
  it.each([
    ['{ a { id } }', null, 'QUERY'],
    ['query Q { c }', 'Q', 'QUERY'],
    ['mutation M { n }', 'M', 'MUTATION'],
    ['subscription S { s }', 'S', 'SUBSCRIPTION'],
  ])('%s has its name and type', (text, name, type) => {
    expect(facts(text)).toMatchObject({ name, type });
  });

  it('has its root fields in the order selected, each once, by their own names', () => {
    expect(facts('{ second: b { id } a { id } again: b { id } __typename c }')).toMatchObject({
      fields: ['Query.b', 'Query.a', 'Query.__typename', 'Query.c'],
      rootKeys: ['second', 'a', 'again', '__typename', 'c'],
    });
    expect(facts('mutation { m(x: 1) n }').fields).toEqual(['Mutation.m', 'Mutation.n']);
    expect(facts('subscription { s }').fields).toEqual(['Subscription.s']);
  });

  it('has root fields through fragments, spread and inline, at any depth', () => {
    const text = `
      query Q { ...One ... on Query { ... @include(if: true) { c } ...Two } }
      fragment One on Query { a { id } ...Two }
      fragment Two on Query { x: b { a { id } } }`;
    expect(facts(text)).toMatchObject({ fields: ['Query.a', 'Query.b', 'Query.c'], rootKeys: ['a', 'x', 'c'] });
  });

  it('is that of several which is asked for', () => {
    const text = 'query A { c } mutation B { n }';
    expect(facts(text, 'A')).toMatchObject({ type: 'QUERY', fields: ['Query.c'] });
    expect(facts(text, 'B')).toMatchObject({ type: 'MUTATION', fields: ['Mutation.n'] });
  });

  it('that is not valid is described too: fragments in circles, unknown ones, unknown fields', () => {
    const text =
      'query { ...One ...Nowhere c nothing } fragment One on Query { ...Two } fragment Two on Query { ...One b { ...Three } } fragment Three on T { ...Three }';
    expect(facts(text)).toMatchObject({ fields: ['Query.b', 'Query.c'] });
    expect(facts(text).documentHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of any size leaves facts of a bounded one', () => {
    const name = 'x'.repeat(100_000);
    const many = Array.from({ length: 3_000 }, (_, n) => `f${n}`).join(' ');
    const described = facts(`query ${name} { ${name} ${many} c }`);
    expect(described.name).toHaveLength(255);
    expect(described.fields).toEqual(['Query.c']);
  });

  it('is described once per document', () => {
    const document = parse('{ c }');
    const operation = getOperationAST(document);
    if (operation == null) throw new Error('no operation');
    expect(operationFacts(schema, document, operation)).toBe(operationFacts(schema, document, operation));
  });
});

describe('the hash of the document', () => {
  const base =
    'query Q($v: Int) { a(x: 1, s: "secret", l: [1, 2], o: {x: 3}, e: ONE, b: true) { id } b { ...F } } fragment F on T { id } fragment G on T { b { id } }';

  it.each([
    ['white space and commas', base.replaceAll(' ', '\n  ,').replaceAll('(', ' ( ')],
    ['comments', `# a comment\n${base}\n# another`],
    ['a number', base.replace('x: 1', 'x: 987654')],
    ['a number of another kind', base.replace('x: 1', 'x: 1.5e3')],
    ['a text', base.replace('"secret"', '"another"')],
    ['a block of text', base.replace('"secret"', '"""a block"""')],
    ['a list', base.replace('[1, 2]', '[3, 4, 5]')],
    ['an object', base.replace('{x: 3}', '{l: [1], x: 4}')],
    ['an enum value', base.replace('e: ONE', 'e: TWO')],
    ['a boolean', base.replace('b: true', 'b: false')],
    ['the order of fragments', `fragment G on T { b { id } } fragment F on T { id } ${base.split(' fragment')[0]}`],
    ['fragments it does not use', base.replace('fragment G on T { b { id } }', '')],
    ['other operations', `${base} query Other { c }`],
  ])('is the same for other %s', (_, text) => {
    expect(hash(text, 'Q')).toBe(hash(base, 'Q'));
  });

  it.each([
    ['field', base.replace('{ id } b', '{ b { id } } b')],
    ['alias', base.replace('b { ...F }', 'z: b { ...F }')],
    ['argument', base.replace('x: 1, ', '')],
    ['variable for a literal', base.replace('x: 1', 'x: $v')],
    ['name', base.replace('query Q', 'query R')],
    ['fragment', base.replace('fragment F on T { id }', 'fragment F on T { a { id } }')],
    ['directive', base.replace('b { ...F }', 'b @skip(if: true) { ...F }')],
    [
      'order of fields',
      'query Q($v: Int) { b { ...F } a(x: 1, s: "secret", l: [1, 2], o: {x: 3}, e: ONE, b: true) { id } } fragment F on T { id }',
    ],
    ['operation type', 'mutation Q { n }'],
  ])('differs for another %s', (_, text) => {
    expect(hash(text)).not.toBe(hash(base, 'Q'));
  });

  it('is that of this text: the operation, then the fragments it uses in order of name, no literal, nothing ignorable', () => {
    const text = `query Q($v: Int = 5) { a(x: 1, s: "secret", l: [$v], o: {x: 3}, e: ONE, b: true) { ...Z ...A } }
      fragment Z on T { id } fragment A on T { b { ...M } } fragment M on T { id }`;
    const normalised =
      'query Q($v:Int=0){a(x:0 s:"" l:[]o:{}e:E b:false){...Z ...A}} ' +
      'fragment A on T{b{...M}} fragment M on T{id} fragment Z on T{id}';
    expect(hash(text)).toBe(createHash('sha256').update(normalised).digest('hex'));
  });

  it('holds no default value of a variable', () => {
    expect(hash('query Q($s: String = "secret") { a(s: $s) { id } }')).toBe(
      hash('query Q($s: String = "other") { a(s: $s) { id } }'),
    );
  });

  it('of fragments inside each other covers them all', () => {
    const text = (inner: string) => `{ a { ...F } } fragment F on T { ...G } fragment G on T { ${inner} }`;
    expect(hash(text('id'))).not.toBe(hash(text('b { id }')));
  });
});
