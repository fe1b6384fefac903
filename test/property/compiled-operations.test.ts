import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, GraphQLScalarType, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileOperation, type Executed } from '../../src/http/graphql/compiled/compile.js';
import { SEED } from '../support/seeded-random.js';
import { coerced, operationOf } from './compiled-operations/differences.js';
import { Rejections } from './compiled-operations/rejections.js';
import { schema } from './compiled-operations/schema.js';
import { compared, compile, report, trialsOf } from './compiled-operations/trials.js';

/** More of them, to look for longer: TEST_OPERATIONS. */
const OPERATIONS = Number(process.env.TEST_OPERATIONS ?? 5_000);

const rejections = new Rejections();
beforeAll(() => rejections.watch());
afterAll(() => rejections.leave());

describe(`compiled operations against graphql-js (TEST_SEED=${SEED})`, () => {
  it(`${OPERATIONS} operations come to the same data, errors and calls of resolvers`, {
    timeout: 900_000,
  }, async () => {
    const met = { failing: 0, nothing: 0, sync: 0, waiting: 0, mutations: 0, left: 0 };
    for (let index = 0, done = 0; done < OPERATIONS; index += 1) {
      // Some are executed three times over at once, with other variables.
      const trials = trialsOf(SEED, index, index % 10 === 0 ? 3 : 1);
      const [first] = trials;
      if (first === undefined) throw new Error('no trial');
      if (index % 8 === 0) expect(validate(schema, first.document), `operation ${index}`).toEqual([]);
      for (const trial of trials) expect(coerced(trial), `variables of operation ${index}`).not.toBeNull();
      const compiled = compile(first.document);
      const results = [...(await compared(trials, compiled, rejections))];
      // And some again and again on the same plan.
      for (let time = 2; index % 50 === 0 && time <= 10; time += 1) {
        results.push(...(await compared([first], compiled, rejections)));
      }
      for (const [which, { expected, found }] of results.entries()) {
        if (found !== null) throw new Error(await report(SEED, index, found, trials[which] ?? first, rejections));
        if (expected === null) continue;
        if (expected.errors.length > 0) met.failing += 1;
        if (expected.data === 'null') met.nothing += 1;
        if (expected.sync) met.sync += 1;
        else met.waiting += 1;
      }
      if (results[0]?.expected == null) met.left += 1;
      else done += 1;
      if (operationOf(first.document).operation === 'mutation') met.mutations += 1;
    }
    // All of it was met, not merely something: a generator that goes stale would be found out here.
    console.log(`TEST_SEED=${SEED}`, met);
    for (const [kind, count] of Object.entries(met)) expect(count, kind).toBeGreaterThan(OPERATIONS / 200);
    expect(met.left).toBeLessThan(OPERATIONS / 4);
  });
});

describe('what compiled operations leave to graphql-js', () => {
  it.each([
    ['introspection', '{ __schema { __typename } }'],
    [
      'introspection further down',
      '{ again { again { ...I } } } fragment I on Query { __type(name: "Node") { name } }',
    ],
    ['a subscription', 'subscription { int }'],
  ])('%s', (_what, text) => {
    const document = parse(text.replace(/^\{/, 'query Main {').replace('subscription', 'subscription Main'));
    expect(validate(schema, document)).toEqual([]);
    expect(compile(document)).toBeNull();
  });

  it('a condition that is null', () => {
    const compiled = compile(parse('query Main($c: Boolean = true) { int @skip(if: $c) }'));
    expect(compiled?.planFor({ c: null })).toBeNull();
    expect(compiled?.planFor({ c: false })).not.toBeNull();
  });
});

const odd = (serialize: () => unknown, values: Record<string, unknown>) =>
  makeExecutableSchema({
    typeDefs: 'scalar Odd type Query { list: [Int!] lists: [[Int!]!] odd: Odd sure: Odd! int: Int text: String }',
    resolvers: {
      Odd: new GraphQLScalarType({ name: 'Odd', serialize }),
      Query: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, () => value])),
    },
  });

async function executed(made: ReturnType<typeof odd>, text: string): Promise<Executed | undefined> {
  const document = parse(text);
  const compiled = compileOperation(made, document, document.definitions[0] as never);
  const plan = compiled?.planFor({});
  return plan == null ? undefined : compiled?.execute(plan, undefined, {});
}

describe('a list of which one item fails at once and another one late', () => {
  const late = async () => {
    await nextTurn();
    throw new Error('late');
  };
  const bothLists = () =>
    odd(() => 1, { list: [late(), late(), new Error('at once')], lists: [[late(), null], late()] });

  it('leaves no rejection unhandled, though graphql-js does', async () => {
    await execute({ schema: bothLists(), document: parse('{ list lists }') });
    await nextTurn();
    await nextTurn();
    expect((await rejections.taken()).length).toBeGreaterThan(0);

    const result = await executed(bothLists(), '{ list lists }');
    await nextTurn();
    await nextTurn();
    expect(await rejections.taken()).toEqual([]);
    expect(result?.data).toBe('{"list":null,"lists":null}');
    expect(result?.errors?.map(({ path }) => path)).toEqual([
      ['list', 2],
      ['lists', 0, 1],
    ]);
  });
});

describe('where compiled operations differ from graphql-js on purpose', () => {
  it.each([
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a bigint', 1n],
    ['what throws when it is put into JSON', { toJSON: () => expect.fail('not to be put into JSON') }],
  ])(
    'a scalar serialized to %s is an error of that field, neither left out nor an end to the response',
    async (_what, value) => {
      const result = await executed(
        odd(() => value, { odd: 1, int: 2 }),
        '{ odd int }',
      );
      expect(result?.data).toBe('{"odd":null,"int":2}');
      expect(result?.errors?.map(({ path }) => path)).toEqual([['odd']]);
    },
  );

  it('what only looks like a promise fails, where graphql-js leaves the field out or takes anything for its value', async () => {
    for (const given of [undefined, '","admin":"', 5]) {
      const thenable = Object.fromEntries([['then', () => given]]);
      const result = await executed(
        odd(() => 1, { text: thenable, int: 2 }),
        '{ text int }',
      );
      expect(result?.data).toBe('{"text":null,"int":2}');
      expect(result?.errors?.map(({ path }) => path)).toEqual([['text']]);
    }
  });
});

describe('a scalar that takes its time to serialize', () => {
  it('is waited for, as graphql-js does', async () => {
    for (const settle of [
      () => Promise.resolve({ a: '"' }),
      () => Promise.reject(new Error('no')),
      () => Promise.resolve(null),
    ]) {
      const made = odd(settle, { odd: 1, sure: 2, int: 3 });
      const { data, errors } = await execute({ schema: made, document: parse('{ odd sure int }') });
      const result = await executed(made, '{ odd sure int }');
      expect(result?.data).toBe(JSON.stringify(data));
      expect(result?.errors ?? undefined).toEqual(errors);
    }
  });
});
