import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  isEnumType,
  parse,
  printSchema,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { COST_DIRECTIVES } from '../../../directives/declared-cost.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { ANONYMOUS, ada, cleo, direct, impersonated } from '../policy/people.js';
import { BASE_SDL, guard, guarded, run, unguarded, valid } from './guarded.js';

const SDL = `
  interface Post { title: String }
  interface Item { id: ID }
  type A implements Post & Item { title: String id: ID }
  type B implements Item @authenticated { id: ID }
  union Both = A | B
  union Same = A
  type Query { post: Post item: Item both: Both same: Same plain: String withResolver: String secret: String @authenticated }
  type Subscription { ticked: Int }`;
const withResolver = () => 'x';
const ticked = { subscribe: async function* () {}, resolve: () => 1 };
const resolvers = { Query: { withResolver }, Subscription: { ticked } };

const fields = (schema: GraphQLSchema, type: string) => (schema.getType(type) as GraphQLObjectType).getFields();

describe('the directives leave alone', () => {
  const before = unguarded(SDL, { resolvers });
  const after = guarded(SDL, { resolvers });

  it('fields without a rule: no resolver is wrapped, none is added', () => {
    expect(fields(after, 'Query').plain?.resolve).toBeUndefined();
    expect(fields(after, 'A').title?.resolve).toBeUndefined();
    const schema = unguarded(SDL, { resolvers });
    const kept = fields(schema, 'Query').withResolver?.resolve;
    expect(kept).toBeTypeOf('function');
    expect(fields(guard(schema), 'Query').withResolver?.resolve).toBe(kept);
  });

  it('subscriptions without a rule', () => {
    expect(fields(after, 'Subscription').ticked).toMatchObject(ticked);
  });

  it('abstract types that cannot resolve to a guarded type', () => {
    const resolveType = (name: string) => (after.getType(name) as { resolveType?: unknown }).resolveType;
    expect([resolveType('Post'), resolveType('Same')]).toEqual([undefined, undefined]);
    expect([resolveType('Item'), resolveType('Both')]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  it('the schema that was given', () => {
    const schema = unguarded(SDL);
    guard(schema);
    expect(fields(schema, 'Query').secret?.resolve).toBeUndefined();
    expect(schema.extensions).toEqual({});
  });

  it('what the schema says of itself', async () => {
    expect(printSchema(after)).toBe(printSchema(before));
    const query = parse(getIntrospectionQuery({ directiveIsRepeatable: true, specifiedByUrl: true }));
    const all = async (schema: GraphQLSchema) => await execute({ schema, document: query, contextValue: undefined });
    expect(await all(after)).toEqual(await all(before));
    const guardedRoot = guarded('type Query @requiresRole(role: ADMIN) { a: Int }');
    expect(
      await run(
        guardedRoot,
        '{ __typename __schema { queryType { name } } __type(name: "Query") { name } }',
        ANONYMOUS,
      ),
    ).toMatchObject({
      data: { __typename: 'Query', __schema: { queryType: { name: 'Query' } } },
      errors: [],
    });
  });
});

describe('guarding', () => {
  it('creates no promise where nothing waits', () => {
    const schema = guarded(
      `interface P { a: Int } type T implements P @authenticated { a: Int @requiresRole(role: USER) }
       type Query { t: T p: P card: Int @sensitive } type Mutation { m: Int @authenticated }`,
      { hooks: { onDenied: () => {}, beforeMutation: () => {} } },
    );
    const rootValue = { t: { a: 1 }, p: { __typename: 'T', a: 2 }, card: 3, m: 4 };
    for (const identity of [direct(cleo), impersonated(ada, cleo, 'FULL'), ANONYMOUS]) {
      for (const document of ['{ t { a } p { a __typename } card }', 'mutation { m }']) {
        const result = execute({ schema, document: valid(schema, document), rootValue, contextValue: { identity } });
        expect(result).not.toBeInstanceOf(Promise);
      }
    }
  });

  it('asks the policy once for each rule and identity, however many fields and items share the rule', async () => {
    let asked = 0;
    const rows = Array.from({ length: 20 }, (_, id) => ({ id, a: 1, b: 2 }));
    const schema = guarded(
      'type Query { rows: [Row] } type Row { a: Int @requiresRole(role: USER) b: Int @requiresRole(role: USER) }',
    );
    const roles = new Proxy(['USER'], {
      get(target, name, receiver) {
        if (name === 'includes') asked++;
        return Reflect.get(target, name, receiver);
      },
    });
    const first = direct({ ...cleo, roles });
    const second = direct({ ...cleo, roles });
    for (const [identity, times] of [
      [first, 1],
      [second, 2],
      [first, 2],
      [second, 2],
    ] as const) {
      const answer = await run(schema, '{ rows { a b again: a } }', identity, { rows });
      expect(answer.errors).toEqual([]);
      expect(asked).toBe(times);
    }
  });

  it('judges interleaved requests each by its own identity', async () => {
    let turn = 0;
    const schema = guarded('type Query { me: Me } type Me { late: Int a: Int @requiresRole(role: ADMIN) }', {
      resolvers: { Query: { me: () => new Promise((done) => setTimeout(() => done({ a: 1 }), (turn++ * 7) % 5)) } },
    });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => run(schema, '{ me { a } }', i % 2 === 0 ? direct(ada) : direct(cleo))),
    );
    expect(answers.map(({ data }) => data)).toEqual(
      Array.from({ length: 40 }, (_, i) => ({ me: { a: i % 2 === 0 ? 1 : null } })),
    );
  });
});

describe('schema/base.graphql', () => {
  const document: DocumentNode = parse(BASE_SDL);
  const schema = buildSchema(`${BASE_SDL} type Query { a: Int }`);

  it('describes every element', () => {
    const bare: string[] = [];
    let seen = 0;
    visit(document, {
      enter(node) {
        if (!('description' in node) && !/Definition$/.test(node.kind)) return;
        seen++;
        const { description } = node as { description?: { value: string } };
        if (!description?.value.trim())
          bare.push(`${node.kind} ${'name' in node ? (node.name as { value: string }).value : ''}`);
      },
    });
    expect(bare).toEqual([]);
    expect(seen).toBeGreaterThan(15);
  });

  it('defines the roles and principals of the contract, and PageInfo as Relay has it', () => {
    const values = (name: string) => {
      const type = schema.getType(name);
      return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    };
    expect(values('Role')).toEqual(['USER', 'SUPPORT', 'AUDITOR', 'ADMIN']);
    expect(values('Principal')).toEqual(['VIEWER', 'ACTOR']);
    const pageInfo = Object.values(fields(schema, 'PageInfo')).map(({ name, type }) => `${name}: ${type}`);
    expect(pageInfo).toEqual([
      'hasNextPage: Boolean!',
      'hasPreviousPage: Boolean!',
      'startCursor: String',
      'endCursor: String',
    ]);
  });

  it('defines each directive that is enforced or declares a cost, and no other', () => {
    const defined = document.definitions.flatMap((node) =>
      node.kind === 'DirectiveDefinition' ? [node.name.value] : [],
    );
    expect([...defined].sort()).toEqual([...DIRECTIVES.map(({ name }) => name), ...COST_DIRECTIVES].sort());
  });
});
