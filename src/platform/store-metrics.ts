import { Counter, type Registry } from 'prom-client';
import { PlainHistogram, type PlainSeries } from './plain-histogram.js';

/** What calls of the store tell. */
export interface StoreMetrics {
  /** @param operation e.g. `events.append` @param failed whether the store did not answer, or could not */
  called(operation: string, seconds: number, failed: boolean): void;
}

export function createStoreMetrics(registry: Registry): StoreMetrics {
  const durations = new PlainHistogram({
    name: 'gateway_store_request_duration_seconds',
    help: 'How long calls of the store took, by operation; `events.append` is the durable write that results wait for.',
    label: 'operation',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registry,
  });
  const failures = new Counter({
    name: 'gateway_store_failures_total',
    help: 'Calls of the store that failed because it did not answer in time, or could not, by operation.',
    labelNames: ['operation'],
    registers: [registry],
  });
  const series = new Map<string, PlainSeries>();
  return {
    called(operation, seconds, failed) {
      let known = series.get(operation);
      if (known === undefined) {
        known = durations.series(operation);
        series.set(operation, known);
      }
      known.observe(seconds);
      if (failed) failures.inc({ operation });
    },
  };
}
