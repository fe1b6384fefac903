import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../../config/index.js';
import type { Logger } from '../../platform/logger.js';
import type { SpanAttributes, SpanOptions, TracedSpan, Tracing } from '../../platform/tracing.js';
import { believedCallers } from './believed-callers.js';
import { samplerOf } from './sampler.js';
import { tellingExporter } from './telling-exporter.js';
import { readTraceparent, writeTraceparent } from './traceparent.js';

/** A collector that does not answer must not hold spans for long. */
const EXPORT_MS = 5_000;
const BATCH_MS = 1_000;
const MOST_WAITING = 4_096;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Records spans by OpenTelemetry and sends them to a collector by OTLP over HTTP. Spans that it cannot take are dropped. */
export function createTracing(
  config: TracingConfig,
  about: { readonly version: string; readonly instance: string },
  logger: Logger,
): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...config.headers },
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    sampler: samplerOf(config),
    resource: resourceFromAttributes({
      'service.name': config.serviceName,
      'service.version': about.version,
      'service.instance.id': about.instance,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingExporter(exporter, logger),
        scheduledDelayMillis: BATCH_MS,
        exportTimeoutMillis: EXPORT_MS,
        maxQueueSize: MOST_WAITING,
      }),
    ],
  });
  const tracer = provider.getTracer('impersonation-gateway', about.version);
  const within = new AsyncLocalStorage<string>();

  return {
    begin: (name, options = {}) => begin(tracer, within, name, options),
    current: () => within.getStore() ?? null,
    believes: believedCallers(config.callers),
    async close(timeoutMs) {
      let late: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        late = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), limit]);
      clearTimeout(late);
    },
  };
}

function begin(tracer: Tracer, current: AsyncLocalStorage<string>, name: string, options: SpanOptions): TracedSpan {
  const { kind = 'internal', links = [], attributes = {}, startedAt } = options;
  const parent = options.parent === undefined ? current.getStore() : options.parent;
  const parentContext = readTraceparent(parent ?? null);
  const span: Span = tracer.startSpan(
    name,
    {
      kind: KINDS[kind],
      attributes: present(attributes),
      links: links.flatMap((link) => {
        const context = readTraceparent(link);
        return context === null ? [] : [{ context }];
      }),
      ...(startedAt === undefined ? {} : { startTime: startedAt }),
    },
    parentContext === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentContext),
  );
  const traceparent = writeTraceparent(span.spanContext());
  return {
    traceparent,
    within: (work) => current.run(traceparent, work),
    set(more) {
      span.setAttributes(present(more));
    },
    ended(error) {
      if (error !== null) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', error);
      }
      span.end();
    },
  };
}

function present(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number | boolean
  >;
}
