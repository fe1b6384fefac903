import type { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';

export interface ConnectionPoolOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Null: as many as are asked for. */
  readonly connections: number | null;
  /** To connect, TLS included, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Of one answer; null for streams. */
  readonly maxResponseBytes: number | null;
}

export interface ConnectionPool {
  readonly dispatcher: Pool;
  /** Breaks off everything, also what is only being connected. */
  destroy(): Promise<void>;
}

/** A dead machine is noticed by its silence, seconds after the last byte at the earliest. */
const PROBE_AFTER_MS = 10_000;

/**
 * Connections to one service that are used again and again. Redirects are never followed, and a request that failed is never
 * sent again from here.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { origin, connections, connectTimeoutMs, maxResponseBytes } = options;
  const connector = buildConnector({
    timeout: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
  });
  // The pool forgets what it is connecting when it is destroyed, and would leave it open until the time-out.
  const connecting = new Set<Socket>();
  const connect: buildConnector.connector = (target, callback) => {
    const socket = connector(target, (...outcome) => {
      if (socket !== undefined) connecting.delete(socket);
      callback(...outcome);
    }) as unknown as Socket | undefined;
    if (socket !== undefined) connecting.add(socket);
  };
  const dispatcher = new Pool(origin, {
    connections,
    connect,
    pipelining: 1,
    // The whole call has a time of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxResponseBytes ?? -1,
  });
  return {
    dispatcher,
    async destroy() {
      const gone = dispatcher.destroy();
      for (const socket of connecting) socket.destroy();
      await gone;
    },
  };
}
