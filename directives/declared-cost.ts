import type { ConstValueNode } from 'graphql';
import { Kind } from 'graphql';
import type { DirectiveUse } from './directive-use.js';

/** What `@listSize` says of a field. */
export interface DeclaredListSize {
  /** How many entries there are at most where no slicing argument says; null: it is not said. */
  readonly assumedSize: number | null;
  /** Arguments that say how many entries are asked for; with dots for fields of input objects, e.g. `page.first`. */
  readonly slicingArguments: readonly string[];
  /** Fields of the object returned that have as many entries as is said here; none: the field itself is the list. */
  readonly sizedFields: readonly string[];
  /** Whether exactly one of several slicing arguments has to be given. */
  readonly requireOneSlicingArgument: boolean;
}

/** What the SDL says of the cost of one element. */
export interface DeclaredCost {
  /** `@cost(weight:)`; null: it is not said. */
  readonly weight: number | null;
  readonly listSize: DeclaredListSize | null;
}

/** The directives that declare costs. They demand nothing: what is wrong with one makes a schema unfit all the same. */
export const COST_DIRECTIVES = ['cost', 'listSize'] as const;

/** What a weight and a size may be at most: sums stay exact. */
const MOST = 1_000_000_000;

/**
 * What is declared by the uses of `@cost` and `@listSize` on one element, by the names that they have in schema/base.graphql.
 * @returns null where there is none, a sentence where one is not as the directives have it
 */
export function readDeclaredCost(uses: readonly DirectiveUse[]): DeclaredCost | string | null {
  let weight: number | null = null;
  let listSize: DeclaredListSize | null = null;
  for (const { name, args } of uses) {
    if (name === 'cost') {
      const read = numberOf(args.get('weight'));
      if (read === null) return '@cost needs a `weight` that is a number, 0 or more';
      weight = Math.max(weight ?? 0, read);
    }
    if (name === 'listSize') {
      const read = readListSize(args);
      if (typeof read === 'string') return read;
      listSize = mergeListSizes(listSize, read);
    }
  }
  return weight === null && listSize === null ? null : { weight, listSize };
}

/** Of two that declare the cost of one element, the dearer of each. */
export function mergeDeclaredCosts(one: DeclaredCost, other: DeclaredCost): DeclaredCost {
  return {
    weight: larger(one.weight, other.weight),
    listSize: mergeListSizes(one.listSize, other.listSize),
  };
}

function mergeListSizes(one: DeclaredListSize | null, other: DeclaredListSize | null): DeclaredListSize | null {
  if (one === null || other === null) return one ?? other;
  return {
    assumedSize: larger(one.assumedSize, other.assumedSize),
    slicingArguments: [...new Set([...one.slicingArguments, ...other.slicingArguments])],
    sizedFields: [...new Set([...one.sizedFields, ...other.sizedFields])],
    // As soon as one of them leaves it open, an operation that leaves it open is one that it allows.
    requireOneSlicingArgument: one.requireOneSlicingArgument && other.requireOneSlicingArgument,
  };
}

function larger(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function readListSize(args: ReadonlyMap<string, unknown>): DeclaredListSize | string {
  const assumed = args.get('assumedSize') ?? null;
  const assumedSize = assumed === null ? null : numberOf(assumed);
  if (assumed !== null && (assumedSize === null || !Number.isInteger(assumedSize))) {
    return '@listSize needs an `assumedSize` that is a whole number, 0 or more';
  }
  const slicingArguments = stringsOf(args.get('slicingArguments'));
  const sizedFields = stringsOf(args.get('sizedFields'));
  if (slicingArguments === null) return '@listSize needs `slicingArguments` that are a list of names';
  if (sizedFields === null) return '@listSize needs `sizedFields` that are a list of names';
  const required = booleanOf(args.get('requireOneSlicingArgument'));
  if (required === null) return '@listSize needs a `requireOneSlicingArgument` that is true or false';
  if (assumedSize === null && slicingArguments.length === 0) return '@listSize says neither a size nor what decides it';
  return { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument: required };
}

/** A number, or one written as a string: the specification has weights as strings, Federation as whole numbers. */
function numberOf(value: unknown): number | null {
  const node = value as ConstValueNode | number | string | null | undefined;
  const raw = typeof node === 'object' && node !== null && 'kind' in node ? literal(node) : node;
  if (typeof raw !== 'number' && typeof raw !== 'string') return null;
  const number = typeof raw === 'string' && raw.trim() === '' ? Number.NaN : Number(raw);
  return Number.isFinite(number) && number >= 0 && number <= MOST ? number : null;
}

function literal(node: ConstValueNode): string | null {
  return node.kind === Kind.INT || node.kind === Kind.FLOAT || node.kind === Kind.STRING ? node.value : null;
}

function stringsOf(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const strings = value.map((each: unknown) => {
    if (typeof each === 'string') return each;
    const node = each as ConstValueNode | null;
    return node?.kind === Kind.STRING ? node.value : null;
  });
  return strings.every((each) => each !== null) ? strings : null;
}

/** True where nothing is said, as the specification has it. */
function booleanOf(value: unknown): boolean | null {
  if (value === undefined || value === null) return true;
  if (typeof value === 'boolean') return value;
  const node = value as ConstValueNode;
  return node.kind === Kind.BOOLEAN ? node.value : null;
}
