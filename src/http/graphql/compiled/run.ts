import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';

/** A place in the result, linked towards the root as graphql-js has it in `info.path`. */
export interface ResultPath {
  readonly prev: ResultPath | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** A completed value as JSON text; null where it is null. */
export type Json = string | null;
export type Completed = Json | PromiseLike<Json>;

/** What is the same for every execution of an operation. */
export type StaticInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;

/** One execution. */
export interface Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  readonly info: StaticInfo;
  errors: GraphQLError[] | null;
  /** The paths that errors have made null; a thing inside one of them has no say any more. */
  nulled: Set<ResultPath | undefined> | null;
}

export function isPromiseLike<T>(value: unknown): value is PromiseLike<T> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/** Adds an error, unless what it is about was made null already by the error of something around it. */
export function addError(run: Run, error: GraphQLError, path: ResultPath | undefined): void {
  run.errors ??= [];
  run.nulled ??= new Set();
  for (let around = path; around !== undefined; around = around.prev) if (run.nulled.has(around)) return;
  if (run.nulled.has(undefined)) return;
  run.nulled.add(path);
  run.errors.push(error);
}

/** What becomes of a field or list item whose resolution failed: null, or, where it must not be null, the located error. */
export function fail(
  run: Run,
  rawError: unknown,
  nonNull: boolean,
  nodes: readonly FieldNode[],
  path: ResultPath,
): null {
  const error = locatedError(rawError, nodes, pathKeys(path));
  if (nonNull) throw error;
  addError(run, error, path);
  return null;
}

function pathKeys(path: ResultPath): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let place: ResultPath | undefined = path; place !== undefined; place = place.prev) keys.push(place.key);
  return keys.reverse();
}
