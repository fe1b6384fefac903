import { buildSchema, execute, type GraphQLObjectType, type OperationDefinitionNode, parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { compose } from '../../../src/upstreams/composition/compose.js';
import { createPlanner } from '../../../src/upstreams/execution/create-planner.js';
import { maskedExecutor } from '../../../src/upstreams/execution/mask-errors.js';
import { pruneDenied } from '../../../src/upstreams/execution/prune-denied.js';
import { serveSchema } from '../../../src/upstreams/execution/served-schema.js';
import { ANONYMOUS } from '../policy/people.js';
import { FEDERATION, RULES, service } from './services.js';

const bears = service(
  'bears',
  `${FEDERATION}${RULES}
  type Query { found: [Found!]! }  type Mutation { start: Int }
  union Found = Bear | Cub
  type Bear @key(fields: "id") { id: ID! name: String }
  type Cub @key(fields: "id") { id: ID! name: String age: Int }`,
  { Query: { found: () => [] }, Bear: { name: () => 'Bruno' } },
  { Bear: (reference: object) => reference, Cub: (reference: object) => reference },
);
const caves = service(
  'caves',
  `${FEDERATION}
  type Query { cave: Cave }
  type Cave { bear: Bear }
  type Bear @key(fields: "id") { id: ID! snores: Boolean }`,
  { Query: { cave: () => ({ bear: { id: 'b' } }) }, Bear: { snores: () => true } },
  { Bear: (reference: object) => reference },
);
const composed = compose([bears, caves], { own: 'bears', rules: [], scopes: new Map(), policies: new Map() });
const planner = createPlanner(
  composed.supergraphSdl,
  new Map([bears, caves].map(({ name, executor }) => [name, maskedExecutor(executor)])),
);
const schema = serveSchema(composed.schema, planner, { mutationRules: { nested: ['Mutation.start'], always: [] } });

it('a fragment on more than a service knows is asked of it for what it knows', async () => {
  const document = parse(`{ cave { bear { ...W snores } } }
    fragment W on Found { ...V ... on Cub { age name } } fragment V on Found { ... on Bear { name } ... on Cub { id } }`);
  const { data, errors } = await execute({ schema, document, contextValue: { identity: ANONYMOUS } });
  expect(errors ?? []).toEqual([]);
  expect(data).toEqual({ cave: { bear: { name: 'Bruno', snores: true } } });
  for (const { document: sent } of [...bears.asked, ...caves.asked]) expect(sent).not.toMatch(/Cub|age/);
});

it('fragments in fragments stay as many as they are, and none takes the name of another', () => {
  const animals = buildSchema('type Query { a: A } union U = A | B type A { a: A x: Int } type B { b: Int }');
  const texts = Array.from(
    { length: 40 },
    (_, index) => `fragment F${index} on U { ...F${index + 1} ... on A { a { ...F${index + 1} } } }`,
  );
  const document = parse(
    `{ a { ...F0 ...F0_A } } ${texts.join(' ')} fragment F40 on U { ... on A { x } } fragment F0_A on A { x }`,
  );
  const [operation, ...fragments] = document.definitions;
  const { selections, fragments: left } = pruneDenied(
    animals,
    animals.getQueryType() as GraphQLObjectType,
    (operation as OperationDefinitionNode).selectionSet.selections,
    Object.fromEntries(
      fragments.map((fragment) => [(fragment as { name: { value: string } }).name.value, fragment]),
    ) as never,
    {},
    () => false,
  );
  expect(left).toHaveLength(42);
  expect(new Set(left.map(({ name }) => name.value)).size).toBe(42);
  expect(selections.map(print).join()).toContain('...F0_A');
});
