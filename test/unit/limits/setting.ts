import { buildSchema, type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { readSchemaCosts } from '../../../directives/schema-costs.js';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../../../src/domain/query-limits.js';
import { type CheckedDocument, checkDocument } from '../../../src/http/graphql/limits/check-document.js';
import { createCostTable } from '../../../src/http/graphql/limits/cost-table.js';
import { TooComplex } from '../../../src/http/graphql/limits/too-complex.js';

export const DIRECTIVES = `
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

export function schemaOf(sdl: string): GraphQLSchema {
  return buildSchema(DIRECTIVES + sdl);
}

/** Holds a document against the limits; what is not given is the default. */
export function check(
  schema: GraphQLSchema,
  document: string | DocumentNode,
  limits: Partial<QueryLimits> = {},
): CheckedDocument | TooComplex {
  const costTable = createCostTable(schema, readSchemaCosts(schema));
  const node = typeof document === 'string' ? parse(document, { noLocation: true }) : document;
  return checkDocument({ schema, costTable, limits: { ...DEFAULT_QUERY_LIMITS, ...limits } }, node);
}

/** What the first operation costs. */
export function costOf(
  schema: GraphQLSchema,
  document: string | DocumentNode,
  variables: Record<string, unknown> = {},
  limits: Partial<QueryLimits> = {},
): number {
  const node = typeof document === 'string' ? parse(document, { noLocation: true }) : document;
  const checked = check(schema, node, { cost: Number.MAX_SAFE_INTEGER, ...limits });
  if (checked instanceof TooComplex) throw checked;
  const operation = operationOf(node);
  const known = checked.costs.get(operation) ?? checked.checks.get(operation)?.cost(variables);
  if (known === undefined) throw new Error('no cost');
  return known;
}

export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (found === undefined) throw new Error('no operation');
  return found;
}

/** The limit that is in the way; null where none is. */
export function refusalOf(checked: CheckedDocument | TooComplex): unknown {
  return checked instanceof TooComplex ? checked.extensions.limit : null;
}
