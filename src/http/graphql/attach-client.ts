import type { IncomingMessage } from 'node:http';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Logger } from '../../platform/logger.js';

/** What is at hand of a client wherever the protocol is served. */
export interface ClientParts {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

export interface AttachOptions {
  /** How often it has to show that it is there, milliseconds. */
  readonly pingMs: number;
  readonly logger: Logger;
}

/** How the package says that a client has sent what only servers send. */
const NOT_FOR_CLIENTS = /^Unexpected message of type /;

/**
 * Has a client served by the protocol. In place of the package's own way, which writes whatever a client does wrong to the console,
 * with a stack each time, past the log with its levels and its redaction; and in development tells it to the client.
 */
export function attachClient<Client extends ClientParts>(
  server: Server<Client>,
  client: Client,
  { pingMs, logger }: AttachOptions,
): void {
  const { socket } = client;
  // A frame that is none: the library has closed the connection with the code that says so.
  socket.on('error', (error) => logger.debug({ err: error }, 'a client sent what is no WebSocket frame'));
  const endPings = pingRegularly(socket, pingMs);

  function fail(error: unknown): void {
    if (error instanceof Error && NOT_FOR_CLIENTS.test(error.message)) {
      socket.close(CloseCode.BadRequest, 'BAD_USER_INPUT');
      return;
    }
    logger.error({ err: error }, 'unexpected error while a WebSocket message was handled');
    socket.close(CloseCode.InternalServerError, 'INTERNAL_SERVER_ERROR');
  }

  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState === socket.OPEN) socket.send(text, (error) => (error ? reject(error) : resolve()));
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => {
        socket.on('message', (message) => {
          handle(String(message)).catch(fail);
        });
      },
    },
    client,
  );
  socket.once('close', (code, reason) => {
    endPings();
    closed(code, String(reason)).catch((error: unknown) => {
      logger.error({ err: error }, 'unexpected error at the end of a WebSocket');
    });
  });
}

/** Ends a connection on which nobody answers. @returns what stops it */
function pingRegularly(socket: WebSocket, everyMs: number): () => void {
  let late: NodeJS.Timeout | undefined;
  const pinging = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return;
    late = setTimeout(() => socket.terminate(), everyMs);
    socket.ping();
  }, everyMs);
  socket.on('pong', () => clearTimeout(late));
  return () => {
    clearInterval(pinging);
    clearTimeout(late);
  };
}
