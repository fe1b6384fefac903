import { type DocumentNode, parse, print, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompiledOperation, compileOperation } from '../../src/http/graphql/compiled/compile.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import {
  byCompiled,
  byGraphqlJs,
  coerced,
  difference,
  operationOf,
  type Trial,
} from './compiled-operations/differences.js';
import { OperationWriter } from './compiled-operations/operations.js';
import { Rejections } from './compiled-operations/rejections.js';
import { schema } from './compiled-operations/schema.js';
import { shrunk } from './compiled-operations/shrink.js';
import type { Mood } from './compiled-operations/world.js';

const OPERATIONS = Number(process.env.TEST_OPERATIONS ?? 5_000);
/** Rarely anything wrong, and often: where much fails, most of the result is null. */
const TROUBLE = [0, 0.02, 0.08, 0.25];
const WAITING = [0, 0.05, 0.3, 0.8];

const rejections = new Rejections();
beforeAll(() => rejections.watch());
afterAll(() => rejections.leave());

const compile = (document: DocumentNode): CompiledOperation | null =>
  compileOperation(schema, document, operationOf(document));

async function differs(trial: Trial): Promise<string | null> {
  if (coerced(trial) === null) return null;
  const compiled = compile(trial.document);
  const actual = compiled === null ? null : await byCompiled(compiled, trial);
  const left = await rejections.taken();
  if (left.length > 0) return `${left.length} unhandled rejections`;
  const expected = await byGraphqlJs(trial);
  await rejections.taken();
  return actual === null ? null : difference(expected, actual);
}

async function report(index: number, found: string, trial: Trial): Promise<string> {
  const smaller = await shrunk(trial.document, async (document) => (await differs({ ...trial, document })) !== null);
  const lines = [
    `seed ${SEED}, operation ${index}, ${JSON.stringify(trial.mood)}: ${found}`,
    `variables: ${JSON.stringify(trial.variables)}`,
    `the document:\n${print(trial.document)}`,
    `as small as it fails:\n${print(smaller)}`,
    `there: ${await differs({ ...trial, document: smaller })}`,
  ];
  return lines.join('\n');
}

describe(`compiled operations against graphql-js (seed ${SEED})`, () => {
  it('at least 5,000 operations', { timeout: 600_000 }, async () => {
    console.log(`seed ${SEED}`);
    let executed = 0;
    const failures: string[] = [];
    for (let index = 0; executed < OPERATIONS; index += 1) {
      const random = seededRandom(SEED * 7919 + index);
      const writer = new OperationWriter(random);
      const text = writer.write(random() < 0.3 ? 'mutation' : 'query');
      const document = parse(text);
      const invalid = validate(schema, document);
      if (invalid.length > 0) throw new Error(`seed ${SEED}, ${index}: ${invalid[0]} in\n${text}`);
      const mood: Mood = {
        trouble: TROUBLE[Math.floor(random() * 4)] ?? 0,
        waiting: WAITING[Math.floor(random() * 4)] ?? 0,
      };
      const trial = {
        document,
        mood,
        seed: Math.floor(random() * 2 ** 31),
        variables: writer.variables.values(random),
      };
      if (coerced(trial) === null) throw new Error('variables');
      const found = await differs(trial);
      executed += 1;
      if (found !== null) {
        failures.push(await report(index, found, trial));
        if (failures.length >= 4) break;
      }
    }
    console.log(failures.join('\n=========\n'));
    expect(failures.length).toBe(0);
  });
});
