import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { executeFields, infoOf } from './execute-fields.js';
import type { Complete, CompleteLeaf, FieldPlace, ObjectPlan } from './field-plan.js';
import { leafWriter } from './leaf-json.js';
import {
  afterwards,
  type Completed,
  fail,
  isPromiseLike,
  type Json,
  type ResultPath,
  type Run,
  textOf,
} from './run.js';

/** What is selected of an object type, of the nodes of a field. */
export type PlanObject = (type: GraphQLObjectType, nodes: readonly FieldNode[]) => ObjectPlan;

/** The completion of leaf values, where the type is a leaf or must not be null and is a leaf; else null. */
export function leafCompleter(type: GraphQLOutputType, place: Omit<FieldPlace, 'nodes'>): CompleteLeaf | null {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!isLeafType(nullable)) return null;
  const write = leafWriter(nullable as GraphQLLeafType);
  if (!isNonNullType(type)) {
    return (value) => {
      if (value == null) return null;
      if (value instanceof Error) throw value;
      return write(value);
    };
  }
  return (value) => {
    if (value instanceof Error) throw value;
    if (value == null) throw nullRefused(place);
    return write(value);
  };
}

/** CompleteValue (§6.4.3) for values of a type, as a function put together once. */
export function completer(
  type: GraphQLOutputType,
  place: FieldPlace,
  schema: GraphQLSchema,
  planObject: PlanObject,
): Complete {
  if (isNonNullType(type)) {
    const complete = completer(type.ofType, place, schema, planObject);
    return (run, value, at, path) => {
      const completed = complete(run, value, at, path);
      if (completed === null) throw nullRefused(place);
      return completed;
    };
  }
  const complete = nullableCompleter(type, place, schema, planObject);
  return (run, value, at, path) => {
    if (value instanceof Error) throw value;
    return value == null ? null : complete(run, value, at, path);
  };
}

function nullableCompleter(
  type: GraphQLOutputType,
  place: FieldPlace,
  schema: GraphQLSchema,
  planObject: PlanObject,
): Complete {
  if (isListType(type)) return listCompleter(type.ofType, place, schema, planObject);
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return (_run, value) => write(value);
  }
  if (isAbstractType(type)) return abstractCompleter(type, place, schema, planObject);
  if (isObjectType(type)) return objectCompleter(type, place.nodes, planObject);
  throw new TypeError(`cannot complete values of ${inspect(type)}`);
}

function listCompleter(
  itemType: GraphQLOutputType,
  place: FieldPlace,
  schema: GraphQLSchema,
  planObject: PlanObject,
): Complete {
  const complete = completer(itemType, place, schema, planObject);
  const nonNull = isNonNullType(itemType);

  // The closures of what waits are made here: within `item` they would cost what does not wait an allocation, too.

  function later(run: Run, value: PromiseLike<unknown>, at: FieldPlace, path: ResultPath): Completed {
    return afterwards(value, (resolved) => complete(run, resolved, at, path));
  }

  function settled(run: Run, completed: Exclude<Completed, Json>, at: FieldPlace, path: ResultPath): PromiseLike<Json> {
    return completed.then(textOf, (error: unknown) => fail(run, error, nonNull, at.nodes, path));
  }

  function item(run: Run, value: unknown, at: FieldPlace, path: ResultPath): Json | PromiseLike<Json> {
    try {
      const completed = isPromiseLike(value) ? later(run, value, at, path) : complete(run, value, at, path);
      if (completed === null || typeof completed === 'string') return completed;
      return settled(run, completed, at, path);
    } catch (error) {
      return fail(run, error, nonNull, at.nodes, path);
    }
  }

  return (run, value, at, path) => {
    if (!isIterable(value)) {
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${place.parentType.name}.${place.fieldName}".`,
      );
    }
    let index = 0;
    let text = '[';
    let parts: (string | PromiseLike<Json>)[] | null = null;
    try {
      for (const each of value) {
        if (index > 0) text += ',';
        const completed = item(run, each, at, { prev: path, key: index, typename: undefined });
        index += 1;
        if (completed === null) text += 'null';
        else if (typeof completed === 'string') text += completed;
        else {
          parts ??= [];
          parts.push(text, completed);
          text = '';
        }
      }
    } catch (error) {
      // What other items have begun may fail too, and must not do so with nobody looking: it would end the process.
      for (const part of parts ?? []) ignoreRejection(part);
      // Nor what the resolver began for the items that are not reached any more.
      if (Array.isArray(value)) for (const each of value.slice(index)) ignoreRejection(each);
      throw error;
    }
    text += ']';
    if (parts === null) return text;
    parts.push(text);
    return Promise.all(parts);
  };
}

function objectCompleter(type: GraphQLObjectType, nodes: readonly FieldNode[], planObject: PlanObject): Complete {
  let plan: ObjectPlan | null = null;
  return (run, value, at, path) => {
    plan ??= planObject(type, nodes);
    if (type.isTypeOf == null) return executeFields(run, plan, value, path);
    const known: ObjectPlan = plan;
    const answer = type.isTypeOf(value, run.context, infoOf(run, at, path));
    if (isPromiseLike<boolean>(answer)) {
      return answer.then((isOne): string | Promise<string> => {
        if (!isOne) throw wrongType(type, value, nodes);
        return executeFields(run, known, value, path);
      });
    }
    if (!answer) throw wrongType(type, value, nodes);
    return executeFields(run, known, value, path);
  };
}

function abstractCompleter(
  type: GraphQLAbstractType,
  place: FieldPlace,
  schema: GraphQLSchema,
  planObject: PlanObject,
): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const byName = new Map<string, Complete>();

  function objectOf(name: unknown, value: unknown): Complete {
    const known = typeof name === 'string' ? byName.get(name) : undefined;
    if (known !== undefined) return known;
    const objectType = runtimeType(name, value, type, place, schema);
    const complete = objectCompleter(objectType, place.nodes, planObject);
    byName.set(objectType.name, complete);
    return complete;
  }

  return (run, value, at, path) => {
    const name: unknown = resolveType(value, run.context, infoOf(run, at, path), type);
    if (isPromiseLike(name))
      return name.then((resolved) => objectOf(resolved, value)(run, value, at, path)) as PromiseLike<Json>;
    return objectOf(name, value)(run, value, at, path);
  };
}

/** The object type that an abstract value was resolved to. @throws GraphQLError in the words of graphql-js */
function runtimeType(
  name: unknown,
  value: unknown,
  type: GraphQLAbstractType,
  { parentType, fieldName, nodes }: FieldPlace,
  schema: GraphQLSchema,
): GraphQLObjectType {
  const field = `${parentType.name}.${fieldName}`;
  if (name == null) {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}" with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  }
  const found = schema.getType(name);
  if (found == null) {
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      { nodes },
    );
  }
  if (!isObjectType(found)) {
    throw new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, { nodes });
  }
  if (!schema.isSubType(type, found)) {
    throw new GraphQLError(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`, { nodes });
  }
  return found;
}

/** Of promises alone: to ask a thenable might be what sets it going. */
function ignoreRejection(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
}

function nullRefused({ parentType, fieldName }: Pick<FieldPlace, 'parentType' | 'fieldName'>): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);
}

function wrongType(type: GraphQLObjectType, value: unknown, nodes: readonly FieldNode[]): GraphQLError {
  return new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' && typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function'
  );
}
