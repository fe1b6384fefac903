import type { Config } from '../config/index.js';
import { createEdge, type Route } from '../http/edge.js';
import type { Generations } from '../http/graphql/generations.js';
import type { OperationLimits } from '../http/graphql/operation-limits.js';
import { createSubscriptions, type Subscriptions } from '../http/graphql/subscriptions.js';
import type { TrustedDocuments } from '../http/graphql/trusted-documents.js';
import { createWebSocketEdge, type WebSocketEdge } from '../http/graphql/web-socket.js';
import { Places } from '../http/protection/places.js';
import { type AuditExportRoute, createAuditExportRoute } from '../http/routes/audit-export.js';
import { createDevelopmentSessionRoute } from '../http/routes/development-session.js';
import { createEventStreamRoute } from '../http/routes/event-stream.js';
import { loadGraphiql } from '../http/routes/graphiql.js';
import { createGraphQLRoute } from '../http/routes/graphql.js';
import {
  createJwksRoute,
  createMetricsRoute,
  createReadinessRoute,
  healthRoute,
  type ReadinessCheck,
} from '../http/routes/operations.js';
import { createCrossOrigin, createNearbyPageRule, createPageRule } from '../http/steps/cross-origin.js';
import type { CallerLog } from '../platform/caller-log.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Tracing } from '../platform/tracing.js';
import type { Keyring } from '../tokens/index.js';
import type { Core } from './core.js';
import type { DevelopmentIssuer } from './development.js';
import { tracedIdentity } from './telemetry/traced-identity.js';

/** What answers requests, and what has to be closed with it. */
export interface Served {
  readonly handle: ReturnType<typeof createEdge>;
  /** What answers those who operate the gateway, where they have an address of their own. */
  readonly operations: ReturnType<typeof createEdge> | null;
  readonly sockets: WebSocketEdge;
  readonly subscriptions: Subscriptions;
  readonly exports: Pick<AuditExportRoute, 'cut'>;
}

export interface ServeParts {
  readonly config: Config;
  readonly core: Core;
  readonly generations: Generations;
  readonly limits: OperationLimits;
  /** What every answer carries: header names and values in turn. */
  readonly common: readonly string[];
  readonly trusted: TrustedDocuments;
  readonly keyring: Keyring;
  readonly developmentIssuer: DevelopmentIssuer | null;
  /** What browsers load: the console and the banner. */
  readonly webRoutes: readonly Route[];
  readonly readiness: readonly ReadinessCheck[];
  /** Parts that work, though not as they should. */
  readonly degraded: () => readonly string[];
  readonly logger: Logger;
  readonly refusalLog: CallerLog;
  readonly metrics: Metrics;
  readonly tracing: Tracing | null;
}

/** The table of what is served where. */
export function serve(parts: ServeParts): Served {
  const { config, core, generations, limits, common, trusted, keyring, developmentIssuer, logger, metrics, tracing } =
    parts;
  const { refusalLog } = parts;
  const { createContext, view } = core;
  const resolveIdentity = tracing === null ? core.resolveIdentity : tracedIdentity(core.resolveIdentity, tracing);
  const { bodyLimitBytes, trustedProxies } = config;
  const { perIdentity, bufferBytes } = config.streams;
  const stalledMs = config.connections.stalledClientSeconds * 1_000;
  const subscriptions = createSubscriptions({
    generations,
    resolveIdentity,
    createContext,
    limits,
    places: new Places(perIdentity),
    metrics,
    onSessionEnded: (listener) => view.onEnded((session) => listener(session.id)),
  });
  const graphql = createGraphQLRoute({
    generations,
    trusted,
    resolveIdentity,
    createContext,
    bodyLimitBytes,
    graphiql: config.production ? null : loadGraphiql,
    cspReportUri: config.cspReportUri,
  });
  const exports = createAuditExportRoute({ exporter: core.exporter, resolveIdentity, logger, stallMs: stalledMs });
  const jwks = createJwksRoute(() => keyring.publicJwks);
  const operations = operationsRoutes(parts);
  const isApart = config.metrics !== null;

  const routes: Route[] = [
    ...parts.webRoutes,
    { path: '/graphql', methods: ['POST', 'GET'], sendsCommonHeaders: true, handle: graphql },
    {
      path: '/graphql/stream',
      methods: ['POST', 'GET', 'PUT', 'DELETE'],
      handle: createEventStreamRoute({
        run: subscriptions.run,
        refuse: subscriptions.refuse,
        generations,
        trusted,
        resolveIdentity,
        places: new Places(perIdentity),
        bodyLimitBytes,
        bufferBytes,
        stalledMs,
        logger,
        metrics: metrics.edge,
      }),
    },
    { path: '/audit/export', methods: ['GET'], handle: exports.handle },
    { path: '/.well-known/jwks.json', methods: ['GET', 'HEAD'], handle: jwks },
    { path: '/v1/jwks', methods: ['GET', 'HEAD'], handle: jwks },
    ...operations.filter(({ path }) => !isApart || path !== '/metrics'),
  ];
  if (developmentIssuer !== null) {
    routes.push({
      path: '/dev/session',
      methods: ['POST'],
      handle: createDevelopmentSessionRoute({
        findUser: async (id) => core.users.one(id),
        issue: developmentIssuer.issue,
        isNearbyPage: createNearbyPageRule(config.crossOrigin, config.publicUrl),
      }),
    });
  }

  const edge = (served: readonly Route[], crossOrigin: Config['crossOrigin']) =>
    createEdge({
      routes: served,
      crossOrigin: createCrossOrigin(crossOrigin),
      common,
      trustedProxies,
      logger,
      refusalLog,
      metrics,
      tracing,
    });

  return {
    handle: edge(routes, config.crossOrigin),
    operations: isApart ? edge(operations, { origins: [], anyLocalhost: false }) : null,
    sockets: createWebSocketEdge({
      run: subscriptions.run,
      generations,
      trusted,
      resolveIdentity,
      maxMessageBytes: bodyLimitBytes,
      isOwnPage: createPageRule(config.crossOrigin, config.publicUrl),
      places: new Places(perIdentity),
      bufferBytes,
      stalledMs,
      common,
      trustedProxies,
      logger,
      refusalLog,
      metrics: metrics.edge,
      tracing,
    }),
    subscriptions,
    exports,
  };
}

/** What probes and Prometheus ask for. */
function operationsRoutes({ core, readiness, degraded, logger, metrics }: ServeParts): readonly Route[] {
  const refreshMetrics = () => {
    metrics.revocationViewAge.set(core.view.ageMs() / 1_000);
    metrics.activeSessions.set(core.view.activeCount());
  };
  const notReady = (name: string, error: unknown) => logger.warn({ err: error, check: name }, 'not ready');
  return [
    { path: '/healthz', methods: ['GET', 'HEAD'], isForProbes: true, handle: healthRoute },
    {
      path: '/readyz',
      methods: ['GET', 'HEAD'],
      isForProbes: true,
      handle: createReadinessRoute(readiness, notReady, degraded),
    },
    {
      path: '/metrics',
      methods: ['GET', 'HEAD'],
      isForProbes: true,
      handle: createMetricsRoute(metrics.registry, refreshMetrics),
    },
  ];
}
