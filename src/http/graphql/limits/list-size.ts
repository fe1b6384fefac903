import { type FieldNode, type GraphQLArgument, getNamedType, Kind, type ValueNode } from 'graphql';
import type { DeclaredListSize } from '../../../../directives/declared-cost.js';
import type { Values, VariableSize } from './cost-expression.js';
import { TooComplex } from './too-complex.js';

/** What one slicing argument says; null: nothing. */
type Said = number | ReadVariable | null;

interface ReadVariable {
  of(sent: Values, defaults: Values): number | null;
}

/**
 * How many entries a field of this document asks for: the largest of its slicing arguments, of the schema's default values where
 * none is given, or else what is assumed.
 * @throws TooComplex where exactly one slicing argument is needed
 */
export function listSizeOf(
  node: FieldNode,
  args: readonly GraphQLArgument[],
  declared: DeclaredListSize,
  assumed: number,
): number | VariableSize {
  const fallback = declared.assumedSize ?? assumed;
  if (declared.slicingArguments.length === 0) return fallback;
  const given: Said[] = [];
  const byDefault: Said[] = [];
  for (const path of declared.slicingArguments) {
    const [name = '', ...inner] = path.split('.');
    const argument = args.find((each) => each.name === name);
    if (argument === undefined) continue;
    const isInt = inner.length === 0 && getNamedType(argument.type).name === 'Int';
    const value = node.arguments?.find((each) => each.name.value === name)?.value;
    if (value !== undefined) given.push(saidBy(value, inner, isInt));
    else if (argument.defaultValue != null) byDefault.push(sizeIn(argument.defaultValue, inner, isInt));
  }
  const literal = (each: Said) => each !== null;
  const count = given.filter(literal).length || byDefault.filter(literal).length;
  if (declared.requireOneSlicingArgument && count !== 1) throw new TooComplex('slicingArguments', 1, count);
  const ofDefaults = largest(byDefault.filter((each) => typeof each === 'number')) ?? fallback;
  if (given.length === 0) return ofDefaults;
  const numbers = given.filter((each) => typeof each === 'number');
  const reads = given.filter((each) => typeof each === 'object' && each !== null);
  const known = largest(numbers);
  if (reads.length === 0) return known ?? ofDefaults;
  return {
    of(sent, defaults) {
      let found = known;
      for (const read of reads) {
        const size = read.of(sent, defaults);
        if (size !== null && (found === null || size > found)) found = size;
      }
      return found ?? ofDefaults;
    },
  };
}

function largest(sizes: readonly Said[]): number | null {
  let found: number | null = null;
  for (const size of sizes) if (typeof size === 'number' && (found === null || size > found)) found = size;
  return found;
}

function saidBy(value: ValueNode, inner: readonly string[], isInt: boolean): Said {
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return {
      of(sent, defaults) {
        const values = Object.hasOwn(sent, name) && sent[name] !== undefined ? sent : defaults;
        return Object.hasOwn(values, name) ? sizeIn(values[name], inner, isInt) : null;
      },
    };
  }
  if (value.kind === Kind.OBJECT) {
    const [name, ...rest] = inner;
    const field = value.fields.find((each) => each.name.value === name)?.value;
    return field === undefined ? null : saidBy(field, rest, isInt);
  }
  if (value.kind === Kind.LIST) return value.values.length;
  if (value.kind === Kind.NULL) return null;
  return 'value' in value ? asSize(value.value, isInt) : Number.POSITIVE_INFINITY;
}

/** What a value that was sent says; of a list, how long it is. */
function sizeIn(value: unknown, inner: readonly string[], isInt: boolean): number | null {
  let at = value;
  for (const name of inner) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  if (at === null || at === undefined) return null;
  return Array.isArray(at) ? at.length : asSize(at, isInt);
}

/** What is no number is no `Int` either, and is refused as that; of any other type it may mean anything. */
function asSize(value: unknown, isInt: boolean): number {
  const size = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN;
  if (Number.isNaN(size)) return isInt ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(0, size);
}
