import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Message, MessageType, validateMessage } from 'graphql-ws';
import { type RawData, WebSocket } from 'ws';
import type { ServiceStream, StreamOpener, StreamRequest } from './event-stream.js';
import { parseHarmlessJson } from './harmless-json.js';
import { type FailureReason, loggableCode, UpstreamFailure } from './upstream-failure.js';

/** The one operation of its socket. */
const ID = '1';
/** A service that answers no ping between two of them has gone, milliseconds. */
const PING_EVERY_MS = 10_000;
/** Answers to pings that may wait for the service, bytes; small messages cost many times their size while they wait. */
const MOST_UNTAKEN_BYTES = 65_536;
/** For the goodbye; then the socket is broken off, milliseconds. */
const CLOSE_WITHIN_MS = 1_000;

/**
 * `graphql-transport-ws`, a socket for each stream: what is sent with `connection_init` says for whom the socket is, so none is
 * shared. A stream that stops without `complete` has failed, and is not opened again.
 */
export function createWsStreams(url: string): StreamOpener {
  const address = url.replace(/^http/, 'ws');
  const sockets = new Set<WebSocket>();
  return {
    open(request) {
      const { authorization: _, ...others } = request.headers;
      const socket = new WebSocket(address, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
        headers: others,
        handshakeTimeout: request.timeoutMs,
        maxPayload: request.maxBytes,
        // What grows when it is unpacked is not asked for.
        perMessageDeflate: false,
        followRedirects: false,
      });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return openWs(socket, request);
    },
    async close() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.terminate();
      await Promise.all(closed);
    },
  };
}

function openWs(socket: WebSocket, request: StreamRequest): ServiceStream {
  const { upstream, headers, params, timeoutMs, sink } = request;
  let over = false;
  let acknowledged = false;
  let paused = false;
  let alive = true;

  function finish(tell: () => void): void {
    if (over) return;
    over = true;
    clearTimeout(opening);
    clearInterval(pinging);
    tell();
    goodbye(socket);
  }
  const fail = (reason: FailureReason, details?: { code?: string | undefined; status?: number | undefined }) =>
    finish(() => sink.failed(new UpstreamFailure(upstream, reason, details)));
  const opening = setTimeout(() => fail('timeout'), timeoutMs);
  const pinging = setInterval(() => {
    if (paused || socket.readyState !== WebSocket.OPEN) return;
    if (alive) socket.ping();
    else fail('stream-broken', { code: 'NO_PONG' });
    alive = false;
  }, PING_EVERY_MS);

  function send(message: object): void {
    socket.send(JSON.stringify(message));
  }

  /** Before the service has acknowledged for whom the socket is, it may say nothing of the operation. */
  function acknowledge(): void {
    if (acknowledged) {
      fail('malformed', { code: 'SECOND_ACK' });
      return;
    }
    acknowledged = true;
    clearTimeout(opening);
    socket.send(`{"id":"${ID}","type":"${MessageType.Subscribe}","payload":${params}}`);
    sink.opened();
  }

  /** A service that only asks, and takes no answers, would have them wait here without a bound. */
  function answerPing(): void {
    if (socket.bufferedAmount > MOST_UNTAKEN_BYTES) fail('stream-broken', { code: 'PINGS_UNTAKEN' });
    else send({ type: MessageType.Pong });
  }

  function receive(message: Message, bytes: number): void {
    if (message.type === MessageType.Ping) answerPing();
    else if (message.type === MessageType.ConnectionAck) acknowledge();
    else if (message.type !== MessageType.Pong) receiveOperation(message, bytes);
  }

  function receiveOperation(message: Message, bytes: number): void {
    const mine = acknowledged && 'id' in message && message.id === ID;
    if (mine && message.type === MessageType.Next) sink.event(message.payload, bytes);
    else if (mine && message.type === MessageType.Complete) finish(() => sink.ended());
    else if (mine && message.type === MessageType.Error) {
      const { payload: errors } = message;
      finish(() => {
        sink.event({ errors }, bytes);
        sink.ended();
      });
    } else fail('malformed', { code: 'UNEXPECTED_MESSAGE' });
  }

  socket.binaryType = 'nodebuffer';
  socket.on('open', () => {
    if (!over) send({ type: MessageType.ConnectionInit, payload: headers });
  });
  socket.on('message', (data: RawData) => {
    if (over) return;
    const bytes = data as Buffer;
    let message: Message;
    try {
      message = validateMessage(parseHarmlessJson(bytes));
    } catch {
      fail('malformed', { code: 'NO_MESSAGE' });
      return;
    }
    receive(message, bytes.length);
  });
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('unexpected-response', (_, response) => {
    fail('status', { status: response.statusCode });
    response.destroy();
    socket.terminate();
  });
  socket.on('error', (error) => {
    const code = loggableCode(error);
    fail(reasonOf(code), { code });
  });
  socket.on('close', (code) => {
    fail(acknowledged ? 'stream-broken' : code >= 4000 ? 'stream-refused' : 'connection', { code: `CLOSED_${code}` });
  });

  return {
    pause() {
      paused = true;
      socket.pause();
    },
    resume() {
      paused = false;
      alive = true;
      socket.resume();
    },
    leave: () => finish(() => undefined),
  };
}

/** What the WebSocket library or Node.js says of a broken socket. */
function reasonOf(code: string | undefined): FailureReason {
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'too-large';
  return code?.startsWith('WS_') === true ? 'malformed' : 'connection';
}

/** Tells the service that nobody listens any more, and does not wait for what it says to that. */
function goodbye(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.OPEN) {
    socket.terminate();
    return;
  }
  socket.resume();
  socket.send(JSON.stringify({ id: ID, type: MessageType.Complete }));
  socket.close(1000);
  const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
  socket.once('close', () => clearTimeout(timer));
}
