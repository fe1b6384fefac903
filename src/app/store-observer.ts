import { StoreUnavailableError } from '../errors/index.js';
import type { StoreMetrics } from '../platform/metrics.js';
import type { StoreObserver } from './observed-store.js';

/** Counts calls of the store and how long they take. */
export function createStoreObserver(metrics: StoreMetrics): StoreObserver {
  return {
    began(operation) {
      const began = performance.now();
      return (error) => {
        // What a store refuses, as a session that is not active any more, is an answer.
        metrics.called(operation, (performance.now() - began) / 1_000, error instanceof StoreUnavailableError);
      };
    },
  };
}
