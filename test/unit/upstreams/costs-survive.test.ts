import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { checkDocument } from '../../../src/http/graphql/limits/check-document.js';
import { createCostTable } from '../../../src/http/graphql/limits/cost-table.js';
import { compose } from '../../../src/upstreams/composition/compose.js';
import { CompositionError } from '../../../src/upstreams/composition/composition-error.js';
import { subgraphsOf } from '../../../src/upstreams/composition/subgraphs-of.js';

const OWN = 'enum Role { USER } enum Principal { VIEWER ACTOR } type Query { viewer: ID }';
const link = (more: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"]) ${more}`;
const ITEMS = 'type Item @key(fields: "id") { id: ID! }';

function composed(sdl: string, costs: Parameters<typeof compose>[1]['costs'] = []) {
  return compose(
    [
      { name: 'gateway', sdl: OWN },
      { name: 'items', sdl },
    ],
    { own: 'gateway', rules: [], scopes: new Map(), policies: new Map(), costs },
  );
}

const SIZED = {
  weight: 5,
  listSize: { assumedSize: 7, slicingArguments: ['first'], sizedFields: [], requireOneSlicingArgument: true },
};

describe('what services declare of their costs', () => {
  it.each([
    [
      'under the names of the directives',
      link('') +
        ITEMS +
        ' type Query { items(first: Int): [Item] @cost(weight: 5) @listSize(assumedSize: 7, slicingArguments: ["first"]) }',
    ],
    [
      'under the names that a link gives them',
      link('@link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }, "@listSize"])') +
        ITEMS +
        ' type Query { items(first: Int): [Item] @price(weight: 5) @listSize(assumedSize: 7, slicingArguments: ["first"]) }',
    ],
    [
      'without Federation, with definitions of its own',
      `directive @cost(weight: String!) on FIELD_DEFINITION
       directive @listSize(assumedSize: Int, slicingArguments: [String!]) on FIELD_DEFINITION
       type Item { id: ID! } type Query { items(first: Int): [Item] @cost(weight: "5.0") @listSize(assumedSize: 7, slicingArguments: ["first"]) }`,
    ],
  ])('survives composition, %s', (_what, sdl) => {
    expect(composed(sdl).costs).toEqual(new Map([['Query.items', SIZED]]));
  });

  it('is counted of the fields of input objects, stated by the service and by the configuration', () => {
    const sdl = `${link('')} ${ITEMS}
      type Query { items(where: Where): Item }
      input Where { text: String @cost(weight: 5) not: Where plain: Int }`;
    const { schema, costs } = composed(sdl, [
      { service: 'GATEWAY_CONFIG', coordinate: 'Where.plain', cost: { weight: 2, listSize: null } },
    ]);
    const costTable = createCostTable(schema, costs);
    const document = parse('query ($w: Where) { items(where: { text: "a", plain: 1, not: $w }) { id } }');
    const checked = checkDocument({ schema, costTable, limits: DEFAULT_QUERY_LIMITS }, document);
    if (!('checks' in checked)) throw checked;
    const [only] = checked.checks.values();
    expect(only?.cost({ w: { not: { text: 'b' } } })).toBe(1 + 5 + 2 + 5);
  });

  it('is put together with what the configuration declares: the dearest counts', () => {
    const sdl = `${link('')} ${ITEMS} type Query { items(first: Int): [Item] @cost(weight: 5) }`;
    const { costs } = composed(sdl, [
      { service: 'GATEWAY_CONFIG', coordinate: 'Query.items', cost: { weight: 2, listSize: SIZED.listSize } },
      { service: 'GATEWAY_CONFIG', coordinate: 'Item', cost: { weight: 9, listSize: null } },
    ]);
    expect(costs).toEqual(
      new Map<string, unknown>([
        ['Query.items', SIZED],
        ['Item', { weight: 9, listSize: null }],
      ]),
    );
  });

  it('is refused where it says nothing, or names an argument that is not there', () => {
    const refused = (directive: string) => () =>
      composed(`${link('')} ${ITEMS} type Query { items(first: Int): [Item] ${directive} }`);
    expect(refused('@cost(weight: "much")')).toThrow(CompositionError);
    expect(refused('@listSize(slicingArguments: ["limit"])')).toThrow('names "limit"');
  });

  it('is kept when a supergraph is taken apart', () => {
    const { supergraphSdl } = composed(`${link('')} ${ITEMS} type Query { items(first: Int): [Item] }`);
    const priced = supergraphSdl.replace('items(first: Int): [Item]', 'items(first: Int): [Item] @cost(weight: 5)');
    expect(priced).not.toBe(supergraphSdl);
    const [, items] = subgraphsOf('all', priced).services;
    expect(items?.sdl).toContain('@cost(weight: 5)');
  });
});
