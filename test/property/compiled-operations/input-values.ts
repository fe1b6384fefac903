import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';

/** Offers a variable in the place of a literal; null: a literal it is. */
export type AskVariable = (type: GraphQLInputType, hasDefault: boolean) => string | null;

type Random = () => number;

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)] as T;

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  Int: ['0', '1', '-5', '2147483647'],
  Float: ['0', '1.5', '-2e3'],
  String: ['""', '"text"', '"q\\"uote"', '"""block "text"\nlines"""', '"\\u00e9\\ud83d\\ude00"'],
  ID: ['"id"', '7'],
  Boolean: ['true', 'false'],
  Any: ['1', '"x"', '{ a: [1, "x", null], __proto__: 2 }', '[]', 'RED', '{}'],
};

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, 1, -5, 2147483647],
  Float: [0, 1.5, -2e3],
  String: ['', 'text', 'q"uote', '\ud83d\ude00'],
  ID: ['id', 7],
  Boolean: [true, false],
  Any: [1, 'x', { a: [1, 'x', null] }, [], JSON.parse('{"__proto__":2}')],
};

/** A valid literal of a type. */
export function literalOf(type: GraphQLInputType, random: Random, ask: AskVariable, hasDefault = false): string {
  if (random() < 0.3) {
    const variable = ask(type, hasDefault);
    if (variable !== null) return variable;
  }
  if (isNonNullType(type)) return bareLiteral(type.ofType, random, ask);
  return random() < 0.1 ? 'null' : bareLiteral(type, random, ask);
}

function bareLiteral(type: GraphQLInputType, random: Random, ask: AskVariable): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    // One item stands for a list of one.
    if (random() < 0.2) return bareLiteral(getNullableType(nullable.ofType), random, () => null);
    return `[${several(random, () => literalOf(nullable.ofType, random, ask))}]`;
  }
  if (isEnumType(nullable)) return pick(nullable.getValues(), random).name;
  if (isScalarType(nullable)) return pick(LITERALS[nullable.name] ?? ['1'], random);
  const fields = Object.values(nullable.getFields());
  if (nullable.isOneOf) return `{ one: ${pick(['1', '2'], random)} }`;
  const given = fields.filter(() => random() < 0.25);
  return `{ ${given.map((field) => `${field.name}: ${literalOf(field.type, random, ask, field.defaultValue !== undefined)}`)} }`;
}

/** A value that a variable of the type may be given. */
export function inputOf(type: GraphQLInputType, random: Random): unknown {
  if (!isNonNullType(type) && random() < 0.15) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return several(random, () => inputOf(nullable.ofType, random));
  if (isEnumType(nullable)) return pick(nullable.getValues(), random).name;
  if (isInputObjectType(nullable)) {
    if (nullable.isOneOf) return { other: pick(['x', 'y'], random) };
    const given = Object.values(nullable.getFields()).filter(() => random() < 0.25);
    return Object.fromEntries(given.map((field) => [field.name, inputOf(field.type, random)]));
  }
  return pick(VALUES[nullable.name] ?? [1], random);
}

function several<T>(random: Random, make: () => T): T[] {
  return Array.from({ length: Math.floor(random() * 3) }, make);
}
