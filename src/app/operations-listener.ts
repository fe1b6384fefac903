import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { guardServer, type ServerLimits, serverOptions } from '../http/protection/guard-server.js';
import { refuseUpgrade } from '../http/protection/refuse-upgrade.js';
import type { EdgeMetrics } from '../platform/edge-metrics.js';

/** A server for those who operate the gateway, apart from the one that clients reach. */
export interface OperationsListener {
  readonly url: string;
  close(): Promise<void>;
}

export interface OperationsAddress {
  readonly host: string;
  readonly port: number;
}

export interface OperationsListenerOptions {
  readonly address: OperationsAddress;
  /** Those of clients; of connections only few are needed here. */
  readonly limits: ServerLimits;
  /** The headers of every answer, name after name. */
  readonly common: readonly string[];
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
  readonly metrics: EdgeMetrics;
}

/** Probes and Prometheus hold a few each. Whoever else gets here may not take from them what they need. */
const MOST_CONNECTIONS = 256;
const MOST_PER_ADDRESS = 64;

/**
 * Listens there, held to the same as the server of the clients: refusals, their headers, and what slow clients may take of time. A port
 * that is meant for few is found by others, too. @throws the system's error where it cannot
 */
export async function openOperationsListener(options: OperationsListenerOptions): Promise<OperationsListener> {
  const { host, port } = options.address;
  const { common, handle } = options;
  const limits = { ...options.limits, most: MOST_CONNECTIONS, perAddress: MOST_PER_ADDRESS };
  const server = createServer(serverOptions(limits));
  server.on('upgrade', (_req: IncomingMessage, socket: Duplex) => {
    // Nobody else listens to it any more: an error of it would end the process.
    socket.on('error', () => socket.destroy());
    refuseUpgrade(socket, common);
  });
  // How many are open is told of the server of the clients.
  const metrics = { ...options.metrics, connections: () => undefined };
  guardServer(server, { limits, bodyLimitBytes: 0, common, handle, metrics });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A connection that could not be taken is tried again by whoever collects; without a listener it would end the process.
      server.on('error', () => undefined);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
