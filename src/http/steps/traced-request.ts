import type { IncomingMessage } from 'node:http';
import type { RequestFacts } from '../../domain/request-facts.js';
import type { TracedSpan, Tracing } from '../../platform/tracing.js';

export interface TracedRequest {
  /** Those of the request; its `traceparent` is that of the span, of the trace that the client named. */
  readonly facts: RequestFacts;
  readonly span: TracedSpan;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * Begins the span of a request (OpenTelemetry semantic conventions for HTTP servers). It names the route and not the path, which a
 * client makes up, nor an address or a header.
 */
export function beginTracedRequest(
  tracing: Tracing,
  req: IncomingMessage,
  facts: RequestFacts,
  route: string,
): TracedRequest {
  const method = METHODS.has(req.method ?? '') ? (req.method as string) : '_OTHER';
  const span = tracing.begin(`${method} ${route}`, {
    kind: 'server',
    parent: facts.traceparent,
    attributes: { 'http.request.method': method, 'http.route': route, 'gateway.request.id': facts.id },
  });
  return { facts: { ...facts, traceparent: span.traceparent }, span };
}

/** @param status 0 where the client left before there was an answer */
export function endTracedRequest(span: TracedSpan, status: number): void {
  span.set({ 'http.response.status_code': status === 0 ? undefined : status });
  span.ended(status >= 500 ? String(status) : status === 0 ? 'client_gone' : null);
}
