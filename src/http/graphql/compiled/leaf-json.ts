import { GraphQLID, GraphQLInt, type GraphQLLeafType, GraphQLString, isEnumType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { DateTime } from '../../../../resolvers/DateTime.js';
import { isPromiseLike, type Json } from './run.js';

/** Writes a leaf value that is neither null nor an Error. @throws what the type's `serialize` throws, or that it gave nothing */
export type WriteLeaf = (value: unknown) => string | PromiseLike<Json>;

/** Anything but what JSON.stringify leaves as it is: no control character, quote, backslash or surrogate (ECMA-262 §25.5.2.3). */
const ESCAPED = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

/** The same text as JSON.stringify, at half the cost where nothing needs an escape. */
export function jsonString(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/**
 * The JSON of values of a leaf type: what graphql-js's result would have when it is stringified. A value that JSON cannot
 * express, which JSON.stringify would leave out of an object, is refused by the caller; see {@link NOT_JSON}.
 */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (type === GraphQLString || type === GraphQLID) {
    // Both leave a text as it is.
    return (value) => jsonString(typeof value === 'string' ? value : serialized(type, value));
  }
  if (type === GraphQLInt) {
    return (value) => (isInt(value) ? String(value) : json(serialized(type, value)));
  }
  // What it writes has nothing to escape.
  if (type.serialize === DateTime.serialize) return (value) => `"${serialized<string>(type, value)}"`;
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ value, name }) => [value, `"${name}"`]));
    return (value) => names.get(value) ?? json(serialized(type, value));
  }
  return (value) => json(serialized(type, value));
}

/** What GraphQLInt leaves as it is. */
function isInt(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

/** A serialized value without a JSON text: a function or a symbol. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
}

function serialized<T>(type: GraphQLLeafType, value: unknown): T {
  const result = type.serialize(value);
  if (result == null) {
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(result)}`,
    );
  }
  return result as T;
}

function json(value: unknown): string | PromiseLike<Json> {
  switch (typeof value) {
    case 'string':
      return jsonString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    default:
      // A scalar may take its time to serialize.
      if (isPromiseLike(value)) return value.then((each) => (each == null ? null : json(each)));
      return JSON.stringify(value) ?? notJson();
  }
}

function notJson(): never {
  throw new NotJsonError('a scalar was serialized to a value that JSON cannot express');
}
