import { type ExecutionRequest, type Executor, isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import { type ExecutionResult, GraphQLError } from 'graphql';

/** Where an error holds on to itself. No service can send a function, so none can pass off data as an error. */
const ORIGIN = 'errorItself';

/**
 * The executor with errors that last: the planner puts them into the data they belong to, and where the same thing is met twice
 * in an answer it merges the one with the other as if they were data, down to the fields. What is left is a null without an error.
 */
export function withLastingErrors(executor: Executor): Executor {
  return (async (request: ExecutionRequest) => {
    const result: unknown = await executor(request);
    return isAsyncIterable(result)
      ? mapAsyncIterator(result as AsyncIterable<ExecutionResult>, lasting)
      : lasting(result as ExecutionResult);
  }) as Executor;
}

function lasting(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => {
    const { message, path, extensions } = error;
    const origin = { [ORIGIN]: () => error };
    return new GraphQLError(message, {
      path: path ?? null,
      extensions: { ...extensions, ...origin },
      originalError: error,
    });
  });
  return { ...result, errors };
}

/** The value with what was an error being one again, in lists too; itself where there is none. */
export function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (Array.isArray(value)) return value.some((item) => revived(item) !== item) ? value.map(revived) : value;
  const { extensions, path } = value as { readonly extensions?: unknown; readonly path?: unknown };
  const origin =
    typeof extensions === 'object' && extensions !== null && ORIGIN in extensions ? extensions[ORIGIN] : null;
  if (typeof origin !== 'function') return value;
  const originalError = origin() as GraphQLError;
  return new GraphQLError(originalError.message, {
    originalError,
    path: Array.isArray(path) ? path : (originalError.path ?? null),
  });
}
