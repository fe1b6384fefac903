import { once } from 'node:events';
import {
  type Agent,
  createServer,
  globalAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** One operation that a service was asked. */
export interface Witnessed {
  readonly kind: 'http' | 'websocket';
  readonly headers: IncomingHttpHeaders;
  /** All that was sent, headers included: names and values as they stood on the wire. */
  readonly everything: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether whoever asked went away before the answer was whole; for a socket: whether it is closed. */
  gone: boolean;
}

/** What the witness does with a request once it has written it down. */
export type Conduct =
  | { readonly kind: 'pass' }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Cuts the connection; of one call alone where it says so. */
  | { readonly kind: 'cut'; readonly once?: true }
  /** Answers this instead of asking the service. */
  | { readonly kind: 'answer'; readonly status: number; readonly type: string; readonly body: string };

/** Stands between the gateway and a service, and writes down all that goes to the service, whatever server that is. */
export interface Witness {
  /** Where the gateway asks. */
  readonly url: string;
  readonly calls: Witnessed[];
  conduct: Conduct;
  /** Connections that were opened to it so far. */
  readonly opened: number;
  /** Sockets of subscriptions, and answers, that are still open. */
  readonly open: number;
  /** Breaks everything that is open, as a service that crashes does. */
  crash(): void;
  stop(): Promise<void>;
}

export async function startWitness(serviceUrl: string): Promise<Witness> {
  const target = new URL(serviceUrl);
  const calls: Witnessed[] = [];
  const sockets = new Set<Socket>();
  const counts = { opened: 0, open: 0 };
  let conduct: Conduct = { kind: 'pass' };

  async function witness(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = note(req, 'http', body.toString('utf8'));
    counts.open += 1;
    const outward = conduct.kind === 'pass' ? passOn(req, res, body, target) : null;
    res.on('close', () => {
      counts.open -= 1;
      call.gone = !res.writableFinished;
      outward?.destroy();
    });
    if (conduct.kind === 'cut') {
      if (conduct.once === true) conduct = { kind: 'pass' };
      req.socket.destroy();
    } else if (conduct.kind === 'answer')
      res.writeHead(conduct.status, { 'content-type': conduct.type }).end(conduct.body);
  }

  function note(req: IncomingMessage, kind: Witnessed['kind'], text: string): Witnessed {
    const everything = [req.method, req.url, ...req.rawHeaders, text].join('\n');
    const call = { kind, headers: req.headers, everything, ...operationOf(req, text), gone: false };
    calls.push(call);
    return call;
  }

  const server = createServer((req, res) => {
    witness(req, res).catch(() => res.destroy());
  });
  // The gateway closes what it does not need.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    counts.opened += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (conduct.kind !== 'pass') {
      if (conduct.kind !== 'hang') socket.destroy();
      return;
    }
    webSockets.handleUpgrade(req, socket, head, (inward) => {
      counts.open += 1;
      const known: Witnessed[] = [];
      let first = '';
      relay(req, inward, target, (text) => {
        if (text.includes('"connection_init"')) first = text;
        if (!text.includes('"subscribe"')) return;
        const call = note(req, 'websocket', text);
        const { payload = {} } = JSON.parse(first) as { payload?: Record<string, string> };
        const said = { ...call, headers: { ...call.headers, ...payload }, everything: `${call.everything}\n${first}` };
        calls[calls.indexOf(call)] = said;
        known.push(said);
      });
      inward.once('close', () => {
        counts.open -= 1;
        for (const call of known) call.gone = true;
      });
    });
  });
  function crash(): void {
    for (const each of webSockets.clients) each.terminate();
    for (const socket of sockets) socket.destroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`,
    calls,
    get conduct() {
      return conduct;
    },
    set conduct(next) {
      conduct = next;
    },
    get opened() {
      return counts.opened;
    },
    get open() {
      return counts.open;
    },
    crash,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      crash();
      await closed;
    },
  };
}

function passOn(
  req: IncomingMessage,
  res: ServerResponse,
  body: Buffer,
  target: URL,
  agent: Agent | false = globalAgent,
): { destroy(): void } {
  const options = { method: req.method, headers: { ...req.headers, host: target.host }, agent };
  let again: { destroy(): void } | null = null;
  const outward = request(target, options, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(res);
    answer.on('error', () => res.destroy());
    answer.on('aborted', () => res.destroy());
  });
  outward.on('error', () => {
    // The service closed a connection that was kept, in the moment in which it was used again: it has not been asked.
    if (outward.reusedSocket && !res.headersSent && !res.destroyed) again = passOn(req, res, body, target, false);
    // The service is not there, or went away: so is the witness.
    else res.destroy();
  });
  outward.end(body);
  return {
    destroy() {
      again?.destroy();
      outward.destroy();
    },
  };
}

function relay(req: IncomingMessage, inward: WebSocket, target: URL, note: (text: string) => void): void {
  const url = target.href.replace(/^http/, 'ws');
  const { authorization } = req.headers;
  const outward = new WebSocket(url, inward.protocol, {
    headers: authorization === undefined ? {} : { authorization },
  });
  const waiting: string[] = [];
  inward.on('message', (data) => {
    const text = String(data);
    note(text);
    if (outward.readyState === WebSocket.OPEN) outward.send(text);
    else waiting.push(text);
  });
  outward.on('open', () => {
    for (const text of waiting) outward.send(text);
  });
  outward.on('message', (data) => inward.send(String(data)));
  outward.on('close', () => inward.close());
  outward.on('error', () => inward.terminate());
  inward.on('close', () => outward.close());
  inward.on('error', () => outward.terminate());
}

function operationOf(req: IncomingMessage, text: string): Pick<Witnessed, 'document' | 'variables'> {
  const inQuery = new URL(req.url ?? '/', 'http://witness').searchParams;
  const parsed: unknown = text === '' ? Object.fromEntries(inQuery) : JSON.parse(text);
  const message = parsed as { payload?: unknown; query?: unknown; variables?: unknown };
  const { query, variables } = (message.payload ?? message) as { query?: unknown; variables?: unknown };
  return { document: String(query), variables: (variables ?? {}) as Record<string, unknown> };
}
