import type { TracingConfig } from '../../config/index.js';
import type { Logger } from '../../platform/logger.js';
import type { Tracing } from '../../platform/tracing.js';

/** Tracing as configured; null where it is not, and then not one module of OpenTelemetry is loaded. */
export async function openTracing(
  config: TracingConfig | null,
  about: { readonly version: string; readonly instance: string },
  logger: Logger,
): Promise<Tracing | null> {
  if (config === null) return null;
  const { createTracing } = await import('./create-tracing.js');
  return createTracing(config, about, logger);
}
