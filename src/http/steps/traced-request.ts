import type { IncomingMessage } from 'node:http';
import type { RequestFacts } from '../../domain/request-facts.js';
import type { TracedSpan, Tracing } from '../../platform/tracing.js';

export interface TracedRequest {
  /** Those of the request; its `traceparent` is that of the span. */
  readonly facts: RequestFacts;
  readonly span: TracedSpan;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * Takes the trace that a stranger names out of the request, so that it is nobody's parent: neither here, nor at a service, where the
 * `sampled` flag would decide as well. Its `tracestate` goes on nowhere without it.
 * @returns whether the trace of the caller is believed
 */
export function forgetStrangersTrace(tracing: Tracing, req: IncomingMessage): boolean {
  if (tracing.believes(req.socket.remoteAddress ?? null)) return true;
  delete req.headers.traceparent;
  return false;
}

/**
 * Begins the span of a request (OpenTelemetry semantic conventions for HTTP servers). It names the route and not the path, which a
 * client makes up, nor an address or a header. It goes on with the trace of a caller who is believed; else it begins one.
 */
export function beginTracedRequest(
  tracing: Tracing,
  req: IncomingMessage,
  facts: RequestFacts,
  route: string,
): TracedRequest {
  const method = METHODS.has(req.method ?? '') ? (req.method as string) : '_OTHER';
  const theirs = facts.traceparent;
  const believed = forgetStrangersTrace(tracing, req);
  const span = tracing.begin(`${method} ${route}`, {
    kind: 'server',
    parent: believed ? theirs : null,
    links: believed || theirs === null ? [] : [theirs],
    attributes: { 'http.request.method': method, 'http.route': route, 'gateway.request.id': facts.id },
  });
  return { facts: { ...facts, traceparent: span.traceparent }, span };
}

/** @param status 0 where the client left before there was an answer */
export function endTracedRequest(span: TracedSpan, status: number): void {
  span.set({ 'http.response.status_code': status === 0 ? undefined : status });
  span.ended(status >= 500 ? String(status) : status === 0 ? 'client_gone' : null);
}
