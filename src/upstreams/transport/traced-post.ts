import { GatewayError } from '../../errors/index.js';
import type { Tracing } from '../../platform/tracing.js';
import { postOperation } from './post-operation.js';
import { UpstreamFailure } from './upstream-failure.js';

/** The same, each attempt as a span of its own, which the service is told as its parent. */
export function tracedPost(tracing: Tracing): typeof postOperation {
  return async (service, body, context, time) => {
    const parent = tracing.current() ?? context.request.traceparent;
    const span = tracing.begin(`POST ${service.name}`, {
      kind: 'client',
      parent,
      attributes: { 'http.request.method': 'POST', 'gateway.upstream': service.name },
    });
    try {
      const result = await postOperation(service, body, context, time, span.traceparent);
      span.ended(result.errors === undefined ? null : 'graphql_errors');
      return result;
    } catch (error) {
      if (error instanceof UpstreamFailure) span.set({ 'http.response.status_code': error.status });
      span.ended(reasonOf(error));
      throw error;
    }
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof UpstreamFailure) return error.reason;
  return error instanceof GatewayError ? error.code : 'unexpected';
}
