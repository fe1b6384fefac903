import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import type { CompiledOperation, Executed } from '../../../src/http/graphql/compiled/compile.js';
import { describeValue } from './describe.js';
import { schema } from './schema.js';
import { type Mood, World } from './world.js';

/** What one execution came to, in a form that two can be compared in. */
export interface Account {
  readonly sync: boolean;
  readonly data: string;
  readonly errors: readonly string[];
  readonly calls: readonly string[];
}

/** One operation, and the world and variables that it is executed with. */
export interface Trial {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly mood: Mood;
}

export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = getOperationAST(document, 'Main');
  if (operation == null) throw new Error('no operation Main');
  return operation;
}

/** What the variables are for graphql-js; null where it refuses them. */
export function coerced({ document, variables }: Trial): Record<string, unknown> | null {
  // Resolvers may change what they are given, down to the values of custom scalars.
  const given = structuredClone(variables) as Record<string, unknown>;
  return getVariableValues(schema, operationOf(document).variableDefinitions ?? [], given).coerced ?? null;
}

export async function byGraphqlJs(trial: Trial): Promise<Account> {
  const world = new World(trial.seed, trial.mood);
  const result = execute({
    schema,
    document: trial.document,
    contextValue: world,
    variableValues: structuredClone(trial.variables),
    operationName: 'Main',
  });
  const sync = !(result instanceof Promise);
  const { data, errors }: ExecutionResult = await result;
  const text = JSON.stringify(data);
  return account(world, sync, text, errors ?? null);
}

/** Null where the compiled operation leaves it to graphql-js. */
export async function byCompiled(compiled: CompiledOperation, trial: Trial): Promise<Account | null> {
  const world = new World(trial.seed, trial.mood);
  const variables = coerced(trial);
  if (variables === null) return null;
  const plan = compiled.planFor(variables);
  if (plan === null) return null;
  const result = compiled.execute(plan, world, variables);
  const sync = !(result instanceof Promise);
  const { data, errors }: Executed = await result;
  return account(world, sync, data, errors);
}

async function account(
  world: World,
  sync: boolean,
  data: string,
  live: readonly GraphQLError[] | null,
): Promise<Account> {
  const errors = (live ?? []).map((error) => describeError(error, world));
  const length = live?.length ?? 0;
  await world.pending.settled();
  // What comes too late to be answered must not change an answer already given in one of the two only.
  if ((live?.length ?? 0) !== length) errors.push(`${(live?.length ?? 0) - length} too late`);
  return { sync, data, errors, calls: world.calls };
}

function describeError(error: GraphQLError, world: World): string {
  const { originalError, path, locations, extensions, nodes, source } = error;
  const cause = originalError as (Error & { readonly thrownValue?: unknown }) | undefined;
  const original =
    cause === undefined
      ? 'none'
      : [cause.name, cause.message, cause.constructor.name, world.labels.of(cause), world.labels.of(cause.thrownValue)];
  return [
    JSON.stringify(error),
    world.labels.of(error),
    error.name,
    error.constructor.name,
    describeValue(path),
    describeValue(locations),
    describeValue(extensions),
    nodes?.map(({ loc }) => loc?.start),
    source === undefined ? 'no source' : 'source',
    ...original,
  ].join(' | ');
}

/** The first thing in which the two differ; null where nothing does. */
export function difference(expected: Account, actual: Account): string | null {
  if (expected.data !== actual.data) return `data\n  graphql-js: ${expected.data}\n  compiled:   ${actual.data}`;
  const errors = firstDifference(expected.errors, actual.errors);
  if (errors !== null) return `errors ${errors}`;
  const calls = firstDifference(expected.calls, actual.calls);
  if (calls !== null) return `calls ${calls}`;
  return expected.sync === actual.sync ? null : `sync: ${expected.sync} and ${actual.sync}`;
}

function firstDifference(expected: readonly string[], actual: readonly string[]): string | null {
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    if (expected[index] !== actual[index]) {
      return `(${expected.length} and ${actual.length}), no. ${index}\n  graphql-js: ${expected[index]}\n  compiled:   ${actual[index]}`;
    }
  }
  return null;
}
