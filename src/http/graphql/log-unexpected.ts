import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import { UpstreamFailure } from '../../upstreams/transport/upstream-failure.js';
import { withoutValues } from './without-values.js';

/**
 * Logs what went wrong inside; a refusal only where it has a cause, and nothing that is the client's own business. Never throws: what a
 * host has thrown may throw again when it is written down.
 */
export function logUnexpected(context: GatewayContext, error: GraphQLError): void {
  try {
    log(context, error);
  } catch {
    context.log.error({ path: error.path }, 'unexpected error in a resolver, which cannot be written down');
  }
}

function log(context: GatewayContext, error: GraphQLError): void {
  const original = error.originalError ?? error;
  if (original instanceof GatewayError) {
    // That a service did not answer was logged, with more about it, where it was asked.
    if (original.cause instanceof UpstreamFailure) return;
    if (original.cause !== undefined) context.log.warn({ err: original.cause, code: original.code }, 'refused');
    return;
  }
  // graphql-js and Apollo give errors about the client's own request a code; those are the client's business, and may
  // quote its values.
  if (error.extensions?.code !== undefined && error.extensions.code !== 'INTERNAL_SERVER_ERROR') return;
  context.log.error({ err: withoutValues(original), path: error.path }, 'unexpected error in a resolver');
}
