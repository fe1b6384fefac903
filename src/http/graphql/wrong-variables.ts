import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { hideSensitiveValue } from './sensitive-values.js';

/** An error quotes the value that is wrong, with all that is around it; longer ones are cut. */
const LONGEST_MESSAGE = 1_000;

/**
 * What is wrong with the variables of an operation, the first of it; null where nothing is. It is asked before graphql-js would
 * find out by itself: that gives fifty errors, each with a copy of what a client sent, which makes fifty megabytes and seconds
 * of work out of one megabyte, and it gives none of them a code, so that they would pass for unexpected ones and be logged.
 * @param document of the operation, valid
 */
export function wrongVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  options: { readonly hideSuggestions: boolean },
): GraphQLError | null {
  const definitions = operation.variableDefinitions ?? [];
  if (definitions.length === 0) return null;
  const { errors: [error] = [] } = getVariableValues(schema, definitions, variables ?? {}, {
    maxErrors: 1,
    ...options,
  });
  if (error === undefined) return null;
  hideSensitiveValue(schema, document, error);
  const { message, nodes = null } = error;
  const shown = message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE).toWellFormed()}…`;
  return new GraphQLError(shown, { nodes, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
}
