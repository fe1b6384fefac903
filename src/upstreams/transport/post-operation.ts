import type { ExecutionResult } from 'graphql';
import { GatewayError } from '../../errors/index.js';
import type { Clock } from '../../platform/clock.js';
import type { ForwardedHeaders } from '../forwarded-headers.js';
import type { AssertionUse, IdentityOnward } from '../identity-onward.js';
import type { OnwardContext } from '../onward-context.js';
import { outboundHeaders } from '../outbound-headers.js';
import type { CallTime } from './call-time.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ConnectionPool } from './connection-pool.js';
import type { ConnectionSlots } from './connection-slots.js';
import { ACCEPTED_ENCODINGS, decodedBody } from './decoded-body.js';
import { exchange, type HttpAnswer, headerOf } from './exchange.js';
import { graphqlAnswer } from './graphql-answer.js';
import { parseHarmlessJson } from './harmless-json.js';
import { readRetryAfter } from './retry-rule.js';
import { traceOfRequest } from './trace-onward.js';
import { UpstreamFailure } from './upstream-failure.js';
import { ASKS_TO_WAIT, judged } from './verdict.js';

/** The service as it is called, and the means to do so. */
export interface CalledService {
  readonly name: string;
  readonly path: string;
  readonly maxResponseBytes: number;
  readonly forward: ForwardedHeaders;
  readonly onward: IdentityOnward;
  /** Whether it takes one assertion with many calls. */
  readonly assertions: AssertionUse;
  readonly clock: Clock;
  readonly pool: ConnectionPool;
  readonly slots: ConnectionSlots;
  readonly breaker: CircuitBreaker;
}

const JSON_TYPES = /^application\/(graphql-response\+json|json)\s*(;|$)/i;

/** What every POST of an operation says of itself. */
export const POST_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'accept-encoding': ACCEPTED_ENCODINGS,
};

/**
 * Asks a service once, as who is in effect for the request.
 * @param traceparent what the service is to name as the parent of what it does; null: what the request came with
 * @throws UpstreamFailure; GatewayError where who is in effect cannot be told any more.
 */
export async function postOperation(
  service: CalledService,
  body: string,
  context: OnwardContext,
  time: CallTime,
  traceparent: string | null = null,
): Promise<ExecutionResult> {
  const { name, breaker, slots } = service;
  if (!breaker.admits()) throw new UpstreamFailure(name, 'breaker-open');
  if (!(await slots.take(time.signal))) throw new UpstreamFailure(name, 'busy');
  let sent = false;
  try {
    const headers = { ...(await headersOnward(service, context, traceparent)), ...POST_HEADERS };
    time.signal.throwIfAborted();
    const permit = breaker.enter();
    if (permit === null) throw new UpstreamFailure(name, 'breaker-open');
    context.touched(name);
    sent = true;
    return await judged(permit, send(service, headers, body, context, time.signal));
  } finally {
    // Else the connection tells when it is free.
    if (!sent) slots.release();
  }
}

/**
 * The headers that say for whom a call is, and to which trace it belongs.
 * @param traceparent of the call's own span; null: there is none, and the request's own goes on
 * @throws GatewayError IMPERSONATION_ENDED, TOKEN_EXPIRED where the session has ended by now, REVOCATION_UNAVAILABLE where that cannot be told: a call may have waited long for its turn, or come
 *   late in its request, and what it would say of who is in effect is not so any more.
 */
export async function headersOnward(
  {
    name,
    forward,
    onward,
    assertions,
    clock,
  }: Pick<CalledService, 'name' | 'forward' | 'onward' | 'assertions' | 'clock'>,
  { identity, inboundHeaders, request, sessionFault }: OnwardContext,
  traceparent: string | null = null,
): Promise<Record<string, string>> {
  const assertion = await onward.assertionFor(identity, name, clock.now(), assertions);
  const fault = await sessionFault();
  if (fault !== null) throw new GatewayError(fault);
  const headers = outboundHeaders({ inbound: inboundHeaders, forward, assertion });
  const trace = traceparent ?? request.traceparent ?? headers.traceparent ?? traceOfRequest(request.id);
  if (trace !== null) headers.traceparent = trace;
  return headers;
}

async function send(
  { name, path, maxResponseBytes, pool, slots, clock }: CalledService,
  headers: Readonly<Record<string, string>>,
  body: string,
  { sessionFault }: OnwardContext,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const answer = await exchange(pool.dispatcher, {
    upstream: name,
    path,
    headers,
    body,
    signal,
    maxBytes: maxResponseBytes,
    onSettled: () => slots.release(),
    whyNot: () => whyNotNow(sessionFault()),
  });
  return graphqlAnswer(name, await jsonOf(name, answer, maxResponseBytes, clock.now()), answer.status);
}

/** Nothing can wait any more: what is not known at once is not known. */
function whyNotNow(fault: ReturnType<OnwardContext['sessionFault']>): GatewayError | null {
  if (fault === null) return null;
  return new GatewayError(typeof fault === 'string' ? fault : 'REVOCATION_UNAVAILABLE');
}

/**
 * What a service answered. A refusal of the request as a whole (4xx) is an answer too where it is said in GraphQL.
 * @throws UpstreamFailure
 */
export async function jsonOf(name: string, answer: HttpAnswer, maxBytes: number, now: number): Promise<unknown> {
  const { status, headers } = answer;
  const isJson = JSON_TYPES.test(headerOf(headers, 'content-type') ?? '');
  const answered =
    (status >= 200 && status < 300) || (isJson && status >= 400 && status < 500 && !ASKS_TO_WAIT.has(status));
  if (!answered) {
    throw new UpstreamFailure(name, 'status', {
      status,
      retryAfterMs: readRetryAfter(headerOf(headers, 'retry-after'), now),
    });
  }
  if (!isJson) throw new UpstreamFailure(name, 'malformed', { code: 'CONTENT_TYPE', status });
  const body = await decodedBody(name, answer, maxBytes);
  try {
    return parseHarmlessJson(body);
  } catch {
    throw new UpstreamFailure(name, status < 300 ? 'malformed' : 'status', { code: 'NO_JSON', status });
  }
}
