import { type ExecutionResult, GraphQLError } from 'graphql';

/**
 * The value of the one root field of a result, with each error put where the null stands that it left behind. Whoever completes
 * the value throws it there, so that it reaches the client under its own path, and is passed up as the schema says.
 *
 * The errors keep the paths they came with where these begin at the root field; one that points nowhere in the result is an
 * error of the whole field, since what it spoilt is not known.
 */
export function placeErrors({ data, errors = [] }: ExecutionResult, responseKey: string): unknown {
  let value = data?.[responseKey];
  for (const error of errors) {
    const path = error.path?.[0] === responseKey ? error.path.slice(1) : null;
    value = path === null ? withoutPath(error) : placed(value, path, error);
  }
  return value;
}

/** The first error stays where several end at one null, as when they are passed up. */
function placed(value: unknown, path: readonly (string | number)[], error: GraphQLError): unknown {
  if (value instanceof Error) return value;
  if (value === null || value === undefined) return error;
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || !Object.hasOwn(value, key)) return withoutPath(error);
  const parent = value as Record<string | number, unknown>;
  const child = placed(parent[key], rest, error);
  if (!(child instanceof Error) || child === parent[key]) return value;
  // Nothing there was made null: the error is about something that still stands.
  if (parent[key] !== null && parent[key] !== undefined) return child;
  parent[key] = child;
  return value;
}

function withoutPath({ message, originalError, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { originalError: originalError ?? null, extensions });
}
