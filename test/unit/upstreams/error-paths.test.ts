import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/upstreams/composition/compose.js';
import { createPlanner } from '../../../src/upstreams/execution/create-planner.js';
import { maskedExecutor } from '../../../src/upstreams/execution/mask-errors.js';
import { serveSchema } from '../../../src/upstreams/execution/served-schema.js';
import { direct, person } from '../policy/people.js';
import { FEDERATION, RULES, service } from './services.js';

const fails = () => {
  throw new Error('at 10.1.2.3');
};
const shops = service(
  'shops',
  `${FEDERATION}${RULES}
  type Query { shops: [Shop!]!  grid: [[Shop]!]!  shop: Shop }
  type Shop @key(fields: "id") { id: ID!  door: Door  doors: [Door]  sure: Int! }
  type Door { door: Door  lock: Lock!  name: String! }
  type Lock { key: String! }
  type Mutation { start: Int }`,
  {
    Query: {
      shops: () => [{ id: 'a' }, { id: 'b' }],
      grid: () => [[{ id: 'a' }, { id: 'b' }], [{ id: 'c' }]],
      shop: () => ({ id: 'a' }),
    },
    Shop: {
      door: ({ id }) => ({ name: id, door: { name: id, lock: {} }, lock: {} }),
      doors: ({ id }) => [{ name: id, door: null, lock: {} }],
      sure: ({ id }) => (id === 'b' ? fails() : 1),
    },
    Lock: { key: fails },
  },
  { Shop: (reference: object) => reference },
);
const streets = service(
  'streets',
  `${FEDERATION}
  type Query { street: Street  owners: [Owner!]! }
  type Owner @key(fields: "id") { id: ID! }
  type Street { shops: [Shop!]! }
  type Shop @key(fields: "id") { id: ID!  sign: Sign }
  type Sign { text: String!  lamp: Lamp  lamps: [Lamp]! }
  type Lamp { watts: Int! }`,
  {
    Query: { street: () => ({ shops: [{ id: 'a' }] }), owners: () => [{ id: 'o' }, { id: 'o' }] },
    Shop: { sign: () => ({}) },
    Sign: { text: fails, lamp: fails, lamps: () => [{}, {}] },
    Lamp: { watts: fails },
  },
  { Shop: (reference: object) => reference },
);
/** An owner that is met twice is asked about once, and so are the shops of both. */
const owners = service(
  'owners',
  `${FEDERATION}
  type Query { none: Int }
  type Owner @key(fields: "id") { id: ID!  shops: [Shop!] }
  type Shop @key(fields: "id") { id: ID! }`,
  { Owner: { shops: () => [{ id: 'a' }] } },
  { Owner: (reference: object) => reference, Shop: (reference: object) => reference },
);
const composed = compose([shops, streets, owners], { own: 'shops', rules: [], scopes: new Map(), policies: new Map() });
const planner = createPlanner(
  composed.supergraphSdl,
  new Map([shops, streets, owners].map(({ name, executor }) => [name, maskedExecutor(executor)])),
);
const schema = serveSchema(composed.schema, planner, { mutationRules: { nested: ['Mutation.start'], always: [] } });

describe('an error of a service that makes more null than its own field', () => {
  it.each([
    ['an object', '{ shop { d: door { lock { key } } } }', 'shop.d.lock.key'],
    ['one within another of its name', '{ shop { door { name door { lock { key } } } } }', 'shop.door.door.lock.key'],
    ['an object in a list', '{ shops { door { lock { key } } } }', 'shops.0.door.lock.key shops.1.door.lock.key'],
    ['an item of a list', '{ shop { doors { name lock { k: key } } } }', 'shop.doors.0.lock.k'],
    ['items of lists in lists', '{ grid { id sure } }', 'grid.0.1.sure'],
    ['an object of another service', '{ shops { sign { text } } }', 'shops.0.sign.text shops.1.sign.text'],
    ['an object two services away', '{ street { shops { x: door { lock { key } } } } }', 'street.shops.0.x.lock.key'],
  ])('keeps its whole path: %s', async (_what, query, paths) => {
    const { data, errors = [] } = await execute({
      schema,
      document: parse(query),
      contextValue: { identity: direct(person('cleo', ['USER'])) },
    });
    expect(errors.map(({ path }) => path?.join('.')).sort()).toEqual(paths.split(' '));
    expect(data).not.toBeNull();
    expect(JSON.stringify({ data, errors })).not.toContain('10.1.2.3');
  });
});

describe('an error within a thing that an answer has twice', () => {
  const twice = (path: string) => [0, 1].map((index) => `owners.${index}.shops.0.${path}`);

  it.each([
    ['a value', '{ owners { shops { sign { id: __typename text } } } }', twice('sign.text')],
    ['an object', '{ owners { shops { sign { lamp { watts } } } } }', twice('sign.lamp')],
    [
      'items of a list',
      '{ owners { shops { sign { lamps { watts } } } } }',
      [0, 1].flatMap((at) => twice(`sign.lamps.${at}.watts`)),
    ],
  ])('is there both times: %s', async (_what, query, paths) => {
    const { data, errors = [] } = await execute({
      schema,
      document: parse(query),
      contextValue: { identity: direct(person('cleo', ['USER'])) },
    });
    expect(errors.map(({ path }) => path?.join('.')).sort()).toEqual(paths.toSorted());
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
    expect(JSON.stringify({ data, errors })).not.toMatch(/10\.1\.2\.3|errorItself/);
  });
});
