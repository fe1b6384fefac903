import type { ExecutionResult } from 'graphql';
import type { Logger } from '../../platform/logger.js';
import type { UpstreamMetrics, UpstreamOutcome } from '../../platform/metrics.js';
import type { OnwardContext } from '../onward-context.js';
import type { Permit } from './circuit-breaker.js';
import { asFailure, clientError, isQuiet } from './client-error.js';
import { createEventQueue } from './event-queue.js';
import type { ServiceStream, StreamOpener, StreamSink } from './event-stream.js';
import { graphqlAnswer } from './graphql-answer.js';
import { type CalledService, headersOnward, jsonOf } from './post-operation.js';
import { UpstreamFailure } from './upstream-failure.js';
import { verdictOf } from './verdict.js';

export interface SubscribedService extends Omit<CalledService, 'pool' | 'slots' | 'path'> {
  /** Until the service has taken a subscription, milliseconds. */
  readonly timeoutMs: number;
  readonly streams: StreamOpener;
  readonly maxOpen: number;
  readonly log: Logger;
  readonly metrics: UpstreamMetrics;
  /** Aborted when the gateway stops. */
  readonly closing: AbortSignal;
}

/** The events; or the one answer, where the service gave one instead. */
export type Subscribed = AsyncIterableIterator<ExecutionResult> | ExecutionResult;

/** Events that wait for a client before no more is read. */
const MOST_WAITING = 256;
/** How long a client may take nothing of what waits, milliseconds. */
const STALLED_MS = 10_000;

/**
 * Subscribes at a service as who is in effect for the request. The stream is done where the service says that it is complete, or
 * whoever it is for has gone; it ends with UPSTREAM_UNAVAILABLE where it broke, or the client took nothing of what waits.
 * @throws UpstreamFailure where it cannot be opened; GatewayError where who is in effect cannot be told any more.
 */
export function createSubscribe(
  service: SubscribedService,
): (params: string, context: OnwardContext) => Promise<Subscribed> {
  const { name, breaker, maxOpen, closing, log, metrics } = service;
  let open = 0;

  return async (params, context) => {
    if (closing.aborted) throw new UpstreamFailure(name, 'closed');
    if (!breaker.admits()) throw new UpstreamFailure(name, 'breaker-open');
    if (open >= maxOpen) {
      log.warn({ requestId: context.request.id, maxOpen }, 'a service was not asked for a stream: too many are open');
      throw new UpstreamFailure(name, 'busy');
    }
    open += 1;
    let headers: Readonly<Record<string, string>>;
    let permit: Permit | null;
    try {
      headers = await headersOnward(service, context);
      if (context.signal.aborted) throw new UpstreamFailure(name, 'cancelled');
      if (closing.aborted) throw new UpstreamFailure(name, 'closed');
      permit = breaker.enter();
      if (permit === null) throw new UpstreamFailure(name, 'breaker-open');
    } catch (error) {
      open -= 1;
      throw error;
    }
    context.touched(name);
    metrics.streamOpened(name);
    return openStream(service, { params, context, headers, permit }, () => {
      open -= 1;
    });
  };
}

interface Opening {
  readonly params: string;
  readonly context: OnwardContext;
  readonly headers: Readonly<Record<string, string>>;
  readonly permit: Permit;
}

function openStream(service: SubscribedService, opening: Opening, onOver: () => void): Promise<Subscribed> {
  const { name, streams, maxResponseBytes, timeoutMs, log, metrics, closing, clock } = service;
  const { params, context, headers, permit } = opening;
  const began = performance.now();
  let isOpen = false;
  let over = false;
  let stream: ServiceStream | null = null;

  return new Promise((resolve, reject) => {
    const queue = createEventQueue<ExecutionResult>({
      mostWaiting: MOST_WAITING,
      mostBytes: maxResponseBytes,
      stalledMs: STALLED_MS,
      source: { pause: () => stream?.pause(), resume: () => stream?.resume() },
      onStalled: () => fail(new UpstreamFailure(name, 'slow-client')),
      onLeft: () => finish('cancelled'),
    });

    /** Once: the service is left, unless it has left. */
    function finish(outcome: UpstreamOutcome, details: object = {}): void {
      if (over) return;
      over = true;
      context.signal.removeEventListener('abort', onGone);
      closing.removeEventListener('abort', onClosing);
      stream?.leave();
      onOver();
      metrics.streamEnded(name, outcome);
      const durationMs = Math.round(performance.now() - began);
      const level = outcome === 'success' || isQuiet(outcome) ? 'debug' : 'warn';
      log[level](
        { requestId: context.request.id, outcome, ...details, durationMs },
        'a subscription at a service ended',
      );
    }

    function fail(failure: UpstreamFailure): void {
      if (over) return;
      const { reason, code, status } = failure;
      finish(reason, { code, status });
      if (!isOpen) {
        permit[verdictOf(failure)]();
        reject(failure);
        return;
      }
      const error = clientError(failure);
      // What came before it broke is worth having; what the client does not take, or may not have any more, is not.
      if (reason === 'cancelled') queue.drop();
      else if (reason === 'slow-client' || reason === 'closed') queue.drop(error);
      else queue.end(error);
    }

    const onGone = () => fail(new UpstreamFailure(name, 'cancelled'));
    const onClosing = () => fail(new UpstreamFailure(name, 'closed'));
    context.signal.addEventListener('abort', onGone, { once: true });
    closing.addEventListener('abort', onClosing, { once: true });

    const failWith = (error: unknown) => fail(asFailure(name, error, log));

    const sink: StreamSink = {
      opened() {
        isOpen = true;
        permit.succeeded();
        resolve(queue);
      },
      event(response, bytes) {
        try {
          queue.push(graphqlAnswer(name, response), bytes);
        } catch (error) {
          failWith(error);
        }
      },
      async answered(answer) {
        try {
          const result = graphqlAnswer(name, await jsonOf(name, answer, maxResponseBytes, clock.now()), answer.status);
          permit.succeeded();
          finish(result.errors === undefined ? 'success' : 'errors');
          resolve(result);
        } catch (error) {
          failWith(error);
        }
      },
      ended() {
        finish('success');
        queue.end();
      },
      failed: fail,
    };
    try {
      stream = streams.open({ upstream: name, headers, params, maxBytes: maxResponseBytes, timeoutMs, sink });
      if (over) stream.leave();
    } catch (error) {
      failWith(error);
    }
  });
}
