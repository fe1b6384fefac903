import { StoreUnavailableError } from '../errors/index.js';
import type { StoreMetrics } from '../platform/metrics.js';
import type { AroundCall } from './observed-store.js';

/** Counts calls of the store that something is waited for, and how long they take. */
export function measuredCalls(metrics: StoreMetrics): AroundCall {
  return (operation, _given, call) => {
    const began = performance.now();
    const result = call();
    if (result instanceof Promise) {
      const ended = (failed: boolean) => metrics.called(operation, (performance.now() - began) / 1_000, failed);
      result.then(
        () => ended(false),
        // What a store refuses, as a session that is not active any more, is an answer.
        (error: unknown) => ended(error instanceof StoreUnavailableError),
      );
    }
    return result;
  };
}
