import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { GuardedContext } from '../../../directives/index.js';
import { GatewayError } from '../../errors/index.js';
import { pruneDenied } from './prune-denied.js';

/** What is asked of the services behind the gateway for one root field: nothing in it is denied to whoever asks. */
export interface ForwardedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Those that the document uses. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GuardedContext;
}

/** Works operations out, over however many services. An error that is no GatewayError is masked by whoever answers. */
export interface Planner {
  execute(operation: ForwardedOperation): Promise<ExecutionResult>;
  /** The events; or a result without data where the stream could not be opened. */
  subscribe(operation: ForwardedOperation): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/**
 * The root field being resolved as an operation of its own, without what is denied.
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED for an alias that must not be used; FORBIDDEN where nothing is left, so that
 * nobody is called for it.
 */
export function forwardedOperation(
  info: GraphQLResolveInfo,
  context: GuardedContext,
  isDenied: (coordinate: string) => boolean,
): ForwardedOperation {
  const { selections, fragments } = pruneDenied(
    info.schema,
    info.parentType,
    info.fieldNodes,
    info.fragments,
    info.variableValues,
    isDenied,
  );
  if (selections.length === 0) throw new GatewayError('FORBIDDEN');
  const used = new Set<string>();
  const collect = { Variable: ({ name }: { readonly name: { readonly value: string } }) => void used.add(name.value) };
  for (const node of [...selections, ...fragments]) visit(node, collect);

  const { operation: kind, name, variableDefinitions = [] } = info.operation;
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: kind,
    ...(name === undefined ? {} : { name }),
    variableDefinitions: variableDefinitions.filter(({ variable }) => used.has(variable.name.value)),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return {
    document: { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
    operation,
    variables: Object.fromEntries(Object.entries(info.variableValues).filter(([variable]) => used.has(variable))),
    context,
  };
}
