import { Counter, Gauge, type Registry } from 'prom-client';

/** What the loading of schemas from services tells of itself. */
export interface SchemaMetrics {
  /** @param at milliseconds since the epoch */
  served(generation: number, at: number): void;
  /** A new schema was refused. */
  refused(): void;
  /** Whether what is served is not what its sources say now. */
  degraded(degraded: boolean): void;
}

export function createSchemaMetrics(registry: Registry): SchemaMetrics {
  const registers = [registry];
  const generation = new Gauge({
    name: 'gateway_schema_generation',
    help: 'How many schemas have been served since the start, the present one included.',
    registers,
  });
  const loadedAt = new Gauge({
    name: 'gateway_schema_loaded_timestamp_seconds',
    help: 'When the schema that is served was loaded.',
    registers,
  });
  const failed = new Gauge({
    name: 'gateway_schema_reload_failed',
    help: 'Whether the schema that is served is not what its sources say now: 1 or 0. Above 0 for long is an alarm.',
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_schema_refusals_total',
    help: 'New schemas that were refused; the last good one went on.',
    registers,
  });
  return {
    served(number, at) {
      generation.set(number);
      loadedAt.set(at / 1_000);
    },
    refused: () => refusals.inc(),
    degraded: (degraded) => failed.set(degraded ? 1 : 0),
  };
}
