import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createDocumentMetrics, type DocumentMetrics } from './document-metrics.js';
import { createEdgeMetrics, type EdgeMetrics } from './edge-metrics.js';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.js';
import { createKeyMetrics, type KeyMetrics } from './key-metrics.js';
import { createSchemaMetrics, type SchemaMetrics } from './schema-metrics.js';
import { createStoreMetrics, type StoreMetrics } from './store-metrics.js';

export type { StoreMetrics };

/** What the audit trail tells of itself. */
export interface AuditMetrics {
  appended(count: number): void;
  appendFailed(): void;
  waiting(count: number): void;
  /** An event will never be written. */
  lost(): void;
  /** An AUDIT_GAP event was made. */
  gap(): void;
}

/** What the sealing of the audit trail tells of itself. */
export interface SealMetrics {
  sealed(index: number): void;
  anchorFailed(): void;
  /** Something in the trail is not what a gateway wrote. */
  faultFound(): void;
}

/** What the continuous verification of the audit trail tells of itself. */
export interface RecheckMetrics {
  checked(events: number): void;
  /** A fault in a place where none was known. */
  found(kind: string): void;
  /**
   * A pass has seen the whole trail.
   * @param pass `at` in milliseconds since the epoch; `faults`: how many of each kind, none included
   */
  completed(pass: {
    readonly at: number;
    readonly seconds: number;
    readonly faults: ReadonlyMap<string, number>;
  }): void;
  /** A pass was given up: nothing is known of what it did not see. */
  unfinished(): void;
}

/** What became of a call: an answer without or with errors, a refusal before it was made, or why there was no answer. */
export type UpstreamOutcome =
  | 'success'
  | 'errors'
  | 'refused'
  | 'connection'
  | 'timeout'
  | 'status'
  | 'malformed'
  | 'too-large'
  | 'busy'
  | 'breaker-open'
  | 'stream-broken'
  | 'stream-refused'
  | 'slow-client'
  | 'cancelled'
  | 'closed'
  | 'unexpected';

/** What the calls to services behind the gateway tell, by the services' configured names. */
export interface UpstreamMetrics {
  called(upstream: string, outcome: UpstreamOutcome, seconds: number): void;
  /** A query is tried again. */
  retried(upstream: string): void;
  breakerChanged(upstream: string, state: 'closed' | 'half-open' | 'open'): void;
  streamOpened(upstream: string): void;
  streamEnded(upstream: string, outcome: UpstreamOutcome): void;
}

/** All metrics of one gateway, in a registry of its own so that several gateways may live in one process. */
export interface Metrics {
  readonly registry: Registry;
  readonly audit: AuditMetrics;
  readonly seals: SealMetrics;
  readonly recheck: RecheckMetrics;
  readonly schema: SchemaMetrics;
  readonly keys: KeyMetrics;
  readonly http: HttpMetrics;
  readonly store: StoreMetrics;
  readonly upstreams: UpstreamMetrics;
  readonly edge: EdgeMetrics;
  readonly documents: DocumentMetrics;
  /** A GraphQL operation was executed, or refused before that. */
  countOperation(type: string, identity: string, succeeded: boolean): void;
  readonly refusedCredentials: Counter<'code'>;
  readonly impersonations: Counter<'event' | 'code'>;
  readonly revocationViewAge: Gauge;
  readonly activeSessions: Gauge;
  readonly activeStreams: Gauge;
}

export interface MetricsOptions {
  /** Adds those of the Node.js process (memory, event loop, handles). */
  readonly processMetrics: boolean;
  /** Of the gateway; absent: no versions are told, neither this nor that of Node.js, for whoever asks may be anybody. */
  readonly version?: string | undefined;
}

/** Creates the metrics. */
export function createMetrics({ processMetrics, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  if (version === undefined) registry.removeSingleMetric('nodejs_version_info');
  const registers = [registry];
  const build = new Gauge({
    name: 'gateway_build_info',
    help: 'Always 1; the label says which version of the gateway this is, where METRICS_PORT keeps the metrics from strangers.',
    labelNames: ['version'],
    registers,
  });
  build.set({ version: version ?? '' }, 1);

  const batches = new Histogram({
    name: 'gateway_audit_batch_events',
    help: 'Audit events in one durable write.',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
    registers,
  });
  const failures = new Counter({
    name: 'gateway_audit_write_failures_total',
    help: 'Durable writes of audit events that failed and were tried again.',
    registers,
  });
  const lost = new Counter({
    name: 'gateway_audit_events_lost_total',
    help: 'Audit events given up because the store could not take them; AUDIT_GAP events say when. Anything above 0 is an alarm.',
    registers,
  });
  const gaps = new Counter({
    name: 'gateway_audit_gaps_total',
    help: 'AUDIT_GAP events: times in which the audit trail could not be written, and says so itself.',
    registers,
  });
  const queue = new Gauge({
    name: 'gateway_audit_queue_events',
    help: 'Audit events waiting to be written.',
    registers,
  });

  const sealIndex = new Gauge({
    name: 'gateway_audit_seal_index',
    help: 'The index of the newest seal this replica stored.',
    registers,
  });
  const anchorFailures = new Counter({
    name: 'gateway_audit_anchor_failures_total',
    help: 'Seals that could not be written to the anchor at once.',
    registers,
  });
  const faults = new Counter({
    name: 'gateway_audit_faults_total',
    help: 'Places where the audit trail was found not to be what a gateway wrote. Anything above 0 is an alarm.',
    registers,
  });

  // Counted in a plain map, a tenth of the cost, and handed over when somebody asks.
  const operationCounts = new Map<string, Map<string, { success: number; failure: number }>>();
  new Counter({
    name: 'gateway_operations_total',
    help: 'GraphQL operations by type, kind of identity and outcome.',
    labelNames: ['type', 'identity', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [type, ofType] of operationCounts) {
        for (const [identity, counts] of ofType) {
          for (const outcome of ['success', 'failure'] as const) {
            if (counts[outcome] > 0) this.inc({ type, identity, outcome }, counts[outcome]);
          }
        }
      }
    },
  });

  return {
    registry,
    seals: {
      sealed: (index) => sealIndex.set(index),
      anchorFailed: () => anchorFailures.inc(),
      faultFound: () => faults.inc(),
    },
    recheck: createRecheckMetrics(registry, () => faults.inc()),
    schema: createSchemaMetrics(registry),
    keys: createKeyMetrics(registry),
    http: createHttpMetrics(registry),
    store: createStoreMetrics(registry),
    upstreams: createUpstreamMetrics(registry),
    edge: createEdgeMetrics(registry),
    documents: createDocumentMetrics(registry),
    audit: {
      appended: (count) => batches.observe(count),
      appendFailed: () => failures.inc(),
      waiting: (count) => queue.set(count),
      lost: () => lost.inc(),
      gap: () => gaps.inc(),
    },
    countOperation(type, identity, succeeded) {
      let ofType = operationCounts.get(type);
      if (ofType === undefined) {
        ofType = new Map();
        operationCounts.set(type, ofType);
      }
      let counts = ofType.get(identity);
      if (counts === undefined) {
        counts = { success: 0, failure: 0 };
        ofType.set(identity, counts);
      }
      counts[succeeded ? 'success' : 'failure'] += 1;
    },
    refusedCredentials: new Counter({
      name: 'gateway_credentials_refused_total',
      help: 'Requests refused for their credential, by error code.',
      labelNames: ['code'],
      registers,
    }),
    impersonations: new Counter({
      name: 'gateway_impersonations_total',
      help: 'Impersonation attempts and ends, by event type and code.',
      labelNames: ['event', 'code'],
      registers,
    }),
    revocationViewAge: new Gauge({
      name: 'gateway_revocation_view_age_seconds',
      help: 'How long ago the view of ended sessions was last known to be true.',
      registers,
    }),
    activeSessions: new Gauge({
      name: 'gateway_impersonation_sessions_active',
      help: 'Impersonation sessions in use at this replica within the last minute, and not ended.',
      registers,
    }),
    activeStreams: new Gauge({ name: 'gateway_active_streams', help: 'Open subscription streams.', registers }),
  };
}

function createRecheckMetrics(registry: Registry, faultFound: () => void): RecheckMetrics {
  const registers = [registry];
  const checked = new Counter({
    name: 'gateway_audit_recheck_events_total',
    help: 'Stored audit events that the continuous verification has looked at.',
    registers,
  });
  const found = new Counter({
    name: 'gateway_audit_recheck_faults_found_total',
    help: 'Faults of the audit trail found in places where none was known, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const faults = new Gauge({
    name: 'gateway_audit_recheck_faults',
    help: 'Faults of the audit trail in the last whole verification, by kind. Anything above 0 is an alarm.',
    labelNames: ['kind'],
    registers,
  });
  const completedAt = new Gauge({
    name: 'gateway_audit_recheck_completed_timestamp_seconds',
    help: 'When a verification last saw the whole audit trail; 0: not since the start.',
    registers,
  });
  const seconds = new Gauge({
    name: 'gateway_audit_recheck_duration_seconds',
    help: 'How long the last whole verification of the audit trail took.',
    registers,
  });
  const whole = new Gauge({
    name: 'gateway_audit_recheck_whole',
    help: 'Whether the last verification of the audit trail saw all of it: 1 or 0.',
    registers,
  });
  return {
    checked: (events) => checked.inc(events),
    found(kind) {
      found.inc({ kind });
      faultFound();
    },
    completed(pass) {
      for (const [kind, count] of pass.faults) faults.set({ kind }, count);
      completedAt.set(pass.at / 1_000);
      seconds.set(pass.seconds);
      whole.set(1);
    },
    unfinished: () => whole.set(0),
  };
}

function createUpstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const calls = new Counter({
    name: 'gateway_upstream_requests_total',
    help: 'Queries and mutations asked of services behind the gateway, by service and outcome; attempts of one are one.',
    labelNames: ['upstream', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_upstream_request_duration_seconds',
    help: 'How long services took to answer, waits and attempts included.',
    labelNames: ['upstream'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const retries = new Counter({
    name: 'gateway_upstream_retries_total',
    help: 'Queries that were sent to a service again.',
    labelNames: ['upstream'],
    registers,
  });
  const breaker = new Gauge({
    name: 'gateway_upstream_breaker_state',
    help: 'The circuit breaker of a service: 0 closed, 1 half-open, 2 open (the service is not asked).',
    labelNames: ['upstream'],
    registers,
  });
  const streams = new Gauge({
    name: 'gateway_upstream_subscriptions',
    help: 'Open subscriptions at services behind the gateway.',
    labelNames: ['upstream'],
    registers,
  });
  const endedStreams = new Counter({
    name: 'gateway_upstream_subscriptions_ended_total',
    help: 'Subscriptions at services behind the gateway that ended, by service and why.',
    labelNames: ['upstream', 'outcome'],
    registers,
  });
  return {
    called(upstream, outcome, took) {
      calls.inc({ upstream, outcome });
      seconds.observe({ upstream }, took);
    },
    retried: (upstream) => retries.inc({ upstream }),
    breakerChanged: (upstream, state) => breaker.set({ upstream }, BREAKER_VALUES[state]),
    streamOpened: (upstream) => streams.inc({ upstream }),
    streamEnded(upstream, outcome) {
      streams.dec({ upstream });
      endedStreams.inc({ upstream, outcome });
    },
  };
}

const BREAKER_VALUES = { closed: 0, 'half-open': 1, open: 2 } as const;
