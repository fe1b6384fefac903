import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import { isPromiseLike } from './compiled/run.js';
import type { OperationLimits } from './operation-limits.js';
import { readableErrors } from './readable-errors.js';
import { givenUp } from './record-operation.js';

type ApolloGateway = ApolloServerOptionsWithGateway<GatewayContext>['gateway'];

/**
 * Execution by graphql-js, within the limits of operations. Apollo Server has one place where it lets others execute: there it
 * takes us for a gateway, and goes on to format errors and to call its plugins as it always does.
 */
export function limitedExecution(schema: GraphQLSchema, limits: OperationLimits): ApolloGateway {
  return {
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      async executor({ document, request, context }) {
        const executed = execute({
          schema,
          document,
          contextValue: context,
          variableValues: request.variables ?? null,
          operationName: request.operationName ?? null,
        });
        if (!isPromiseLike<ExecutionResult>(executed)) return withReadableErrors(executed);
        return limits.whole(context as GatewayContext, executed, withReadableErrors, (error) => ({
          data: null,
          errors: [givenUp(error)],
        }));
      },
    }),
    stop: async () => undefined,
  };
}

/** Apollo reads errors before anybody may replace them. */
function withReadableErrors(result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: readableErrors(result.errors) };
}
