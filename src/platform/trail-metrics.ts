import { Gauge, type Registry } from 'prom-client';

/** How the trail is, at the moment somebody asks. */
export interface TrailState {
  /** Seconds for which it has not been possible to write; 0 while it is. */
  readonly failingSeconds: number;
  /** Events of this process that no seal covers yet. */
  readonly unsealedEvents: number;
  /** How long the oldest of them has waited, seconds; 0 where there is none. */
  readonly unsealedSeconds: number;
  /** Seals that are stored and not in the anchor yet. */
  readonly unanchoredSeals: number;
  /** When the newest seal this replica knows of was made, milliseconds since the epoch; null: there is none. */
  readonly sealedAt: number | null;
}

/** Registers the state of the trail; `read` is asked each time the metrics are. */
export function registerTrailState(registry: Registry, read: () => TrailState): void {
  const gauge = (name: string, help: string, of: (state: TrailState) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(of(read()));
      },
    });
  gauge(
    'gateway_audit_failing_seconds',
    'For how long audit events have not been written; 0 while they are.',
    (state) => state.failingSeconds,
  );
  gauge(
    'gateway_audit_unsealed_events',
    'Audit events of this process that no seal covers yet.',
    (state) => state.unsealedEvents,
  );
  gauge(
    'gateway_audit_unsealed_age_seconds',
    'How long the oldest audit event of this process without a seal has waited for one.',
    (state) => state.unsealedSeconds,
  );
  gauge(
    'gateway_audit_unanchored_seals',
    'Seals that are stored and not written to the anchor yet.',
    (state) => state.unanchoredSeals,
  );
  gauge(
    'gateway_audit_newest_seal_timestamp_seconds',
    'When the newest seal this replica knows of was made; 0: there is none. An idle trail is sealed every ten minutes.',
    (state) => (state.sealedAt ?? 0) / 1_000,
  );
}
