import { describe, expect, it } from 'vitest';
import type { LimitName } from '../../../src/http/graphql/limits/limit-name.js';
import { TooComplex } from '../../../src/http/graphql/limits/too-complex.js';
import { check, costOf, refusalOf, schemaOf } from './setting.js';

const lists = schemaOf(`
  type Query {
    grid(first: Int): [[Item]] @listSize(slicingArguments: ["first"])
    page(first: Int, last: Int, window: Window): [Item]
      @listSize(slicingArguments: ["first", "last", "window.size"], requireOneSlicingArgument: false, assumedSize: 7)
    one(first: Int, last: Int = 4): [Item] @listSize(slicingArguments: ["first", "last"])
    named(of: String): [Item] @listSize(slicingArguments: ["of"])
    weighed(where: Where): Item
    thing: Thing
    either: Either
  }
  input Window { size: Int }
  input Where { text: String @cost(weight: "7") }
  type Item { id: ID }
  union Either = Cheap | Dear | Free
  interface Thing { parts: [Item] }
  type Cheap implements Thing { parts: [Item] @listSize(assumedSize: 2) }
  type Dear implements Thing @cost(weight: "5") { parts: [Item] @listSize(assumedSize: 300) }
  type Free implements Thing { parts: [Item] }
`);

describe('how much of a list is wanted', () => {
  it.each<[string, string, Record<string, unknown>, number]>([
    ['counts for lists in lists as well', 'query ($n: Int) { grid(first: $n) { id } }', { n: 3 }, 30],
    [
      'is the larger of two variables',
      'query ($a: Int, $b: Int) { page(first: $a, last: $b) { id } }',
      { a: 9, b: 2 },
      9,
    ],
    ['is so in whatever order', 'query ($a: Int, $b: Int) { page(first: $a, last: $b) { id } }', { a: 2, b: 9 }, 9],
    ['is the literal where the variable is less', 'query ($a: Int) { page(first: $a, last: 9) { id } }', { a: 2 }, 9],
    ['is the variable where it is more', 'query ($a: Int) { page(first: $a, last: 2) { id } }', { a: 9 }, 9],
    [
      'is the other where one is null',
      'query ($a: Int, $b: Int) { page(first: $a, last: $b) { id } }',
      { a: null, b: 9 },
      9,
    ],
    ['is a default under any name', 'query ($constructor: Int = 9) { page(first: $constructor) { id } }', {}, 9],
    ['is in an object', 'query ($w: Window) { page(window: $w) { id } }', { w: { size: 9 } }, 9],
    ['is not in an object that is null', 'query ($w: Window) { page(window: $w) { id } }', { w: null }, 7],
    ['is not in an object without it', 'query ($w: Window) { page(window: $w) { id } }', { w: {} }, 7],
    ['is not in what is no object', 'query ($w: Window) { page(window: $w) { id } }', { w: 9 }, 7],
    ['is not in an object that has null', 'query ($w: Window) { page(window: $w) { id } }', { w: { size: null } }, 7],
    ['is what the schema says against a null', '{ one(first: null) { id } }', {}, 4],
    ['is the one that is not null', '{ one(first: null, last: 3) { id } }', {}, 3],
    ['is a number in a text', 'query ($t: String) { named(of: $t) { id } }', { t: '12' }, 12],
    [
      'is nothing in an Int that is none, which is refused',
      'query ($n: Int) { page(first: $n) { id } }',
      { n: true },
      0,
    ],
  ])('%s', (_, document, variables, cost) => {
    expect(costOf(lists, document, variables)).toBe(cost);
  });

  it.each(['many', '', true, {}])('is without an end where it cannot be known: %j', (t) => {
    const checked = check(lists, 'query ($t: String) { named(of: $t) { id } }');
    if (!('checks' in checked)) throw checked;
    const [one] = checked.checks.values();
    expect(one?.refusal({ t })?.limit).toBe('cost');
  });

  it('has to be said where exactly one argument has to: null says nothing', () => {
    expect(refusalOf(check(lists, '{ one(first: null, last: null) { id } }'))).toMatchObject({
      name: 'slicingArguments',
      found: 0,
    });
  });
});

describe('what one of several types costs', () => {
  it('is what the dearest does, wherever it stands among them and whatever the others say', () => {
    expect(costOf(lists, '{ either { __typename } }')).toBe(5);
    expect(costOf(lists, '{ thing { parts { id } } }')).toBe(5 + 300);
  });
});

it('the default of a variable counts under any name', () => {
  expect(costOf(lists, 'query ($constructor: Where = { text: "a" }) { weighed(where: $constructor) { id } }')).toBe(8);
});

const NAMES: Readonly<Record<LimitName, true>> = {
  characters: true,
  lines: true,
  nameLength: true,
  depth: true,
  fields: true,
  aliases: true,
  comparisons: true,
  rootFields: true,
  directives: true,
  directivesPerPlace: true,
  recursion: true,
  variables: true,
  inputDepth: true,
  inputValues: true,
  cost: true,
  introspection: true,
  slicingArguments: true,
};
it.each(Object.keys(NAMES) as LimitName[])(
  'whoever is beyond %s is told by how much, in words and in numbers',
  (limit) => {
    const allowed = limit === 'slicingArguments' ? 1 : 31;
    const refusal = new TooComplex(limit, allowed, 47.2);
    expect(refusal.message).toMatch(/^The query is too complex: .*\b48\b.*\.$/);
    expect(refusal.message).toMatch(limit === 'slicingArguments' ? /exactly one/ : /\b31 are allowed/);
    expect(refusal.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', limit: { name: limit, allowed, found: 48 } });
  },
);
