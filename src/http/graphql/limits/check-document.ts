import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { QueryLimits } from '../../../domain/query-limits.js';
import { type Cost, evaluate, type Values } from './cost-expression.js';
import type { CostTable } from './cost-table.js';
import { ComparisonCount } from './count-comparisons.js';
import { InputCount } from './input-values.js';
import type { LimitName } from './limit-name.js';
import { type Measured, SelectionMeasure } from './measure-selections.js';
import { TooComplex } from './too-complex.js';

/** What the variables of an operation have to be asked. Works out nothing that could be known before. */
export interface OperationCheck {
  /** What the operation costs with these variables. */
  cost(variables: Values | null): number;
  /** Null where the variables leave it within the limits. */
  refusal(variables: Values | null): TooComplex | null;
}

/** A document that is within the limits as far as they can be known without variables. */
export interface CheckedDocument {
  /** What is left to be asked of the variables, of the operations of which anything is. */
  readonly checks: ReadonlyMap<OperationDefinitionNode, OperationCheck>;
  /** What each of the operations costs whose variables say nothing of it. */
  readonly costs: ReadonlyMap<OperationDefinitionNode, number>;
}

/** What a document is held against. */
export interface LimitedSchema {
  readonly schema: GraphQLSchema;
  readonly costTable: CostTable;
  readonly limits: QueryLimits;
}

/** More of the introspection's lists within one another than the queries of any tool have. */
const INTROSPECTED_LISTS = 2;

/** Longer than any schema, and any generator of clients, has them. */
const LONGEST_NAME = 255;

const NO_VALUES: Values = Object.freeze(Object.create(null) as Record<string, unknown>);

/**
 * Holds a document against the limits, valid or not, once for all times that it is executed.
 * @returns the refusal where any of its operations, executed or not, is beyond one of them
 */
export function checkDocument(on: LimitedSchema, document: DocumentNode): CheckedDocument | TooComplex {
  try {
    return measureDocument(on, document);
  } catch (error) {
    if (error instanceof TooComplex) return error;
    throw error;
  }
}

function measureDocument({ schema, costTable, limits }: LimitedSchema, document: DocumentNode): CheckedDocument {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const measure = new SelectionMeasure(schema, costTable, limits, fragments);
  const checks = new Map<OperationDefinitionNode, OperationCheck>();
  const costs = new Map<OperationDefinitionNode, number>();
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const measured = operations.map((operation) => {
    const { selectionSet, variableDefinitions = [] } = operation;
    const found = measure.of(selectionSet, schema.getRootType(operation.operation) ?? null);
    holdTo(limits, found, variableDefinitions.length);
    return [operation, found] as const;
  });
  // Fragments that no operation spreads are refused for that; but validation looks at them first, and by recursion.
  for (const fragment of fragments.values()) holdFragment(limits, measure.ofFragment(fragment));
  lookAtAll(document, limits);
  // Valid or not: to find out takes comparing them.
  const comparisons = new ComparisonCount(limits, fragments);
  for (const operation of operations) comparisons.operation(operation);
  for (const fragment of fragments.values()) comparisons.fragment(fragment);
  for (const [operation, { cost }] of measured) {
    const check = checkOf(operation, cost, schema, limits);
    if (check !== null) checks.set(operation, check);
    if (typeof cost === 'number') costs.set(operation, cost);
  }
  return { checks, costs };
}

function hold(limit: LimitName, allowed: number, value: number): void {
  // What is no number is not within any limit.
  if (!(value <= allowed)) throw new TooComplex(limit, allowed, value);
}

function holdFragment(limits: QueryLimits, { depth, fields, aliases }: Measured): void {
  hold('depth', limits.depth, depth);
  hold('fields', limits.fields, fields);
  hold('aliases', limits.aliases, aliases);
}

function holdTo(limits: QueryLimits, found: Measured, variables: number): void {
  hold('depth', limits.depth, found.depth);
  hold('rootFields', limits.rootFields, found.top);
  hold('aliases', limits.aliases, found.aliases);
  hold('fields', limits.fields, found.fields);
  hold('recursion', limits.recursion, Math.max(0, ...found.recursion.values()));
  hold('introspection', INTROSPECTED_LISTS, found.introspection);
  hold('variables', limits.variables, variables);
  if (typeof found.cost === 'number') hold('cost', limits.cost, found.cost);
}

/** What does not depend on where it stands: directives and literals, in fragments once for each that is written. */
function lookAtAll(document: DocumentNode, limits: QueryLimits): void {
  const input = new InputCount(limits);
  let directives = 0;
  visit(document, {
    enter(node) {
      if ('directives' in node && node.directives !== undefined) {
        const here = node.directives.length;
        directives += here;
        if (here > limits.directivesPerPlace) {
          throw new TooComplex('directivesPerPlace', limits.directivesPerPlace, here);
        }
        if (directives > limits.directives) throw new TooComplex('directives', limits.directives, directives);
      }
      // Errors repeat names: one long name, and a hundred errors about it, were an answer a hundred times the request.
      if (node.kind === Kind.NAME) hold('nameLength', LONGEST_NAME, node.value.length);
      if (node.kind === Kind.ARGUMENT) input.literal(node.value);
      if (node.kind === Kind.VARIABLE_DEFINITION && node.defaultValue !== undefined) input.literal(node.defaultValue);
    },
  });
}

/** Null where no variable has any say. */
function checkOf(
  operation: OperationDefinitionNode,
  cost: Cost,
  schema: GraphQLSchema,
  limits: QueryLimits,
): OperationCheck | null {
  const definitions = operation.variableDefinitions ?? [];
  const open = definitions.filter(({ type }) => !isPlain(type, schema)).map(({ variable }) => variable.name.value);
  if (open.length === 0 && typeof cost === 'number') return null;
  const defaults = defaultsOf(definitions);
  const costWith = (sent: Values) => (typeof cost === 'number' ? cost : evaluate(cost, sent, defaults));
  return {
    cost: (variables) => costWith(variables ?? NO_VALUES),
    refusal(variables) {
      const sent = variables ?? NO_VALUES;
      try {
        if (open.length > 0) {
          const input = new InputCount(limits);
          for (const name of open) if (Object.hasOwn(sent, name)) input.value(sent[name]);
        }
        const found = costWith(sent);
        return found <= limits.cost ? null : new TooComplex('cost', limits.cost, found);
      } catch (error) {
        if (error instanceof TooComplex) return error;
        throw error;
      }
    },
  };
}

/** Whether coercion refuses whatever has anything within it. */
function isPlain(node: TypeNode, schema: GraphQLSchema): boolean {
  const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]);
  if (type === undefined) return false;
  if (isListType(isNonNullType(type) ? type.ofType : type)) return false;
  const named = getNamedType(type);
  return isEnumType(named) || isSpecifiedScalarType(named);
}

function defaultsOf(definitions: readonly VariableDefinitionNode[]): Values {
  const defaults = Object.create(null) as Record<string, unknown>;
  for (const { variable, defaultValue } of definitions) {
    if (defaultValue !== undefined) defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
  }
  return defaults;
}
