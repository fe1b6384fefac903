import fc from 'fast-check';
import { type DocumentNode, Kind, OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { ComparisonCount } from '../../../src/http/graphql/limits/count-comparisons.js';
import { TooComplex } from '../../../src/http/graphql/limits/too-complex.js';
import { SEED } from '../../support/seeded-random.js';
import { check, refusalOf, schemaOf } from './setting.js';

const schema = schemaOf(`
  type Query { node: Node text: String }
  type Node { next: Node other: Node text(a: Int): String ${Array.from({ length: 20 }, (_, n) => `f${n}: String`).join(' ')} }
`);

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** How many pairs there are. */
function pairsIn(document: DocumentNode, fields = 1_000_000): number {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const holds = (comparisons: number) => {
    const count = new ComparisonCount({ comparisons, fields }, fragments);
    for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) count.operation(node);
    for (const fragment of fragments.values()) count.fragment(fragment);
  };
  for (let most = 0; ; most += 1) {
    try {
      holds(most);
      return most;
    } catch (error) {
      if (!(error instanceof TooComplex)) throw error;
    }
  }
}

describe('what has to be compared', () => {
  it.each<[number, string, string]>([
    [0, 'fields of different names', '{ node { text next { text } other { text } } text }'],
    [3, 'three fields of one name', '{ node { text text text } }'],
    [1, 'an alias that is another’s name', '{ node { text: f1 text } }'],
    [2, 'what is merged within two of them', '{ node { text } node { text f1 } }'],
    [1, 'what only one of two has', '{ node { f1 } node { text } }'],
    [3, 'through inline fragments', '{ node { text ... { text ... on Node { text } } } }'],
    [
      2,
      'two fragments with one field each, which is the same',
      '{ node { ...A ...B } } fragment A on Node { f1 } fragment B on Node { f1 }',
    ],
    [0, 'one fragment twice', '{ node { ...A ...A } } fragment A on Node { f1 }'],
    [1, 'one fragment in two operations', 'query A { ...F } query B { ...F } fragment F on Query { node { f1 f1 } }'],
    [1, 'a fragment that nothing spreads', '{ text } fragment A on Node { f1 f1 }'],
    [1, 'fragments in a circle', '{ node { ...A } } fragment A on Node { ...B } fragment B on Node { ...A }'],
    [3, 'fragments in circles of fields', '{ node { ...A } } fragment A on Node { next { ...A } next { ...A } }'],
  ])('is %i pairs: %s', (pairs, _, text) => {
    expect(pairsIn(parse(text))).toBe(pairs);
  });

  it('is refused where it is too much, however it is written', () => {
    const limit = { name: 'comparisons', allowed: 10_000 };
    for (const text of [
      `{ node { ${'text '.repeat(201)} } }`,
      `{ node { ${'... { text } '.repeat(201)} } }`,
      `{ node { ${repeat(202, (n) => `...F${n}`)} } } ${repeat(202, (n) => `fragment F${n} on Node { f${n % 20} }`)}`,
      `{ node { ${repeat(120, (n) => `next { next { next { text(a: ${n}) } } }`)} } }`,
      `{ text } fragment F on Node { ${'text '.repeat(201)} }`,
      repeat(30, (n) => `query Q${n} { node { ${'text '.repeat(50)} } }`),
    ]) {
      expect(refusalOf(check(schema, text)), text.slice(0, 60)).toMatchObject(limit);
    }
  });

  it('ends where fragments within one another would have it go on and on', () => {
    const bomb = `{ node { ...F0 } } ${repeat(30, (n) => `fragment F${n} on Node { next { ...F${n + 1} } other { ...F${n + 1} } next { ...F${(n + 7) % 30} } }`)} fragment F30 on Node { text }`;
    expect(check(schema, bomb)).toBeInstanceOf(TooComplex);
  });

  it('is by default more than large documents of real clients need: forty components that ask for the same ten fields', () => {
    const components = `{ node { ${repeat(40, (n) => `...F${n}`)} } } ${repeat(40, (n) => `fragment F${n} on Node { ${repeat(10, (field) => `f${field}`)} }`)}`;
    expect(check(schema, components)).not.toBeInstanceOf(TooComplex);
    expect(pairsIn(parse(components))).toBeLessThan(DEFAULT_QUERY_LIMITS.comparisons);
  });

  it(`is never less than the conflicts that there are (TEST_SEED=${SEED})`, () => {
    const selection: fc.Memo<string> = fc.memo((depth) =>
      fc.oneof(
        fc.constantFrom('f1', 'f2', 'a: f1', 'a: f2', 'text(a: 1)', 'text(a: 2)', '...F', '...G'),
        ...(depth > 1
          ? [
              fc
                .tuple(fc.constantFrom('next', 'other', 'next: other', '...'), selections(depth - 1))
                .map(([name, inner]) => `${name} ${inner}`),
            ]
          : []),
      ),
    );
    const selections: fc.Memo<string> = fc.memo((depth) =>
      fc.array(selection(depth), { minLength: 1, maxLength: 4 }).map((each) => `{ ${each.join(' ')} }`),
    );
    fc.assert(
      fc.property(selections(3), selections(2), fc.constantFrom('{ f1 }', '{ a: f2 next { f2 } }'), (root, f, g) => {
        const document = parse(
          `{ node ${root} } fragment F on Node ${f.replaceAll('...F', '...G')} fragment G on Node ${g}`,
        );
        const conflicts = validate(schema, document, [OverlappingFieldsCanBeMergedRule]);
        expect(pairsIn(document)).toBeGreaterThanOrEqual(conflicts.length);
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
