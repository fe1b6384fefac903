import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../../platform/logger.js';

/** ExportResultCode.SUCCESS of OpenTelemetry. */
const SUCCESS = 0;

/**
 * Says once that traces cannot be sent, and once that they can again. Not why: the messages of the exporter may quote its address, its
 * headers, or the answer of whatever is there.
 */
export function tellingExporter(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== SUCCESS;
        if (failed && !failing)
          logger.warn({ spans: spans.length }, 'traces cannot be sent to the collector; they are dropped');
        if (!failed && failing) logger.info('traces are sent to the collector again');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
