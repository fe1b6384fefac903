import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something between browser and gateway whose connection breaks. */
export interface WeakProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Passes everything on to `gateway`; of the answers below `breaking` only the first piece, and then the connection is gone. */
export async function startWeakProxy(gateway: string, breaking: string): Promise<WeakProxy> {
  const server = createServer((req, res) => {
    const onwards = request(
      new URL(req.url ?? '/', gateway),
      { method: req.method ?? 'GET', headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        if (!req.url?.startsWith(breaking)) {
          answer.pipe(res);
          return;
        }
        answer.once('data', (piece: Buffer) => {
          // A stream that breaks throws away what was not read of it: the piece is given time to be read. The last chunk never comes.
          res.write(piece, () => setTimeout(() => res.socket?.end(), 1_000));
          answer.destroy();
        });
      },
    );
    onwards.on('error', () => res.destroy());
    res.on('close', () => onwards.destroy());
    req.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
