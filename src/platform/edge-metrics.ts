import { Counter, Gauge, type Registry } from 'prom-client';

/** The limits that clients run into; the closed list of `limit` in the metrics. */
export type ClientLimit =
  | 'operationsPerIdentity'
  | 'subscriptionsPerIdentity'
  | 'connectionsPerAddress'
  | 'connections'
  | 'refusedCredentialsPerAddress'
  | 'proofsPerIdentity'
  | 'proofs';

/** What the edge tells of clients that ask for too much, or take too little. */
export interface EdgeMetrics {
  /** Something was refused because somebody had enough of it. */
  limited(limit: ClientLimit): void;
  /** An operation was given up because its time was up. */
  timedOut(): void;
  /** A client was cut off that did not take what was sent to it. */
  slowClientCut(transport: 'sse' | 'websocket' | 'http'): void;
  /** How many connections are open. */
  connections(open: number): void;
  anomaly(kind: string): void;
  /** The proof of a token's sender was refused. @param kind what was wrong with it, out of a closed list */
  proofRefused(kind: string): void;
}

export function createEdgeMetrics(registry: Registry): EdgeMetrics {
  const registers = [registry];
  const limited = new Counter({
    name: 'gateway_rate_limited_total',
    help: 'Operations, streams, connections and credentials refused because somebody had too many of them, by limit.',
    labelNames: ['limit'],
    registers,
  });
  const timedOut = new Counter({
    name: 'gateway_operation_timeouts_total',
    help: 'Operations given up because their time was up.',
    registers,
  });
  const slow = new Counter({
    name: 'gateway_slow_clients_cut_total',
    help: 'Clients cut off because they did not take what was sent to them, by transport.',
    labelNames: ['transport'],
    registers,
  });
  const connections = new Gauge({
    name: 'gateway_open_connections',
    help: 'Connections that are open, WebSockets included.',
    registers,
  });
  const anomalies = new Counter({
    name: 'gateway_anomalies_total',
    help: 'Things out of the ordinary that were noticed, by kind; each is an ANOMALY_DETECTED event too.',
    labelNames: ['kind'],
    registers,
  });
  const proofs = new Counter({
    name: 'gateway_dpop_proofs_refused_total',
    help: 'Proofs (DPoP) of senders of bound tokens that were refused, by what was wrong with them.',
    labelNames: ['kind'],
    registers,
  });
  return {
    limited: (limit) => limited.inc({ limit }),
    timedOut: () => timedOut.inc(),
    slowClientCut: (transport) => slow.inc({ transport }),
    connections: (open) => connections.set(open),
    anomaly: (kind) => anomalies.inc({ kind }),
    proofRefused: (kind) => proofs.inc({ kind }),
  };
}
