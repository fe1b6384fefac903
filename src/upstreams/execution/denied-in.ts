import { type DocumentNode, type GraphQLSchema, getVariableValues, Kind, type OperationDefinitionNode } from 'graphql';
import type { Identity } from '../../domain/identity.js';
import { type ErrorCode, GatewayError } from '../../errors/index.js';
import { canResolve, type FieldRule } from '../../policy/index.js';
import { pruneDenied } from './prune-denied.js';

/**
 * The fields of an operation that are denied to somebody, by coordinate, each with the code of the refusal. What lies below
 * a denied field is not looked at.
 * @param rules what each field of the schema demands
 * @param variables as the client sent them
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED for an alias that must not be used, BAD_USER_INPUT for variables that this schema does
 *   not take
 */
export function deniedIn(
  schema: GraphQLSchema,
  rules: ReadonlyMap<string, FieldRule>,
  { document, operation }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
  identity: Identity,
): ReadonlyMap<string, ErrorCode> {
  const found = new Map<string, ErrorCode>();
  const root = schema.getRootType(operation.operation);
  if (root == null) return found;
  // What decides about a selection may be a default.
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced === undefined) throw new GatewayError('BAD_USER_INPUT');
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  pruneDenied(schema, root, operation.selectionSet.selections, fragments, coerced, (coordinate) => {
    const rule = rules.get(coordinate);
    const decision = rule === undefined ? null : canResolve(rule, identity);
    if (decision === null || decision.allowed) return false;
    found.set(coordinate, decision.code);
    return true;
  });
  return found;
}
