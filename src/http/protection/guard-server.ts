import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EdgeMetrics } from '../../platform/edge-metrics.js';
import { countedAddress } from '../../policy/index.js';
import { howOftenSent } from '../steps/how-often-sent.js';
import { Places } from './places.js';
import { answerRaw, answerUnread, type RawAnswer } from './raw-answer.js';
import { createStalledSockets } from './stalled-sockets.js';

/** What clients may take of connections, and of time at them. Seconds; where not said otherwise 0 is no limit. */
export interface ServerLimits {
  readonly most: number;
  readonly perAddress: number;
  readonly headersTimeoutSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly keepAliveSeconds: number;
  readonly requestsPerConnection: number;
  readonly stalledClientSeconds: number;
}

/** All headers of a request together, bytes. */
const MAX_HEADER_BYTES = 32_768;
/** How often Node looks for connections that are late; its default, half a minute, would make any shorter limit one of half a minute. */
const LATE_CHECK_MS = 500;

/** What a server has to be made with. */
export function serverOptions(limits: ServerLimits): ServerOptions {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersTimeoutSeconds * 1_000,
    requestTimeout: limits.requestTimeoutSeconds * 1_000,
    keepAliveTimeout: limits.keepAliveSeconds * 1_000,
    connectionsCheckingInterval: LATE_CHECK_MS,
    // Node's own refusal says nothing, and has none of the headers of every answer; see `NO_HOST`.
    requireHostHeader: false,
  };
}

export interface GuardOptions {
  readonly limits: ServerLimits;
  readonly bodyLimitBytes: number;
  /** The headers of every answer, name after name. */
  readonly common: readonly string[];
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
  readonly metrics: EdgeMetrics;
}

/** Holds a server to the limits: how many connections, from where, and how long for what. Before it listens. */
export function guardServer(server: Server, options: GuardOptions): void {
  const { limits, bodyLimitBytes, common, handle, metrics } = options;
  // Beyond its limit Node leaves headers out and says nothing: a credential among them would pass for none. The edge counts them.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.most;
  const stalled = createStalledSockets(limits.stalledClientSeconds * 1_000);
  server.on('timeout', (socket: Socket) => {
    // Comes for idle connections too, which nobody is cut off from.
    if (socket.writableLength > 0) metrics.slowClientCut('http');
    socket.destroy();
  });
  server.on('drop', () => metrics.limited('connections'));

  const places = limits.perAddress === 0 ? null : new Places(limits.perAddress);
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    open += 1;
    metrics.connections(open);
    stalled.watch(socket);
    const leave = places?.tryTake(countedAddress(socket.remoteAddress ?? null));
    socket.once('close', () => {
      open -= 1;
      metrics.connections(open);
      leave?.();
    });
    if (leave !== null) return;
    metrics.limited('connectionsPerAddress');
    answerRaw(socket, tooManyConnections(limits.perAddress), common);
  });

  // What is said on it from then on is not HTTP, and is looked after by whoever took it over.
  server.prependListener('upgrade', (_req: IncomingMessage, socket: Duplex) => stalled.leave(socket as Socket));

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    answerRaw(socket, answerTo(error.code), common);
  });

  const begin = createLastRequests(limits.requestsPerConnection);
  function take(req: IncomingMessage, res: ServerResponse): void {
    if (!begin(req, res)) return;
    const hosts = howOftenSent('host', req.rawHeaders);
    if (hosts === 1 || (hosts === 0 && req.httpVersion !== '1.1')) handle(req, res);
    else answerUnread(res, hosts === 0 ? NO_HOST : SEVERAL_HOSTS, common);
  }
  server.on('request', take);
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    // Who asks first whether to send a body that is too large is told before it is sent.
    if (!(Number(req.headers['content-length'] ?? 0) > bodyLimitBytes)) res.writeContinue();
    take(req, res);
  });
  // Nothing else that a client could expect is understood (RFC 9110 §10.1.1).
  server.on('checkExpectation', (_req: IncomingMessage, res: ServerResponse) => {
    answerUnread(res, NOT_EXPECTED, common);
  });
}

/**
 * Ends connections after so many requests; 0: never. Node's own limit leaves the connection open, and answers what a client has sent on it
 * already with 503s that say nothing. Here the last answer ends it, and what was sent behind is not begun.
 * @returns whether a request is to be looked at
 */
function createLastRequests(allowed: number): (req: IncomingMessage, res: ServerResponse) => boolean {
  if (allowed === 0) return () => true;
  const counts = new WeakMap<Socket, number>();
  return ({ socket }, res) => {
    const count = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, count);
    if (count === allowed) res.setHeader('Connection', 'close');
    return count <= allowed;
  };
}

/** RFC 9112 §3.2 */
const NO_HOST: RawAnswer = {
  status: '400 Bad Request',
  code: 'BAD_USER_INPUT',
  message: 'The request does not name its host.',
};
const SEVERAL_HOSTS: RawAnswer = { ...NO_HOST, message: 'The request names more than one host.' };
const NOT_EXPECTED: RawAnswer = {
  status: '417 Expectation Failed',
  code: 'BAD_USER_INPUT',
  message: 'Nothing but 100-continue can be expected.',
};

function tooManyConnections(allowed: number): RawAnswer {
  return {
    status: '429 Too Many Requests',
    code: 'RATE_LIMITED',
    message: `Too many connections from one address: ${allowed} are allowed (connectionsPerAddress).`,
  };
}

/** To what Node refused before it was a request: too large a header (a token of a megabyte, say), too slow, or not HTTP. */
function answerTo(code: string | undefined): RawAnswer {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      status: '431 Request Header Fields Too Large',
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The request could not be read: its headers are too large.',
    };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return {
      status: '408 Request Timeout',
      code: 'BAD_USER_INPUT',
      message: 'The request could not be read: it did not come to its end in time.',
    };
  }
  return { status: '400 Bad Request', code: 'BAD_USER_INPUT', message: 'The request could not be read.' };
}
