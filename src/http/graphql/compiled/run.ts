import { type FieldNode, type GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';

/** A place in the result, linked towards the root as graphql-js has it in `info.path`. */
export interface ResultPath {
  readonly prev: ResultPath | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** A completed value as JSON text; null where it is null. */
export type Json = string | null;
/** The texts of a list, still apart: putting them together takes no turn of its own, which would put errors in another order. */
export type Texts = readonly Json[];
export type Completed = Json | PromiseLike<Json | Texts>;

/** What is the same for every execution of an operation. */
export type StaticInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;

/** One execution. */
export interface Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  readonly info: StaticInfo;
  /** The plan whose guards all let this context through, of those asked last: asked once for all items of a list. */
  open: object | null;
  errors: GraphQLError[] | null;
  /** The paths that errors have made null; a thing inside one of them has no say any more. */
  nulled: Set<ResultPath | undefined> | null;
}

/** Whether nobody waits for what it comes to any more. */
export function isGivenUp({ context }: Run): boolean {
  return (
    (context as { readonly onward?: { readonly timeIsUp?: boolean } } | null | undefined)?.onward?.timeIsUp === true
  );
}

export function isPromiseLike<T>(value: unknown): value is PromiseLike<T> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/**
 * What follows a promise that a resolver gave. @throws TypeError where it only looks like one, and its `then` gives none:
 * nothing would ever tell what became of the value
 */
export function afterwards(
  value: PromiseLike<unknown>,
  complete: (resolved: unknown) => Completed,
): PromiseLike<Json | Texts> {
  const following = value.then(complete);
  if (!isPromiseLike<Json | Texts>(following)) throw new TypeError('the "then" of a thenable gave no promise');
  return following;
}

/** One text of what completed. */
export function textOf(completed: Json | Texts): Json {
  return completed === null || typeof completed === 'string' ? completed : joined(completed);
}

export function joined(texts: Texts): string {
  let text = '';
  for (const each of texts) text += each ?? 'null';
  return text;
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
