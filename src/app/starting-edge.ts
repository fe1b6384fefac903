import { createEdge, type Route } from '../http/edge.js';
import { createReadinessRoute, healthRoute, type ReadinessCheck } from '../http/routes/operations.js';
import { sendJson } from '../http/steps/send.js';
import type { CallerLog } from '../platform/caller-log.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';

export interface StartingEdgeParts {
  readonly readiness: readonly ReadinessCheck[];
  readonly common: readonly string[];
  readonly trustedProxies: number;
  readonly logger: Logger;
  readonly refusalLog: CallerLog;
  readonly metrics: Metrics;
}

/**
 * What is answered before anything is served, as while services behind the gateway do not tell their schemas yet: that the process is
 * alive, which must not be restarted for it; and what it waits for.
 */
export function createStartingEdge({ readiness, ...parts }: StartingEdgeParts) {
  const methods = ['GET', 'HEAD'];
  const notYet: Route['handle'] = ({ res }) => {
    res.setHeader('Retry-After', '1');
    sendJson(res, 503, { error: 'The gateway is starting.' });
  };
  const routes: Route[] = [
    { path: '/healthz', methods, handle: healthRoute },
    // What is not ready is expected, and each look at it would be a line of the log.
    { path: '/readyz', methods, handle: createReadinessRoute(readiness, () => undefined) },
    { path: '/*', methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'], handle: notYet },
  ];
  return createEdge({ routes, crossOrigin: () => false, ...parts });
}
