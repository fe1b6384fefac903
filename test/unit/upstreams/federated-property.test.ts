import { type ExecutionResult, execute, NoUnusedVariablesRule, parse, print, specifiedRules, validate } from 'graphql';
import { expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import type { Identity } from '../../../src/domain/identity.js';
import { canResolve } from '../../../src/policy/index.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';
import { summarise } from '../directives/guarded.js';
import { ANONYMOUS, ada, direct, impersonated, person, sam } from '../policy/people.js';
import { GENERATED_VARIABLES, generateOperation } from './generated-operation.js';
import { selectedCoordinates } from './selected-coordinates.js';
import { shopLocally } from './shop-locally.js';
import { openShop } from './shop-services.js';

const OPERATIONS = 150;
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
const cleo = person('cleo', ['USER']);
const IDENTITIES = [ANONYMOUS, direct(cleo), direct(ada), direct(sam), impersonated(ada, cleo, 'FULL')];

it('generated queries over three services equal one guarded local schema, and no service is asked for what is denied', async () => {
  console.log(`TEST_SEED=${SEED}`);
  const shop = openShop();
  const local = shopLocally(shop.composed);
  const rules = compileRules(shop.composed, DIRECTIVES, { nested: [], always: [] }).fields;
  const tally = { operations: 0, withData: 0, withDenials: 0, calls: 0 };
  for (let index = 0; index < OPERATIONS; index++) {
    const document = parse(generateOperation(shop.composed, seededRandom(SEED + index)));
    if (validate(local, document, RULES).length > 0) continue;
    tally.operations++;
    for (const identity of IDENTITIES) {
      const where = `seed ${SEED + index}, ${identity.kind} ${identity.viewer?.id}\n${print(document)}`;
      shop.orders.asked.length = 0;
      shop.shipping.asked.length = 0;
      const request = { document, contextValue: { identity }, variableValues: GENERATED_VARIABLES };
      const expected = summarise((await execute({ schema: local, ...request })) as ExecutionResult);
      const found = summarise((await execute({ schema: shop.schema, ...request })) as ExecutionResult);
      expect(found.data, `${where}\n${found.errors.join()}`).toEqual(expected.data);
      // Where nothing is left of the answer, how many of its fields still got to say why is a matter of time.
      if (expected.data === null) expect(found.errors.length, where).toBeGreaterThan(0);
      else expect(found.errors, where).toEqual(expected.errors);

      for (const { schema, asked } of [shop.orders, shop.shipping]) {
        for (const { document: text, context } of asked) {
          // An answer that was lost to a null does not wait for its other calls: one may come late, and is judged by whom it is for.
          const { identity: whose } = context as { readonly identity: Identity };
          const isDenied = (coordinate: string) => {
            const rule = rules.get(coordinate);
            return rule !== undefined && !canResolve(rule, whose).allowed;
          };
          tally.calls++;
          expect([...selectedCoordinates(schema, parse(text))].filter(isDenied), `${where}\n${text}`).toEqual([]);
        }
      }
      if (expected.data !== null) tally.withData++;
      if (expected.errors.some((error) => /FORBIDDEN|SENSITIVE|BLOCKED/.test(error))) tally.withDenials++;
    }
  }
  expect(tally.operations).toBeGreaterThan(OPERATIONS / 4);
  expect(tally.withData).toBeGreaterThan(OPERATIONS / 4);
  expect(tally.withDenials).toBeGreaterThan(OPERATIONS / 10);
  expect(tally.calls).toBeGreaterThan(OPERATIONS);
});
