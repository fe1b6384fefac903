import type { Socket } from 'node:net';
import { buildConnector, Client, Pool } from 'undici';

/** A dead machine is noticed by its silence, milliseconds after the last byte at the earliest. */
const PROBE_AFTER_MS = 10_000;

/** Common to all connections: redirects are never followed, and a request that failed is never sent again from here. */
const OPTIONS = {
  pipelining: 1,
  // Calls and streams have times of their own.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

interface Connector {
  readonly connect: buildConnector.connector;
  /** Breaks off what is only being connected: a destroyed client would leave it until the time-out. */
  destroy(): void;
}

/** @param timeoutMs to connect, TLS included, milliseconds. */
function createConnector(timeoutMs: number): Connector {
  const connector = buildConnector({ timeout: timeoutMs, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS });
  const connecting = new Set<Socket>();
  return {
    connect(target, callback) {
      // It does give the socket, whatever its type says.
      const socket = connector(target, (...outcome) => {
        if (socket !== undefined) connecting.delete(socket);
        callback(...outcome);
      }) as unknown as Socket | undefined;
      if (socket !== undefined) connecting.add(socket);
    },
    destroy() {
      for (const socket of connecting) socket.destroy();
    },
  };
}

export interface ConnectionPoolOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connections: number;
  /** To connect, TLS included, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Of one answer, on the wire. */
  readonly maxResponseBytes: number;
}

export interface ConnectionPool {
  readonly dispatcher: Pool;
  /** Breaks off everything. */
  destroy(): Promise<void>;
}

/** Connections to one service that are used again and again. */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { origin, connections, connectTimeoutMs, maxResponseBytes } = options;
  const { connect, destroy } = createConnector(connectTimeoutMs);
  const dispatcher = new Pool(origin, { ...OPTIONS, connections, connect, maxResponseSize: maxResponseBytes });
  return {
    dispatcher,
    async destroy() {
      const gone = dispatcher.destroy();
      destroy();
      await gone;
    },
  };
}

export interface SingleConnections {
  /** A connection for one request, which is gone once it is destroyed. */
  open(): { readonly dispatcher: Client; destroy(): void };
  /** Breaks off everything. */
  destroy(): Promise<void>;
}

/**
 * Connections to one service that are used once: a pool that breaks off a request connects again at once, for a next one that
 * may never come.
 */
export function createSingleConnections(origin: string, connectTimeoutMs: number): SingleConnections {
  const { connect, destroy } = createConnector(connectTimeoutMs);
  const clients = new Set<Client>();
  const leaving = new Set<Promise<unknown>>();
  function leave(client: Client): void {
    if (!clients.delete(client)) return;
    const gone = client.destroy();
    leaving.add(gone);
    void gone.finally(() => leaving.delete(gone));
  }
  return {
    open() {
      const client = new Client(origin, { ...OPTIONS, connect });
      clients.add(client);
      return { dispatcher: client, destroy: () => leave(client) };
    },
    async destroy() {
      for (const client of clients) leave(client);
      destroy();
      await Promise.all(leaving);
    },
  };
}
