import { type DocumentNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readSchemaCosts } from '../../directives/schema-costs.js';
import { DEFAULT_QUERY_LIMITS } from '../../src/domain/query-limits.js';
import { checkDocument } from '../../src/http/graphql/limits/check-document.js';
import { createCostTable } from '../../src/http/graphql/limits/cost-table.js';
import { TooComplex } from '../../src/http/graphql/limits/too-complex.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { type Count, naiveCount } from '../unit/limits/naive-count.js';
import { operationOf, schemaOf } from '../unit/limits/setting.js';

const DOCUMENTS = 1_500;

const schema = schemaOf(`
  type Query { one: Node many(first: Int = 3): [Node] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    page(first: Int, last: Int): Page
      @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes"], assumedSize: 5, requireOneSlicingArgument: false) }
  interface Thing { label: String }
  type Page { nodes: [Node] more: [Node] }
  type Node implements Thing { label: String weight: Int @cost(weight: "0.5") next: Node many(first: Int): [Node]
      @cost(weight: "2") @listSize(slicingArguments: ["first"], assumedSize: 4, requireOneSlicingArgument: false)
    page(first: Int, last: Int): Page
      @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes"], requireOneSlicingArgument: false) }
`);
const declared = readSchemaCosts(schema);
const costTable = createCostTable(schema, declared);

/** Documents whose fragments spread one another, with sizes by literals, variables, defaults and not at all. */
function documentFrom(random: () => number): DocumentNode {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const count = 1 + Math.floor(random() * 4);
  const types = Array.from({ length: count }, () => pick(['Node', 'Page', 'Query']));
  let alias = 0;
  const named = (field: string) => (random() < 0.3 ? `a${alias++}: ${field}` : field);
  const size = () => pick(['', '(first: 2)', '(first: $n)', '(first: $m)', '(first: null)']);
  const pageSize = () => pick([size(), '(last: 3)', '(first: 1, last: $n)']);

  /** @param after fragments from here on may be spread, so that none is within itself */
  function selections(type: string, after: number, depth: number): string {
    const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => selection(type, after, depth));
    return `{ ${parts.join(' ')} }`;
  }

  function selection(type: string, after: number, depth: number): string {
    const spreadable = types.flatMap((of, index) => (index >= after && of === type ? [index] : []));
    if (spreadable.length > 0 && random() < 0.4) return `...F${pick(spreadable)}`;
    if (random() < 0.15 && depth > 0) return `... on ${type} ${selections(type, after, depth - 1)}`;
    if (depth <= 0) return named(type === 'Node' ? pick(['label', 'weight', '__typename']) : '__typename');
    const within = () => selections('Node', after, depth - 1);
    if (type === 'Page') return `${named(pick(['nodes', 'more']))} ${within()}`;
    return pick([
      () => `${named(type === 'Query' ? 'one' : 'next')} ${within()}`,
      () => `${named(`many${size()}`)} ${within()}`,
      () => `${named(`page${pageSize()}`)} ${selections('Page', after, depth - 1)}`,
      () => named(type === 'Node' ? 'label' : '__typename'),
    ])();
  }

  const operation = `query ($n: Int, $m: Int = 6) ${selections('Query', 0, 4)}`;
  const fragments = types.map((type, index) => `fragment F${index} on ${type} ${selections(type, index + 1, 3)}`);
  return spreadAlone([operation, ...fragments]);
}

/** Without the fragments that nothing spreads, which are held to limits by themselves. @param parts the operation, and fragments by number */
function spreadAlone(parts: readonly string[]): DocumentNode {
  const spread = new Set<number>();
  const waiting = [0];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (spread.has(at)) continue;
    spread.add(at);
    for (const [, index] of (parts[at] ?? '').matchAll(/\.\.\.F(\d+)/g)) waiting.push(Number(index) + 1);
  }
  return parse(parts.filter((_, at) => spread.has(at)).join('\n'), { noLocation: true });
}

const NONE = Number.MAX_SAFE_INTEGER;
const UNLIMITED = {
  ...DEFAULT_QUERY_LIMITS,
  depth: 100,
  ...Object.fromEntries(
    // How much is looked at is bounded by tokens and fields: with fewer fields allowed it is `fields` that says so.
    ['tokens', 'fields', 'aliases', 'rootFields', 'recursion', 'cost', 'variables'].map((name) => [name, NONE]),
  ),
};

/** The largest number that a limit has to be for the document to be refused. */
function refusedFrom(document: DocumentNode, name: keyof Count, value: number): readonly (number | null)[] {
  return [value, value - 1].map((allowed) => {
    const checked = checkDocument({ schema, costTable, limits: { ...UNLIMITED, [name]: allowed } }, document);
    return checked instanceof TooComplex ? (checked.extensions.limit as { found: number }).found : null;
  });
}

describe(`limits of documents (TEST_SEED=${SEED})`, () => {
  it(`${DOCUMENTS} documents are counted as if every fragment were written out`, () => {
    const random = seededRandom(SEED);
    const met = { fragments: 0, variables: 0, large: 0 };
    for (let index = 0; index < DOCUMENTS; index += 1) {
      const document = documentFrom(random);
      const variables = random() < 0.2 ? {} : { n: Math.floor(random() * 6), ...(random() < 0.5 ? { m: 2 } : {}) };
      const operation = operationOf(document);
      const options = { schema, declared, assumedListSize: UNLIMITED.assumedListSize, variables };
      const { cost, ...counts } = naiveCount(document, operation, options);
      for (const [name, value] of Object.entries(counts)) {
        if (value < 2) continue;
        expect(refusedFrom(document, name as keyof Count, value), `${name} of document ${index}`).toEqual([
          null,
          value,
        ]);
      }
      const checked = checkDocument({ schema, costTable, limits: UNLIMITED }, document);
      if (checked instanceof TooComplex) throw checked;
      const found = checked.costs.get(operation) ?? checked.checks.get(operation)?.cost(variables);
      expect(found, `cost of document ${index}`).toBeCloseTo(cost, 3);
      if (document.definitions.length > 2) met.fragments += 1;
      if (checked.checks.has(operation)) met.variables += 1;
      if (cost > 100) met.large += 1;
    }
    console.log(`TEST_SEED=${SEED}`, met);
    for (const [kind, count] of Object.entries(met)) expect(count, kind).toBeGreaterThan(DOCUMENTS / 20);
  });
});
