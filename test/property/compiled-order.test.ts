import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, type GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileOperation } from '../../src/http/graphql/compiled/compile.js';

/** Where two branches fail, the one that fails first is named first: one turn of the microtask queue decides. */
const MOST_TURNS = 24;

async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await null;
}

const failing = async (turns: number, what: string) => {
  await after(turns);
  throw new Error(what);
};

class Turns {
  readonly calls: string[] = [];
  constructor(readonly rival: number) {}
}

type Resolve = (source: unknown, args: { after: number }, turns: Turns, info: { path: { key: unknown } }) => unknown;

const called =
  (resolve: Resolve): Resolve =>
  (source, args, turns, info) => {
    turns.calls.push(String(info.path.key));
    return resolve(source, args, turns, info);
  };

const at: Resolve = async (_source, args) => {
  await after(args.after);
  return {};
};

const ITEM = {
  now: called(() => ({})),
  sureNow: called(() => ({})),
  later: called(at),
  int: called(() => 1),
  failing: called((_source, { after: turns }) => failing(turns, 'this')),
  sureFailing: called((_source, { after: turns }) => failing(turns, 'this')),
  sureThrowing: called(() => {
    throw new Error('this at once');
  }),
  list: called((_source, { after: turns }) => [1, failing(turns, 'an item')]),
  lists: called((_source, { after: turns }) => [[1, failing(turns, 'an item')], after(1).then(() => [2])]),
  items: called((_source, { after: turns }) => [{}, after(turns).then(() => ({}))]),
  node: called(() => ({})),
  rival: called((_source, _args, { rival }) => failing(rival, 'the rival')),
  lateRival: called(async (_source, _args, { rival }) => {
    await after(rival);
    return {};
  }),
};

const FIELDS = `
  now: Item sureNow: Item! later(after: Int! = 1): Item int: Int failing(after: Int! = 1): Int sureFailing(after: Int! = 1): Int!
  sureThrowing: Int! list(after: Int! = 1): [Int!] lists(after: Int! = 1): [[Int!]!]
  items(after: Int! = 1): [Item!] node: Node rival: Int lateRival: Item`;

const schema = makeExecutableSchema({
  typeDefs: `interface Node {${FIELDS}} type Item implements Node {${FIELDS}} type Query {${FIELDS}} type Mutation {${FIELDS}}`,
  resolvers: { Query: ITEM, Mutation: ITEM, Item: ITEM, Node: { __resolveType: async () => 'Item' } },
});

const told = (errors: readonly GraphQLError[] | null | undefined) =>
  (errors ?? []).map(({ message, path }) => `${message} at ${path?.join('.')}`);

async function both(text: string, rival: number) {
  const document = parse(text);
  const reference = new Turns(rival);
  const { data, errors } = await execute({ schema, document, contextValue: reference });
  await after(100);
  const compiled = compileOperation(schema, document, document.definitions[0] as never);
  const plan = compiled?.planFor({});
  if (compiled == null || plan == null) throw new Error('not compiled');
  const turns = new Turns(rival);
  const result = await compiled.execute(plan, turns, {});
  await after(100);
  return [
    { data: JSON.stringify(data), errors: told(errors), calls: reference.calls },
    { data: result.data, errors: told(result.errors), calls: turns.calls },
  ] as const;
}

describe('errors and calls are in the order of graphql-js, whichever turn a rival comes in', () => {
  it.each([
    '{ failing(after: 4) rival }',
    '{ rival failing(after: 4) }',
    '{ now { sureFailing(after: 4) } rival }',
    '{ now { later(after: 4) { int } sureThrowing } rival }',
    '{ now { later(after: 4) { sureThrowing } sureThrowing } rival }',
    '{ now { now { later(after: 2) { sureFailing(after: 2) } int } } rival }',
    '{ list(after: 4) rival }',
    '{ rival lists(after: 4) }',
    '{ items(after: 3) { later(after: 2) { sureThrowing } int } rival }',
    '{ items(after: 3) { sureFailing(after: 2) } rival }',
    '{ node { sureFailing(after: 2) } rival }',
    '{ now { sureFailing(after: 3) lateRival { int now { int } } } later(after: 5) { int later { int } } }',
    '{ sureNow { sureFailing(after: 4) lateRival { rival } } }',
    'mutation { now { sureFailing(after: 2) lateRival { int } } a: int b: int }',
    'mutation { sureNow { sureFailing(after: 4) lateRival { rival } } }',
    'mutation { a: later(after: 1) { int } sureNow { sureFailing(after: 4) lateRival { rival } } }',
    'mutation { sureNow { sureFailing(after: 4) lateRival { rival } } a: int b: int }',
    'mutation { now { sureFailing(after: 2) lateRival { int } } a: later(after: 3) { c: int } b: int d: later { e: int } }',
    'mutation { a: int now { sureFailing(after: 2) lateRival { rival } } b: failing(after: 2) c: int d: list(after: 1) e: int }',
    'mutation { node { sureFailing(after: 2) lateRival { rival } } b: sureFailing(after: 6) c: int }',
  ])('%s', async (text) => {
    const orders = new Set<string>();
    for (let rival = 0; rival <= MOST_TURNS; rival += 1) {
      const [expected, actual] = await both(text, rival);
      expect(actual, `a rival after ${rival} turns`).toEqual(expected);
      orders.add(JSON.stringify([expected.errors, expected.calls]));
    }
    // The rival did come before and after what it rivals.
    expect(orders.size).toBeGreaterThan(1);
  });
});
