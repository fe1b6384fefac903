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

/** What one root field asks of the services behind the gateway, whatever the values of the variables. Never changed. */
export interface ForwardedDocument {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The names of the variables that the document uses. */
  readonly variableNames: readonly string[];
  /** Whether other root fields of the same operation are asked for at the same time. */
  readonly hasCompany: boolean;
}

/** What is asked of the services behind the gateway for one root field: nothing in it is denied to whoever asks. */
export interface ForwardedOperation {
  readonly forwarded: ForwardedDocument;
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
export function forwardedDocument(
  info: GraphQLResolveInfo,
  isDenied: (coordinate: string) => boolean,
): ForwardedDocument {
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

  const { operation: kind, name, variableDefinitions = [], selectionSet } = info.operation;
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
    variableNames: [...used],
    hasCompany: kind === 'query' && !(selectionSet.selections.length === 1 && info.fieldNodes.length === 1),
  };
}

/** The document with the values of one request. */
export function forwardedOperation(
  forwarded: ForwardedDocument,
  { variableValues }: Pick<GraphQLResolveInfo, 'variableValues'>,
  context: GuardedContext,
): ForwardedOperation {
  const variables: Record<string, unknown> = {};
  for (const name of forwarded.variableNames) {
    if (Object.hasOwn(variableValues, name)) variables[name] = variableValues[name];
  }
  return { forwarded, variables, context };
}
