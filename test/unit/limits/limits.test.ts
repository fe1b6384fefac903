import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { checkText } from '../../../src/http/graphql/limits/check-text.js';
import { TooComplex } from '../../../src/http/graphql/limits/too-complex.js';
import { check, refusalOf, schemaOf } from './setting.js';

const schema = schemaOf(`
  type Query { node: Node text(of: Anything, filter: Filter, list: [Filter]): String }
  type Node { next: Node other: Node text: String }
  input Filter { and: [Filter!] name: String }
  scalar Anything
`);

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** Fragments that double what the next one has. */
function bomb(levels: number): string {
  const doubling = repeat(levels, (n) => `fragment F${n} on Node { ...F${n + 1} ...F${n + 1} }`);
  return `{ node { ...F0 } } ${doubling} fragment F${levels} on Node { text }`;
}

const deep = (levels: number) =>
  `{ ${'node { '.replace('node', 'node')}${'next { '.repeat(levels)}text${' }'.repeat(levels + 2)}`;
const shuttle = (levels: number) =>
  `{ node { ${repeat(levels, (n) => `${n % 2 === 0 ? 'next' : 'other'} {`)} text ${'} '.repeat(levels + 2)}`;

describe('a document is refused, and told by how much,', () => {
  it.each<[string, string, object]>([
    ['for its depth', shuttle(30), { name: 'depth', allowed: 20, found: 21 }],
    [
      'for its depth by a fragment',
      `{ node { ...F } } fragment F on Node ${shuttle(19).slice(2 + 'node '.length, -2)}`,
      { name: 'depth', found: 21 },
    ],
    ['for recursion', deep(12), { name: 'recursion', allowed: 10, found: 12 }],
    ['for 10,000 fields', bomb(13), { name: 'fields', allowed: 2_000, found: 8_193 }],
    ['for more fields than can be counted', bomb(150), { name: 'fields', found: Number.MAX_SAFE_INTEGER }],
    ['for aliases', `{ node { ${repeat(201, (n) => `a${n}: text`)} } }`, { name: 'aliases', allowed: 200, found: 201 }],
    ['for root fields', `{ ${'text '.repeat(51)} }`, { name: 'rootFields', allowed: 50, found: 51 }],
    [
      'for root fields by fragments',
      `{ ${'...F '.repeat(26)} } fragment F on Query { text node { text } }`,
      { name: 'rootFields', found: 52 },
    ],
    ['for directives', `{ node { ${'text @include(if: true) '.repeat(201)} } }`, { name: 'directives', allowed: 200 }],
    [
      'for directives in one place',
      `{ text ${'@skip(if: false) '.repeat(11)} }`,
      { name: 'directivesPerPlace', allowed: 10 },
    ],
    [
      'for directives of the operation',
      `query ${'@a '.repeat(11)} { text }`,
      { name: 'directivesPerPlace', found: 11 },
    ],
    ['for variables', `query (${repeat(101, (n) => `$v${n}: Int`)}) { text }`, { name: 'variables', allowed: 100 }],
    [
      'for a deep literal',
      `{ text(of: ${'['.repeat(21)}${']'.repeat(21)}) }`,
      { name: 'inputDepth', allowed: 20, found: 21 },
    ],
    ['for a deep object', `{ text(of: ${'{ a: '.repeat(21)}1${' }'.repeat(21)}) }`, { name: 'inputDepth' }],
    [
      'for a deep default',
      `query ($a: Anything = ${'['.repeat(21)}${']'.repeat(21)}) { text(of: $a) }`,
      { name: 'inputDepth' },
    ],
    ['for many literals', `{ text(of: [${'1 '.repeat(10_001)}]) }`, { name: 'inputValues', allowed: 10_000 }],
    [
      'for introspection in circles',
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
      { name: 'introspection', allowed: 2, found: 3 },
    ],
    ['for inline fragments in one another', `{ ${'... { '.repeat(900)} text ${'} '.repeat(900)} }`, { name: 'depth' }],
    [
      'for the worst of its operations, whichever is executed',
      `query A { text } query B { ${'text '.repeat(51)} }`,
      { name: 'rootFields' },
    ],
  ])('%s', (_what, document, limit) => {
    const checked = check(schema, document);
    expect(refusalOf(checked)).toMatchObject(limit);
    expect(checked).toMatchObject({ code: 'QUERY_TOO_COMPLEX', status: 400 });
  });

  it.each<[string, string, object]>([
    ['for its characters', `{ text } #${'x'.repeat(99_991)}`, { name: 'characters', allowed: 100_000, found: 100_001 }],
    ['for its lines', `{ text${'\n'.repeat(2_000)}`, { name: 'lines', allowed: 2_000, found: 2_001 }],
    [
      'for lines of every kind',
      `{ text }${'\r'.repeat(1_000)}${'\r\n\n'.repeat(500)}`,
      { name: 'lines', found: 2_001 },
    ],
  ])('%s, before it is parsed', (_what, text, limit) => {
    const refusal = checkText(DEFAULT_QUERY_LIMITS, text);
    expect(refusal?.extensions.limit).toMatchObject(limit);
    expect(refusal).toMatchObject({ code: 'QUERY_TOO_COMPLEX', status: 400 });
  });

  it('for names that errors would repeat', () => {
    const name = 'n'.repeat(256);
    for (const document of [
      `query ${name} { text }`,
      `{ ${name} }`,
      `{ text } fragment ${name} on Query { text }`,
      `{ text(${name}: 1) }`,
      `{ text(of: $${name}) }`,
      `{ text(of: [{ a: $${name} }]) }`,
      `{ text(filter: { ${name}: 1 }) }`,
      `{ text @include(${name}: true) }`,
      `query ($a: Filter = { ${name}: 1 }) { text(filter: $a) }`,
    ]) {
      expect(refusalOf(check(schema, document))).toEqual({ name: 'nameLength', allowed: 255, found: 256 });
    }
    expect(check(schema, `query ${name.slice(1)} { text }`)).not.toBeInstanceOf(TooComplex);
  });

  it('not for as many characters and lines as are allowed', () => {
    expect(checkText(DEFAULT_QUERY_LIMITS, `{ text }${'\n'.repeat(1_999)}`.padEnd(100_000))).toBeNull();
  });

  it('at any nesting of any kind, without running out of stack', () => {
    for (const part of ['... { ', '... on Query { ', 'node { ', 'a: node @include(if: true) { ']) {
      const document = `{ ${part.repeat(1_200)} text ${'} '.repeat(1_200)} }`;
      expect(refusalOf(check(schema, document, { depth: 100, recursion: 100, directives: 100_000 }))).not.toBeNull();
    }
    const chain = `{ node { ...F0 } } ${repeat(2_000, (n) => `fragment F${n} on Node { ...F${n + 1} }`)} fragment F2000 on Node { text }`;
    expect(refusalOf(check(schema, chain, { depth: 100 }))).toMatchObject({ name: 'depth' });
  });

  it('and one that is not valid is looked at as well, however its fragments spread themselves', () => {
    for (const document of [
      '{ ...F } fragment F on Query { ...F }',
      '{ nothing { at { all } } ...Missing }',
      '{ text { text } node(x: 1) }',
      'mutation { nothing }',
      'fragment F on Nowhere { a { b } }',
    ]) {
      expect(check(schema, document), document).not.toBeInstanceOf(TooComplex);
    }
  });
});

describe('within the limits', () => {
  it('is all that the tools of developers introspect', () => {
    for (const oneOf of [true, false]) {
      const query = getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, oneOf });
      expect(refusalOf(check(schema, query))).toBeNull();
    }
  });

  it('is each limit itself', () => {
    expect(refusalOf(check(schema, `{ ${'text '.repeat(50)} }`))).toBeNull();
    expect(refusalOf(check(schema, shuttle(18)))).toBeNull();
    expect(refusalOf(check(schema, deep(10)))).toBeNull();
  });
});

describe('the values of variables', () => {
  const document = 'query ($f: Filter, $a: Anything, $l: [Filter]) { text(filter: $f, of: $a, list: $l) }';
  const checked = check(schema, document);
  if (checked instanceof TooComplex) throw checked;
  const [operation] = checked.checks.values();
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  it.each<[string, Record<string, unknown>, string | null]>([
    ['nested too deep for a scalar that takes anything', { a: nested(21) }, 'inputDepth'],
    ['nested as deep as is allowed', { a: nested(20) }, null],
    ['too many', { l: Array.from({ length: 10_000 }, () => null) }, 'inputValues'],
    ['that no variable is declared for: nothing reads them', { other: nested(5_000) }, null],
    ['that are not there', {}, null],
  ])('%s', (_what, variables, limit) => {
    expect(operation?.refusal(variables)?.limit ?? null).toBe(limit);
  });
});

describe('what a document costs to refuse has a bound:', () => {
  const paged = schemaOf(`
    type Query { page(first: Int = 5): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], requireOneSlicingArgument: false) }
    type Page { nodes: [Node!]! }
    type Node { text: String page(first: Int = 5): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], requireOneSlicingArgument: false) }
  `);

  it.each([
    ['a list of another size in each place', (n: number) => `(first: ${n + 1})`],
    ['lists that are all alike', () => ''],
  ])('fragments in lists in fragments, %s', (_, first) => {
    const levels = repeat(
      15,
      (level) => `fragment F${level} on Query { ${repeat(10, (n) => `p${n}: page${first(n)} { ...F${level + 1} }`)} }`,
    );
    const checked = check(paged, `{ ...F0 } ${levels} fragment F15 on Query { a }`);
    expect(refusalOf(checked)).toMatchObject({ name: 'fields', allowed: 2_000 });
  });

  it('a fragment in as many lists as there may be is let through', () => {
    const text = `{ page { ${repeat(40, (n) => `n${n}: nodes { ...F }`)} } } fragment F on Node { text ...G } fragment G on Node { text }`;
    expect(refusalOf(check(paged, text))).toBeNull();
  });

  it.each([
    ['deep', `fragment F on Node { ${'next { '.repeat(500)}text${' }'.repeat(500)} }`, 'depth'],
    [
      'in a chain',
      `${repeat(900, (n) => `fragment F${n} on Node { ...F${n + 1} }`)} fragment F900 on Node { text }`,
      'depth',
    ],
    ['wide', `fragment F on Node { ${'text '.repeat(3_000)} }`, 'fields'],
    ['of aliases', `fragment F on Node { ${repeat(300, (n) => `a${n}: text`)} }`, 'aliases'],
  ])('fragments that nothing spreads, %s', (_, fragments, name) => {
    expect(refusalOf(check(schema, `{ node { text } } ${fragments}`))).toMatchObject({ name });
  });
});
