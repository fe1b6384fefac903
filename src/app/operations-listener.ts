import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server for those who operate the gateway, apart from the one that clients reach. */
export interface OperationsListener {
  readonly url: string;
  close(): Promise<void>;
}

export interface OperationsAddress {
  readonly host: string;
  readonly port: number;
}

/** Listens there. @throws the system's error where it cannot */
export async function openOperationsListener(
  { host, port }: OperationsAddress,
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<OperationsListener> {
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 10_000 }, handle);
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
