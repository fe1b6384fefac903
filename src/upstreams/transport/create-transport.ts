import { setMaxListeners } from 'node:events';
import type { ExecutionRequest, Executor, MaybeAsyncIterable } from '@graphql-tools/utils';
import { type ExecutionResult, getOperationAST } from 'graphql';
import { GatewayError } from '../../errors/index.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { UpstreamMetrics, UpstreamOutcome } from '../../platform/metrics.js';
import type { Tracing } from '../../platform/tracing.js';
import type { UpstreamConfig, UpstreamSubscriptions } from '../config/gateway-config.js';
import { maskedExecutor } from '../execution/mask-errors.js';
import { readForwardedHeaders } from '../forwarded-headers.js';
import type { IdentityOnward } from '../identity-onward.js';
import type { OnwardContext } from '../onward-context.js';
import { type CallTime, callTime, pause } from './call-time.js';
import { checkedContext } from './checked-context.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import { asFailure, clientError, isQuiet } from './client-error.js';
import { createConnectionPool } from './connection-pool.js';
import { createConnectionSlots } from './connection-slots.js';
import type { StreamOpener } from './event-stream.js';
import { fetchSdl } from './fetch-sdl.js';
import { type CalledService, postOperation } from './post-operation.js';
import { requestParams } from './request-body.js';
import { createRetryRule } from './retry-rule.js';
import { createSseStreams } from './sse-stream.js';
import { createSubscribe } from './subscribe-operation.js';
import { tracedPost } from './traced-post.js';
import { UpstreamFailure } from './upstream-failure.js';
import { createWsStreams } from './ws-stream.js';

/** The way to one service behind the gateway. */
export interface UpstreamTransport {
  /**
   * Asks the service. The request's `context` has to be an OnwardContext; one without is refused, never sent as nobody's.
   * What goes wrong is an error of the result with the code UPSTREAM_UNAVAILABLE, or the one that ended the identity, with
   * nothing of the service in it.
   */
  readonly executor: Executor;
  /**
   * The service's schema, by the way its configuration names, asked for in nobody's name.
   * @throws UpstreamFailure; TypeError where the configuration names a file.
   */
  fetchSdl(signal?: AbortSignal): Promise<string>;
  /** Breaks off all that is under way, and resolves when no connection is left. Calls after it fail. */
  close(): Promise<void>;
}

export interface UpstreamTransportDependencies {
  readonly onward: IdentityOnward;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: UpstreamMetrics;
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null;
  /** From 0 up to 1, for the waits between attempts; `Math.random` by default. */
  readonly random?: () => number;
}

/** Calls that may wait for a connection, for each there is. */
const WAITING_FOR_EACH = 16;
/** Nobody waits longer for a connection that is not answered, milliseconds. */
const LONGEST_CONNECT_MS = 5_000;

interface Progress {
  /** The attempt under way, from 1. */
  attempt: number;
}

/** Creates the way to one service. Nothing is connected before the first call. */
export function createUpstreamTransport(
  upstream: UpstreamConfig,
  { onward, clock, logger, metrics, tracing = null, random = Math.random }: UpstreamTransportDependencies,
): UpstreamTransport {
  const { name, timeoutMs, maxConnections, maxResponseBytes, assertions } = upstream;
  const { origin, pathname } = new URL(upstream.url);
  const connectTimeoutMs = Math.min(timeoutMs, LONGEST_CONNECT_MS);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const log = logger.child({ upstream: name });
  const breaker = createCircuitBreaker({
    ...upstream.breaker,
    clock,
    onChange(state) {
      metrics.breakerChanged(name, state);
      log[state === 'closed' ? 'info' : 'warn']({ state }, 'the circuit breaker of a service has changed');
    },
  });
  metrics.breakerChanged(name, breaker.state);
  const retryRule = createRetryRule({ retries: upstream.retries, random });
  const service: CalledService = {
    name,
    path: pathname,
    maxResponseBytes,
    forward: readForwardedHeaders(upstream.headers),
    onward,
    assertions,
    clock,
    pool: createConnectionPool({
      origin,
      connections: maxConnections,
      connectTimeoutMs,
      maxResponseBytes,
    }),
    slots: createConnectionSlots(maxConnections, maxConnections * WAITING_FOR_EACH),
    breaker,
  };

  const { subscriptions } = upstream;
  const streams = subscriptions === null ? null : openerOf(subscriptions, connectTimeoutMs);
  const subscribe =
    streams === null || subscriptions === null
      ? null
      : createSubscribe({
          ...service,
          streams,
          maxOpen: subscriptions.maxOpen,
          timeoutMs,
          log,
          metrics,
          closing: closing.signal,
        });

  const post = tracing === null ? postOperation : tracedPost(tracing);

  /** The attempts of one call, counted in `progress`. A mutation is sent once, whatever becomes of it. */
  async function attempts(
    body: string,
    mayRepeat: boolean,
    context: OnwardContext,
    time: CallTime,
    progress: Progress,
  ) {
    retryRule.called();
    for (;;) {
      progress.attempt += 1;
      try {
        return await post(service, body, context, time);
      } catch (error) {
        if (!mayRepeat || !(error instanceof UpstreamFailure)) throw error;
        const delay = retryRule.delay(error, progress.attempt, time.remainingMs());
        if (delay === null) throw error;
        metrics.retried(name);
        await pause(delay, time.signal);
      }
    }
  }

  async function call(request: ExecutionRequest, mayRepeat: boolean, context: OnwardContext): Promise<ExecutionResult> {
    const time = callTime(name, timeoutMs, [
      [context.signal, 'cancelled'],
      [closing.signal, 'closed'],
    ]);
    const progress: Progress = { attempt: 0 };
    const began = performance.now();
    const ended = (outcome: UpstreamOutcome, details: object, level: 'debug' | 'warn' = 'debug') => {
      const seconds = (performance.now() - began) / 1_000;
      metrics.called(name, outcome, seconds);
      if (!log.isLevelEnabled(level)) return;
      const { attempt } = progress;
      const durationMs = Math.round(seconds * 1_000);
      log[level]({ requestId: context.request.id, outcome, ...details, attempt, durationMs }, 'a service was called');
    };
    try {
      const body = JSON.stringify(requestParams(request));
      const result = await attempts(body, mayRepeat, context, time, progress);
      ended(result.errors === undefined ? 'success' : 'errors', {});
      return result;
    } catch (error) {
      if (error instanceof GatewayError) {
        ended('refused', { code: error.code });
        throw error;
      }
      const failure = asFailure(name, error, log);
      const { reason, code, status } = failure;
      ended(reason, { code, status }, isQuiet(reason) ? 'debug' : 'warn');
      throw clientError(failure);
    } finally {
      time.done();
    }
  }

  async function follow(request: ExecutionRequest, context: OnwardContext) {
    if (subscribe === null) {
      log.warn({ requestId: context.request.id }, 'a service without configured subscriptions was asked for a stream');
      throw new GatewayError('UPSTREAM_UNAVAILABLE');
    }
    try {
      return await subscribe(JSON.stringify(requestParams(request)), context);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw clientError(asFailure(name, error, log));
    }
  }

  async function execute(request: ExecutionRequest): Promise<MaybeAsyncIterable<ExecutionResult>> {
    const context = checkedContext(request.context);
    // By the document, not by what is said of it: what is sent twice must not change anything.
    const kind = getOperationAST(request.document, request.operationName)?.operation;
    if (kind === undefined) throw new TypeError('a service is asked for no operation');
    if (kind === 'subscription') return follow(request, context);
    return call(request, kind === 'query', context);
  }

  return {
    executor: maskedExecutor(execute as Executor),
    fetchSdl(signal) {
      const given = signal === undefined ? [] : ([[signal, 'cancelled']] as const);
      return fetchSdl(upstream, service, [...given, [closing.signal, 'closed']]);
    },
    async close() {
      closing.abort();
      await Promise.all([service.pool.destroy(), streams?.close()]);
    },
  };
}

function openerOf({ protocol, url }: UpstreamSubscriptions, connectTimeoutMs: number): StreamOpener {
  return protocol === 'sse' ? createSseStreams(url, connectTimeoutMs) : createWsStreams(url);
}
