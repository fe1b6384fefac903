import { isPromise } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import { revived } from './lasting-errors.js';

type Path = readonly (string | number)[];

/**
 * Has every field of a planned schema throw what really happened, so that the executor puts it where it happened: the planner
 * wraps errors, and the paths it gives them leave out places in lists. Changes the schema, which nothing else may hold yet.
 */
export function throwBareErrors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        revive(source, info.path.key);
        try {
          const value: unknown = resolve(source, args, context, info);
          return isPromise(value)
            ? value.then(
                (settled) => thrown(settled, info),
                (error) => thrown(asError(error), info),
              )
            : thrown(value, info);
        } catch (error) {
          return thrown(asError(error), info);
        }
      };
    }
  }
}

/** Before the planner takes for a thing of its own what was an error before it merged it. */
function revive(source: unknown, key: string | number): void {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, key)) return;
  const holder = source as Record<string | number, unknown>;
  const found = holder[key];
  const value = revived(found);
  if (value !== found) holder[key] = value;
}

function thrown(value: unknown, info: GraphQLResolveInfo): unknown {
  if (value instanceof Error) throw at(value, responsePathAsArray(info.path));
  return Array.isArray(value) && hasErrors(value) ? items(value, responsePathAsArray(info.path)) : value;
}

function hasErrors(list: readonly unknown[]): boolean {
  return list.some((item) => item instanceof Error || (Array.isArray(item) && hasErrors(item)));
}

/** Errors in lists are thrown by the executor, as they stand. */
function items(list: readonly unknown[], path: Path): readonly unknown[] {
  return list.map((item, index) => {
    if (item instanceof Error) return at(item, [...path, index]);
    return Array.isArray(item) ? items(item, [...path, index]) : item;
  });
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error('something that is no error was thrown', { cause: value });
}

/**
 * The error as it is to be thrown at a place: with a path of its own where it happened further down, in something that was
 * made null as a whole; else without one, so that the executor gives it that of the place.
 */
function at(error: Error, place: Path): Error {
  const original = bare(error);
  const below = belowPlace(located(error)?.path ?? [], place);
  if (below.length === 0) return original;
  const { message } = original;
  return new GraphQLError(message, {
    path: [...place, ...below],
    ...(original instanceof GraphQLError ? { extensions: original.extensions } : { originalError: original }),
  });
}

/** The innermost error; of one that stands for itself a copy without its path. */
function bare(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return bare(error.errors[0]);
  if (!(error instanceof GraphQLError)) return error;
  if (error.originalError instanceof Error) return bare(error.originalError);
  return new GraphQLError(error.message, { extensions: error.extensions });
}

/** The outermost error that says where it happened. */
function located(error: Error): GraphQLError | null {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return located(error.errors[0]);
  return error instanceof GraphQLError && error.path !== undefined ? error : null;
}

/** What the planner puts before the names of fields that would not fit together in one document. */
const OF_THE_PLANNER = /^_(nullable|nonNullable)_/;

/**
 * What a planner's path says after the place. Its beginning is no path of the answer: places in lists are left out, and the
 * service was asked something else. So the end of the place is looked for in it, by the names of fields; where several stand
 * there, the one before which most is the same.
 */
function belowPlace(path: Path, place: Path): Path {
  const names = place.filter((key) => typeof key === 'string');
  const key = names.at(-1);
  const index = typeof place.at(-1) === 'number' ? trailingIndexes(place) : 0;
  let best = { matching: 0, from: path.length };
  for (const [position, each] of path.entries()) {
    if (each !== key) continue;
    const matching = matchingEnd(
      path.slice(0, position + 1).filter((name) => typeof name === 'string'),
      names,
    );
    if (matching > best.matching) best = { matching, from: position + 1 + index };
  }
  return path.slice(best.from).map((name) => (typeof name === 'string' ? name.replace(OF_THE_PLANNER, '') : name));
}

/** In how many lists the place is since the last field. */
function trailingIndexes(place: Path): number {
  return place.length - 1 - place.findLastIndex((key) => typeof key === 'string');
}

function matchingEnd(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}
