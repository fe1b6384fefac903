import {
  type ExecutionResult,
  execute,
  NoUnusedVariablesRule,
  OverlappingFieldsCanBeMergedRule,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { applyDirectives, DIRECTIVES } from '../../../directives/index.js';
import type { Identity } from '../../../src/domain/identity.js';
import { canResolve } from '../../../src/policy/index.js';
import type { ForwardedOperation, Planner } from '../../../src/upstreams/execution/forward.js';
import { serveSchema } from '../../../src/upstreams/execution/served-schema.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';
import { recorder, summarise } from '../directives/guarded.js';
import { ANONYMOUS, ada, cleo, direct, impersonated, sam } from '../policy/people.js';
import { GENERATED_VARIABLES, generateOperation } from './generated-operation.js';
import { generateWorld, type WorldOptions } from './generated-world.js';
import { selectedCoordinates } from './selected-coordinates.js';

const SCHEMAS = 40;
const OPERATIONS = 4;
const NO_MUTATIONS = { nested: [], always: [] };

const IDENTITIES: readonly Identity[] = [
  ANONYMOUS,
  direct(cleo),
  direct(ada),
  impersonated(ada, cleo),
  impersonated(sam, cleo, 'FULL'),
];

/** Inner nullability may differ among the permitted types of one interface; whoever asks the upstreams sees to that. */
const RULES = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);
const GENERATED = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

interface Tally {
  operations: number;
  pruned: number;
  denied: number;
}

async function compareAll(seed: number, options: WorldOptions): Promise<Tally> {
  const tally: Tally = { operations: 0, pruned: 0, denied: 0 };
  for (let index = 0; index < SCHEMAS; index++) {
    const random = seededRandom(seed + index);
    const world = generateWorld(random, options);
    const rules = compileRules(world.bare, DIRECTIVES, NO_MUTATIONS).fields;
    const asked = new Set<string>();
    const behind = world.executable((coordinate) => asked.add(coordinate));
    const oracle = recorder();
    const local = applyDirectives(
      world.executable(() => undefined),
      { mutationRules: NO_MUTATIONS, hooks: oracle.hooks },
    );
    const forwarded: ForwardedOperation[] = [];
    const planner: Planner = {
      execute: async (operation) => {
        forwarded.push(operation);
        const { forwarded: asks, variables, context } = operation;
        return await execute({
          schema: behind,
          document: asks.document,
          variableValues: variables,
          contextValue: context,
        });
      },
      subscribe: () => Promise.reject(new Error('there are no streams here')),
    };
    const told = recorder();
    const served = serveSchema(world.bare, planner, { mutationRules: NO_MUTATIONS, hooks: told.hooks });

    for (let each = 0; each < OPERATIONS; each++) {
      const text = generateOperation(world.bare, random);
      const document = parse(text);
      if (validate(local, document, GENERATED).length > 0) continue;
      tally.operations++;
      const place = `seed ${seed + index}\n${world.sdl}\n${print(document)}`;
      for (const identity of IDENTITIES) {
        const where = `${identity.kind}, ${place}`;
        for (const list of [forwarded, oracle.denied, told.denied]) list.length = 0;
        asked.clear();
        const request = { document, contextValue: { identity }, variableValues: GENERATED_VARIABLES };
        const expected = summarise((await execute({ schema: local, ...request })) as ExecutionResult);
        const found = summarise((await execute({ schema: served, ...request })) as ExecutionResult);
        expect(found.data, where).toEqual(expected.data);
        expect(found.errors, where).toEqual(expected.errors);
        const facts = ({ denied }: typeof told) =>
          denied.map(({ coordinate, fieldName, decision }) => `${coordinate} ${fieldName} ${decision.code}`).sort();
        expect(facts(told), where).toEqual(facts(oracle));

        const isDenied = (coordinate: string) => {
          const rule = rules.get(coordinate);
          return rule !== undefined && !canResolve(rule, identity).allowed;
        };
        expect([...asked].filter(isDenied), where).toEqual([]);
        for (const { forwarded: operation } of forwarded) {
          expect([...selectedCoordinates(world.bare, operation.document)].filter(isDenied), where).toEqual([]);
          expect(validate(behind, operation.document, RULES), where).toEqual([]);
        }
        if (oracle.denied.length > 0) tally.denied++;
        const everything = [...selectedCoordinates(world.bare, document)];
        if (everything.some(isDenied)) tally.pruned++;
      }
    }
  }
  return tally;
}

describe('what is forwarded, over generated schemas, rules, operations and identities', () => {
  beforeAll(() => console.log(`TEST_SEED=${SEED}`));

  it('never selects what is denied, and the client gets what guarded local resolvers would give', async () => {
    const tally = await compareAll(SEED, { nonNull: true, failures: false });
    expect(tally.operations).toBeGreaterThan(SCHEMAS);
    expect(tally.pruned).toBeGreaterThan(SCHEMAS / 2);
    expect(tally.denied).toBeGreaterThan(SCHEMAS / 4);
  });

  it('leaves every failure of an upstream at its own path beside the refusals', async () => {
    const tally = await compareAll(SEED + 500_000, { nonNull: false, failures: true });
    expect(tally.operations).toBeGreaterThan(SCHEMAS);
    expect(tally.denied).toBeGreaterThan(SCHEMAS / 4);
  });
});
