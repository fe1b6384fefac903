import { type DocumentNode, parse, print, validate } from 'graphql';
import { type CompiledOperation, compileOperation } from '../../../src/http/graphql/compiled/compile.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type Account, byCompiled, byGraphqlJs, coerced, difference, operationOf, type Trial } from './differences.js';
import { OperationWriter } from './operations.js';
import type { Rejections } from './rejections.js';
import { schema } from './schema.js';
import { shrunk } from './shrink.js';

/** Rarely anything wrong, and often: where much fails, most of the result is null. */
const TROUBLE = [0, 0.02, 0.08, 0.25];
const WAITING = [0, 0.05, 0.3, 0.8];

export const compile = (document: DocumentNode): CompiledOperation | null =>
  compileOperation(schema, document, operationOf(document));

/** The operation of this number, with further trials of the same: other variables, another world. */
export function trialsOf(seed: number, index: number, count: number): readonly Trial[] {
  const random = seededRandom(seed * 7919 + index);
  const writer = new OperationWriter(random);
  const document = parse(writer.write(random() < 0.3 ? 'mutation' : 'query'));
  return Array.from({ length: count }, () => {
    const mood = { trouble: anyOf(TROUBLE, random), waiting: anyOf(WAITING, random) };
    const variables = writer.variables.values(random);
    return { document, mood, seed: Math.floor(random() * 2 ** 31), variables };
  });
}

function anyOf(from: readonly number[], random: () => number): number {
  return from[Math.floor(random() * from.length)] ?? 0;
}

export interface Compared {
  /** Null where it was left to graphql-js. */
  readonly expected: Account | null;
  /** What differed; null: nothing. */
  readonly found: string | null;
}

/** Executes trials of ONE operation on one compiled plan, all at once, and each with graphql-js. */
export async function compared(
  trials: readonly Trial[],
  compiled: CompiledOperation | null,
  rejections: Rejections,
): Promise<readonly Compared[]> {
  const actual = await Promise.all(trials.map((trial) => (compiled === null ? null : byCompiled(compiled, trial))));
  const left = await rejections.taken();
  const results: Compared[] = [];
  for (const [index, trial] of trials.entries()) {
    const mine = actual[index] ?? null;
    if (mine === null) {
      results.push({ expected: null, found: null });
      continue;
    }
    const expected = await byGraphqlJs(trial);
    const unhandled = left.length > 0 ? `${left.length} rejections that nobody handles, the first: ${left[0]}` : null;
    results.push({ expected, found: difference(expected, mine) ?? unhandled });
  }
  // graphql-js leaves some, where a list fails beside an item that is waited for.
  await rejections.taken();
  return results;
}

/** All that is needed to see it again. */
export async function report(seed: number, index: number, found: string, trial: Trial, rejections: Rejections) {
  const differs = async (document: DocumentNode): Promise<string | null> => {
    const smaller = { ...trial, document };
    if (coerced(smaller) === null) return null;
    const [result] = await compared([smaller], compile(document), rejections);
    return result?.found ?? null;
  };
  const smallest = await shrunk(trial.document, async (document) => (await differs(document)) !== null);
  return [
    `TEST_SEED=${seed}, operation ${index}, ${JSON.stringify(trial.mood)}: ${found}`,
    `valid: ${validate(schema, trial.document).map(String).join() || 'yes'}`,
    `variables: ${JSON.stringify(trial.variables)}`,
    `the document:\n${print(trial.document)}`,
    `as small as it still fails, executed once:\n${print(smallest)}`,
    `and there: ${await differs(smallest)}`,
  ].join('\n');
}
