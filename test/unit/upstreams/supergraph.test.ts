import { composeServices } from '@theguild/federation-composition';
import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { type ComposedService, compose } from '../../../src/upstreams/composition/compose.js';
import { subgraphsOf } from '../../../src/upstreams/composition/subgraphs-of.js';
import { BASE_SDL } from '../directives/guarded.js';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@requires", "@external", "@provides",
    "@inaccessible", "@interfaceObject", "@override", "@authenticated", "@requiresScopes", "@composeDirective", "@tag"])
  @link(url: "https://rules.example/own/v1.0", import: [{name: "@sensitive", as: "@hush"}])
  @composeDirective(name: "@hush")
  directive @hush on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION`;

const SERVICES: readonly ComposedService[] = [
  {
    name: 'orders',
    sdl: `${LINK}
      type Query { parcels(page: Page): [Parcel!]! @authenticated  hits: [Hit]  nodes: [Node]  state: State }
      interface Node @key(fields: "id") { id: ID! }
      type Parcel implements Node @key(fields: "id") {
        id: ID!  title: String! @hush  price: Int! @shareable  inner: String @inaccessible  dear: Int @requiresScopes(scopes: [["a"]])
        old: Int
      }
      type Ticket implements Node @key(fields: "id") { id: ID!  x: Int @tag(name: "t") }
      union Hit = Parcel | Ticket
      enum State { OPEN SHUT }
      input Page { size: Int! = 3  word: String @hush }`,
  },
  {
    name: 'Shipping_2',
    sdl: `${LINK.replace(/@link\(url: "https:\/\/rules[\s\S]*/, '')}
      type Query { cheapest: Parcel @provides(fields: "price")  all: [State!] }
      enum State { OPEN SHUT LATE }
      type Parcel @key(fields: "id") { id: ID!  price: Int! @external  fee: Int @requires(fields: "price")  old: Int @override(from: "orders") }
      type Node @key(fields: "id") @interfaceObject { id: ID!  note: String }`,
  },
];

function supergraphOf(services: readonly ComposedService[]): string {
  const { supergraphSdl, errors } = composeServices(
    services.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}.internal` })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

const OWN = {
  name: 'gateway',
  sdl: `${LINK.replace(/@link\(url: "https:\/\/rules[\s\S]*/, '')} ${BASE_SDL} type Query { viewer: String }`,
};
const OPTIONS = {
  own: 'gateway',
  rules: [],
  scopes: new Map([['a', { role: ['ADMIN'], of: 'VIEWER' as const }]]),
  policies: new Map(),
};
const rulesOf = (services: readonly ComposedService[]) => {
  const { schema } = compose([OWN, ...services], OPTIONS);
  const rules = compileRules(schema, DIRECTIVES, { nested: [], always: [] });
  return { rules, sdl: printSchema(lexicographicSortSchema(schema)) };
};

describe('a supergraph that is taken apart', () => {
  const supergraph = supergraphOf(SERVICES);
  const taken = subgraphsOf('shop', supergraph);

  it('has the same services, which compose to the same schema with the same rules as before', () => {
    expect(taken.services.map(({ name }) => name)).toEqual(['orders', 'Shipping_2']);
    const [before, after] = [rulesOf(SERVICES), rulesOf(taken.services)];
    expect(after.sdl).toBe(before.sdl);
    expect(new Map(after.rules.fields)).toEqual(new Map(before.rules.fields));
    expect(after.rules.sensitiveArguments).toEqual(before.rules.sensitiveArguments);
    expect(after.rules.fields.get('Parcel.title')).toMatchObject({ sensitive: true });
    expect(after.rules.fields.get('Parcel.dear')).toMatchObject({ requires: [{ role: ['ADMIN'], of: 'VIEWER' }] });
    expect(after.rules.fields.get('Query.parcels')).toMatchObject({ authenticated: true });
    expect(after.sdl).not.toContain('inner');
    expect(taken.hasRules).toBe(true);
  });

  it('is planned as before: who has which field, by which keys, from what', () => {
    const again = compose([OWN, ...taken.services], OPTIONS).supergraphSdl;
    const before = compose([OWN, ...SERVICES], OPTIONS).supergraphSdl;
    const fields = (text: string) =>
      [...text.matchAll(/^ {2}(\w+).*(@join__field.*)$/gm)].map(([line]) => line.trim()).sort();
    expect(fields(again)).toEqual(fields(before));
  });

  it('gives none of its addresses away', () => {
    expect(JSON.stringify(taken)).not.toContain('.internal');
  });

  it('says where it states no rule at all: composition may have dropped some', () => {
    const bare = [
      { name: 'bare', sdl: 'type Query { secret: Int @sensitive } directive @sensitive on FIELD_DEFINITION' },
    ];
    expect(subgraphsOf('shop', supergraphOf(bare)).hasRules).toBe(false);
  });

  it.each([
    ['what is no SDL', 'type {', /no SDL/],
    ['what is no supergraph', 'type Query { a: Int }', /names no services/],
    [
      'one that renames @inaccessible',
      supergraph.replace('inaccessible/v0.2"', 'inaccessible/v0.2", as: "hidden"'),
      /another name/,
    ],
    [
      'one of connectors',
      supergraph.replace('cheapest: Parcel', 'cheapest: Parcel @join__directive(name: "source")'),
      /not supported/,
    ],
    [
      'one in which a rule has an unreadable link',
      supergraph.replace('"https://rules.example/own/v1.0"', '3'),
      /@link/,
    ],
  ])('refuses %s, naming whose it is', (_, sdl, message) => {
    expect(() => subgraphsOf('shop', sdl)).toThrow(message);
    expect(() => subgraphsOf('shop', sdl)).toThrow(/service "shop"/);
  });
});
