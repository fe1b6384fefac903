import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readSchemaCosts } from '../../../directives/schema-costs.js';
import { check, costOf, refusalOf, schemaOf } from './setting.js';

describe('the cost of an operation', () => {
  // The example of the GraphQL Cost Directives specification, as written there.
  const users = schemaOf(`
    type User { name: String age: Int @cost(weight: "2.0") }
    type Query { users(max: Int): [User] @listSize(slicingArguments: ["max"]) }
  `);

  it('is that of the entries a list has, as the slicing argument says', () => {
    expect(costOf(users, '{ users(max: 5) { name } }')).toBe(5);
    expect(costOf(users, '{ users(max: 5) { age } }')).toBe(5 * (1 + 2));
    expect(costOf(users, 'query ($n: Int) { users(max: $n) { age } }', { n: 7 })).toBe(21);
    expect(costOf(users, 'query ($n: Int = 3) { users(max: $n) { age } }')).toBe(9);
  });

  it('needs exactly one slicing argument where the schema says so, which is so by default', () => {
    expect(refusalOf(check(users, '{ users { name } }'))).toEqual({ name: 'slicingArguments', allowed: 1, found: 0 });
    const two = schemaOf(
      'type T { a: Int } type Query { t(first: Int, last: Int): [T] @listSize(slicingArguments: ["first", "last"]) }',
    );
    expect(refusalOf(check(two, '{ t(first: 1, last: 2) { a } }'))).toMatchObject({ found: 2 });
    expect(costOf(two, '{ t(last: 2) { a } }')).toBe(2);
  });

  const books = schemaOf(`
    type Query {
      book(id: ID): Book
      bestsellers: [Book] @listSize(assumedSize: 5)
      newest(limit: Int! = 4): [Book] @listSize(slicingArguments: ["limit"], assumedSize: 9)
      page(first: Int, last: Int): Page
        @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], assumedSize: 20, requireOneSlicingArgument: false)
      found(page: Window): [Book] @listSize(slicingArguments: ["page.size"], requireOneSlicingArgument: false)
      of(ids: [ID!]): [Book] @listSize(slicingArguments: ["ids"])
      plain: [Book]
      grid: [[Book]]
      dear(deep: Boolean @cost(weight: "10")): Book @cost(weight: "3")
      thing: Thing
    }
    input Window { size: Int }
    type Page { edges: [Edge] nodes: [Book] other: [Book] total: Int }
    type Edge { node: Book }
    type Book { title: String author: Author publisher: Publisher cover: Cover }
    type Author { name: String }
    type Publisher { name: String address: Address }
    type Address { zip: Int! }
    scalar Cover @cost(weight: "4")
    interface Thing { parts: [Book] }
    type Big implements Thing { parts: [Book] @listSize(assumedSize: 300) }
    type Small implements Thing { parts: [Book] @listSize(assumedSize: 2) }
  `);

  it.each([
    ['of objects and values', '{ book(id: 1) { title author { name } publisher { address { zip } } } }', 4],
    ['of an assumed size', '{ bestsellers { title author { name } publisher { name address { zip } } } }', 20],
    ['of the schema’s default value', '{ newest { title } }', 4],
    ['of a literal', '{ newest(limit: 100) { title } }', 100],
    ['of a page', '{ page(first: 10) { total nodes { author { name } } } }', 1 + 10 * 2],
    ['of a page by edges', '{ page(last: 10) { edges { node { title } } } }', 1 + 10 * 2],
    ['of a page with neither', '{ page { nodes { title } } }', 1 + 20],
    ['of a page with a null', '{ page(first: null) { nodes { title } } }', 1 + 20],
    ['of a page with both: the larger', '{ page(first: 3, last: 8) { nodes { title } } }', 1 + 8],
    ['of what the page does not size', '{ page(first: 3) { other { title } } }', 1 + 10],
    [
      'of a page through fragments',
      '{ page(first: 7) { ...P } } fragment P on Page { ... { nodes { title } } }',
      1 + 7,
    ],
    ['of an input object’s field', '{ found(page: { size: 6 }) { title } }', 6],
    ['of a list of ids', '{ of(ids: [1, 2, 3]) { title } }', 3],
    ['of what nothing is said of', '{ plain { title } }', 10],
    ['of lists in lists', '{ grid { title } }', 100],
    ['of an argument and a field', '{ dear(deep: true) { title } }', 10 + 3],
    ['of the field without the argument', '{ dear { title } }', 3],
    ['of a scalar', '{ bestsellers { cover } }', 5 * (1 + 4)],
    ['of the dearest implementation', '{ thing { parts { title } } }', 1 + 300],
    ['of nothing', '{ __typename }', 0],
    ['of a negative size', '{ newest(limit: -5) { title } }', 0],
    ['of what may be skipped', '{ book @skip(if: true) { title } }', 1],
  ])('%s', (_what, document, cost) => {
    expect(costOf(books, document)).toBe(cost);
  });

  it.each<[string, string, Record<string, unknown>, number]>([
    ['within an input object', 'query ($w: Window) { found(page: $w) { title } }', { w: { size: 12 } }, 12],
    ['as a field of one', 'query ($s: Int) { found(page: { size: $s }) { title } }', { s: 12 }, 12],
    ['as a list', 'query ($ids: [ID!]) { of(ids: $ids) { title } }', { ids: ['a', 'b'] }, 2],
    ['that is not sent', 'query ($n: Int) { page(first: $n) { nodes { title } } }', {}, 21],
    ['that is null', 'query ($n: Int = 4) { page(first: $n) { nodes { title } } }', { n: null }, 21],
    ['twice', 'query ($n: Int!) { page(first: $n) { nodes { title } } newest(limit: $n) { title } }', { n: 5 }, 6 + 5],
    [
      'of a name every object has',
      'query ($constructor: Int) { page(first: $constructor) { nodes { title } } }',
      {},
      21,
    ],
  ])('by a variable %s', (_what, document, variables, cost) => {
    expect(costOf(books, document, variables)).toBe(cost);
  });

  it('is refused beyond the limit: by literals at once, by variables when they come', () => {
    const limit = { name: 'cost', allowed: 20_000, found: 1_000_000_000 };
    expect(refusalOf(check(books, '{ newest(limit: 1000000000) { title } }'))).toEqual(limit);
    const checked = check(books, 'query ($n: Int!) { newest(limit: $n) { title } }');
    if (!('checks' in checked)) throw checked;
    const [one] = checked.checks.values();
    expect(one?.refusal({ n: 1_000_000_000 })?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', limit });
    expect(one?.refusal({ n: 20_000 })).toBeNull();
    expect(one?.refusal({ n: Number.POSITIVE_INFINITY })).not.toBeNull();
  });

  it('asks nothing of variables that have no say', () => {
    const checked = check(books, 'query ($id: ID!) { book(id: $id) { title } }');
    expect(checked).toMatchObject({ checks: new Map() });
  });
});

describe('the cost of what is in input objects', () => {
  const search = schemaOf(`
    type Query {
      found(where: Where, all: [Where!], plain: Plain, limit: Int): [Hit!] @listSize(slicingArguments: ["limit"], requireOneSlicingArgument: false, assumedSize: 5)
      weighed(where: Where @cost(weight: "100")): Hit
      thing: Thing
      grid(rows: [[Where]]): Hit
    }
    interface Thing { parts(where: Where): Hit }
    type Big implements Thing { parts(where: Where @cost(weight: "30")): Hit }
    type Hit { id: ID near(where: Where): [Hit] @listSize(assumedSize: 3) }
    input Where { text: String @cost(weight: "7") ids: [ID!] and: [Where!] not: Where plain: Plain outer: Outer }
    input Outer { deep: Boolean @cost(weight: "50") name: String }
    input Plain { a: Int again: Plain }
  `);

  it.each([
    ['a field that is given', '{ found(where: { text: "a" }) { id } }', 7 + 5],
    ['a field that is given as null', '{ found(where: { text: null }) { id } }', 7 + 5],
    ['a field that is not given', '{ found(where: { ids: [1, 2] }) { id } }', 5],
    [
      'fields within one another',
      '{ found(where: { text: "a", not: { text: "b", outer: { deep: true } } }) { id } }',
      69,
    ],
    ['each entry of a list', '{ found(where: { and: [{ text: "a" }, { text: "b" }, { ids: [] }] }) { id } }', 14 + 5],
    ['one object for a list', '{ found(all: { text: "a" }) { id } }', 7 + 5],
    ['lists in lists', '{ grid(rows: [[{ text: "a" }, null], { text: "b" }]) { id } }', 14 + 1],
    ['the argument itself beside them', '{ weighed(where: { text: "a" }) { id } }', 100 + 7 + 1],
    ['what the dearest implementation declares of an argument', '{ thing { parts(where: { text: "a" }) { id } } }', 39],
    [
      'what is given for every entry of a list',
      '{ found(limit: 4) { near(where: { text: "a" }) { id } } }',
      4 * (1 + 7 + 3),
    ],
    ['nothing of what declares nothing', '{ found(plain: { a: 1, again: { a: 2 } }) { id } }', 5],
    ['nothing of what the schema does not have', '{ found(where: { other: 1, constructor: 2 }, x: 3) { id } }', 5],
    ['nothing of what is no object', '{ found(where: "text") { id } }', 5],
    [
      'a field through fragments',
      '{ ...F ...F } fragment F on Query { weighed(where: { text: "a" }) { id } }',
      2 * 108,
    ],
  ])('counts %s', (_what, document, cost) => {
    expect(costOf(search, document)).toBe(cost);
  });

  const one = { text: 'a', not: { text: 'b' } };
  it.each<[string, string, Record<string, unknown>, number]>([
    ['for the whole', 'query ($w: Where) { found(where: $w) { id } }', { w: one }, 14 + 5],
    ['for a list', 'query ($w: [Where!]) { found(all: $w) { id } }', { w: [one, one, one] }, 42 + 5],
    ['for one that stands for a list', 'query ($w: [Where!]) { found(all: $w) { id } }', { w: one }, 14 + 5],
    [
      'within a literal',
      'query ($w: Where) { found(where: { text: "a", and: [$w, $w] }) { id } }',
      { w: one },
      7 + 28 + 5,
    ],
    ['for a field of one, sent or not', 'query ($t: String) { found(where: { text: $t }) { id } }', {}, 7 + 5],
    ['that is not sent', 'query ($w: Where) { found(where: $w) { id } }', {}, 5],
    ['that is not sent, with a default', 'query ($w: Where = { text: "a" }) { found(where: $w) { id } }', {}, 12],
    [
      'that is null against its default',
      'query ($w: Where = { text: "a" }) { found(where: $w) { id } }',
      { w: null },
      5,
    ],
    [
      'that holds what the schema does not have',
      'query ($w: Where) { found(where: $w) { id } }',
      { w: { constructor: 1, x: { text: 1 } } },
      5,
    ],
    ['that is no object', 'query ($w: Where) { found(where: $w) { id } }', { w: 'text' }, 5],
    [
      'as often as it is used',
      'query ($w: Where) { a: weighed(where: $w) { id } b: weighed(where: $w) { id } }',
      { w: one },
      2 * 115,
    ],
    [
      'for every entry of a list',
      'query ($w: Where, $n: Int) { found(limit: $n) { near(where: $w) { id } } }',
      { w: one, n: 4 },
      4 * (1 + 14 + 3),
    ],
  ])('counts a variable %s', (_what, document, variables, cost) => {
    expect(costOf(search, document, variables)).toBe(cost);
  });

  it('counts each request for itself, and each operation by its own defaults', () => {
    const document = parse(`
      query A($w: Where = { text: "a" }) { ...F }
      query B($w: Where = { outer: { deep: true } }) { ...F }
      fragment F on Query { found(where: $w) { id } }
    `);
    const checked = check(search, document);
    if (!('checks' in checked)) throw checked;
    const [a, b] = [...checked.checks.values()];
    const sent = {};
    expect([a?.cost(sent), b?.cost(sent), a?.cost(sent)]).toEqual([12, 55, 12]);
    expect([a?.cost({ w: { text: 'x', not: { text: 'y' } } }), a?.cost({ w: null }), b?.cost(null)]).toEqual([
      19, 5, 55,
    ]);
  });

  it('is refused beyond the limit, as literals at once, by variables when they come', () => {
    const many = Array.from({ length: 3_000 }, () => ({ text: 'a' }));
    const limit = { name: 'cost', allowed: 20_000, found: 21_005 };
    const written = many.map(() => '{ text: "" }').join();
    expect(refusalOf(check(search, `{ found(all: [${written}]) { id } }`))).toEqual(limit);
    const checked = check(search, 'query ($w: [Where!]) { found(all: $w) { id } }');
    if (!('checks' in checked)) throw checked;
    const [only] = checked.checks.values();
    expect(only?.refusal({ w: many })?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', limit });
    expect(only?.refusal({ w: many.slice(0, 2_856) })).toBeNull();
  });

  it('is not looked for deeper than values may be nested, which is refused as that', () => {
    const nested = `${'{ not: '.repeat(500)}{ text: "a" }${' }'.repeat(500)}`;
    expect(refusalOf(check(search, `{ found(where: ${nested}) { id } }`))).toMatchObject({ name: 'inputDepth' });
    expect(refusalOf(check(search, `{ found(all: ${'['.repeat(500)}${']'.repeat(500)}) { id } }`))).toMatchObject({
      name: 'inputDepth',
    });
  });
});

describe('a schema whose costs say nothing', () => {
  it.each([
    ['@cost(weight: "much")', '@cost needs a `weight`'],
    ['@cost(weight: "-1")', '@cost needs a `weight`'],
    ['@listSize(requireOneSlicingArgument: false)', '@listSize says neither'],
    ['@listSize(assumedSize: -1)', '@listSize needs an `assumedSize`'],
  ])('is refused: %s', (directive, message) => {
    expect(() => readSchemaCosts(schemaOf(`type Query { a: [Int] ${directive} }`))).toThrow(message);
  });
});
