import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';

/** What ends TLS before a gateway, and takes the reports of browsers. */
export interface TlsFront {
  readonly url: string;
  /** Where reports go. */
  readonly reportUri: string;
  /** The bodies of the reports that have come. */
  readonly reports: readonly string[];
  /** What a browser has to be told to believe its certificate. */
  readonly flag: string;
  stop(): Promise<void>;
}

/** Starts it; `gateway` says where requests are passed on to. */
export async function startTlsFront(gateway: () => string): Promise<TlsFront> {
  const pair = selfSignedCertificate();
  const reports: string[] = [];
  const server = createServer(pair, (req, res) => {
    if (req.url?.startsWith('/reports') === true) {
      const pieces: Buffer[] = [];
      req.on('data', (piece: Buffer) => pieces.push(piece));
      req.on('end', () => {
        reports.push(Buffer.concat(pieces).toString('utf8'));
        res.writeHead(204).end();
      });
      return;
    }
    const onwards = request(
      new URL(req.url ?? '/', gateway()),
      { method: req.method ?? 'GET', headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onwards.on('error', () => res.destroy());
    req.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = new X509Certificate(pair.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    url,
    reportUri: `${url}/reports?key=1`,
    reports,
    flag: `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
