import { createMetrics } from '../../../src/platform/metrics.js';
import { registerTrailState } from '../../../src/platform/trail-metrics.js';

export interface KnownMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** Every metric that a gateway has, those of the process included. */
export async function knownMetrics(): Promise<readonly KnownMetric[]> {
  const { registry } = createMetrics({ processMetrics: true });
  registerTrailState(registry, () => ({
    failingSeconds: 0,
    unsealedEvents: 0,
    unsealedSeconds: 0,
    unanchoredSeals: 0,
    sealedAt: null,
  }));
  const metrics = registry.getMetricsAsArray() as unknown as readonly (KnownMetric & { labelNames?: string[] })[];
  const told = await registry.getMetricsAsJSON();
  const typeOf = new Map(told.map(({ name, type }) => [name, String(type)]));
  return metrics.map(({ name, help, labelNames = [] }) => ({
    name,
    help,
    type: typeOf.get(name) ?? 'unknown',
    labels: labelNames,
  }));
}
