import { GraphQLError } from 'graphql';
import type { GatewayError } from '../../errors/index.js';

/** A GatewayError as Apollo wants it thrown from a hook, with the HTTP status of its code. */
export function asGraphQLError(error: GatewayError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: { status: error.status } },
  });
}
