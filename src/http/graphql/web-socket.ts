import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RequestFacts } from '../../domain/request-facts.js';
import { GatewayError } from '../../errors/index.js';
import type { Credential, ResolveIdentity } from '../../identity/index.js';
import type { CallerLog } from '../../platform/caller-log.js';
import type { EdgeMetrics } from '../../platform/edge-metrics.js';
import type { Logger } from '../../platform/logger.js';
import type { Tracing } from '../../platform/tracing.js';
import { countedAddress, countedAs } from '../../policy/index.js';
import { refusedWhileReading } from '../../tokens/index.js';
import type { Places } from '../protection/places.js';
import { answerRaw, type RawAnswer } from '../protection/raw-answer.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { readRequestFacts } from '../steps/request-facts.js';
import { forgetStrangersTrace } from '../steps/traced-request.js';
import { asGraphQLError } from './as-graphql-error.js';
import { attachClient, type ClientParts } from './attach-client.js';
import { ClientSocket, readNoFasterThanTaken } from './client-socket.js';
import { connectionCredential } from './connection-credential.js';
import { formatError } from './format-error.js';
import type { Generations } from './generations.js';
import { readParams } from './request-params.js';
import type { RunOperation, StreamedResult } from './subscriptions.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface WebSocketOptions {
  readonly run: RunOperation;
  readonly generations: Generations;
  readonly trusted: TrustedDocuments;
  readonly resolveIdentity: ResolveIdentity;
  readonly maxMessageBytes: number;
  /** Whether a page of an origin may connect. */
  readonly isOwnPage: (origin: string, host: string | undefined) => boolean;
  /** The connections that each identity may have open. */
  readonly places: Places;
  /** How much may wait for a client when more is to be sent, bytes. */
  readonly bufferBytes: number;
  /** How long a client may leave untaken what was sent to it, milliseconds. */
  readonly stalledMs: number;
  /** What every answer carries: header names and values in turn. */
  readonly common: readonly string[];
  readonly metrics: EdgeMetrics;
  readonly trustedProxies: number;
  readonly logger: Logger;
  /** Where it is said which connections were refused. */
  readonly refusalLog: CallerLog;
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
}

export interface WebSocketEdge {
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

interface Connection extends ClientParts, Record<PropertyKey, unknown> {
  credential?: Credential | null;
  /** Gives back the place that it takes. */
  leave?: () => void;
}

interface Pending {
  /** The client wants no result any more. */
  readonly leave: () => void;
  readonly start: () => Promise<StreamedResult>;
}

/** graphql-transport-ws close code for a credential that is refused: a client may come back with another. */
const FORBIDDEN = 4403;
const INTERNAL_ERROR = 4500;
/** The same for a client that has too many connections, as HTTP's 429. */
const TOO_MANY = 4429;
/** A client that has not said who it is by then is let go, milliseconds. */
const INIT_MS = 3_000;
/** How often a client has to show that it is there, milliseconds. */
const PING_MS = 12_000;
/** How often it is looked whether clients take what is sent to them, milliseconds. */
const LOOK_MS = 500;

/** GraphQL over WebSocket, sub-protocol graphql-transport-ws. */
export function createWebSocketEdge(options: WebSocketOptions): WebSocketEdge {
  const { run, generations, trusted, resolveIdentity, places, trustedProxies, logger, refusalLog, metrics } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    WebSocket: ClientSocket,
    handleProtocols,
  });
  sockets.on('wsClientError', (_error, socket) => answerRaw(socket, NO_WEBSOCKET, options.common));

  function facts(request: IncomingMessage): RequestFacts {
    return readRequestFacts(request, trustedProxies);
  }

  const server = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: INIT_MS,
    async onConnect({ extra, connectionParams }) {
      const request = facts(extra.request);
      try {
        const credential = connectionCredential(extra.request, connectionParams);
        const { identity } = await resolveIdentity(credential, request);
        const leave = places.tryTake(countedAs(identity, request.ipAddress));
        if (leave === null) {
          metrics.limited('subscriptionsPerIdentity');
          extra.socket.close(TOO_MANY, 'RATE_LIMITED');
          return false;
        }
        extra.leave = leave;
        // It may have gone meanwhile, and nobody would say so again.
        if (extra.socket.readyState !== extra.socket.OPEN) leave();
        extra.credential = credential;
        return true;
      } catch (error) {
        if (error instanceof GatewayError) {
          const { id: requestId, ipAddress } = request;
          const unread = refusedWhileReading(error);
          if (unread !== null) metrics.proofRefused(unread);
          refusalLog.info(
            countedAddress(ipAddress),
            { requestId, code: error.code, ipAddress, err: error.cause },
            'a WebSocket connection was refused',
          );
          extra.socket.close(error.code === 'RATE_LIMITED' ? TOO_MANY : FORBIDDEN, error.code);
        } else {
          // The package would write it to the console, and in development its words to the client.
          logger.error({ err: error }, 'a WebSocket connection could not be judged');
          extra.socket.close(INTERNAL_ERROR, 'INTERNAL_SERVER_ERROR');
        }
        return false;
      }
    },
    onClose({ extra }) {
      extra.leave?.();
    },
    async onSubscribe({ extra }, _id, payload) {
      let params: ReturnType<typeof readParams>;
      try {
        params = readParams(trusted.resolve(payload));
      } catch (error) {
        return [presentable(error)];
      }
      const { credential } = extra;
      if (credential === undefined) return [asGraphQLError(new GatewayError('TOKEN_INVALID'))];
      const prepared = generations.current.prepare(params);
      if ('errors' in prepared) {
        // Runs nothing, but leaves the record of an attempt where it is one.
        await run(params, callerOf(extra, credential)).catch(() => undefined);
        return prepared.errors;
      }
      const caller = callerOf(extra, credential);
      const pending: Pending = {
        leave: () => caller.connection.end(),
        start: () =>
          run(params, caller, (code) => {
            // After the frames that are under way: the credential is dead, and so is all else on this connection.
            setImmediate(() => extra.socket.close(FORBIDDEN, code));
          }),
      };
      return {
        schema: prepared.schema,
        document: prepared.document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: pending,
      };
    },
    execute: ({ contextValue }) => leavable(contextValue as Pending),
    subscribe: ({ contextValue }) => perform(contextValue as Pending),
    // Results are formatted by then; the package would ask their errors for `toJSON`, fail, and close the connection.
    onNext({ extra }, _id, _payload, _args, result) {
      // The package waits for each result of an operation to be taken, but there may be many operations.
      if (extra.socket.bufferedAmount > options.bufferBytes) cutOff(extra.socket);
      return result as FormattedExecutionResult;
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error)),
  });
  sockets.on('connection', (socket, request) => {
    attachClient<Connection>(server, { socket, request }, { pingMs: PING_MS, logger });
  });

  /** Since when a client has had something waiting that it has not taken. */
  const waitingSince = new WeakMap<WebSocket, number>();
  const looking = setInterval(() => {
    const now = performance.now();
    for (const socket of sockets.clients) {
      const since = waitingSince.get(socket);
      if (socket.bufferedAmount === 0) waitingSince.delete(socket);
      else if (since === undefined) waitingSince.set(socket, now);
      else if (now - since > options.stalledMs) cutOff(socket);
    }
  }, LOOK_MS).unref();

  function cutOff(socket: WebSocket): void {
    if (socket.readyState === socket.CLOSED) return;
    metrics.slowClientCut('websocket');
    logger.warn({ bufferedBytes: socket.bufferedAmount }, 'a client was cut off that did not take what was sent to it');
    socket.terminate();
  }

  function callerOf({ request }: { readonly request: IncomingMessage }, credential: Credential | null) {
    return { credential, request: facts(request), connection: new OperationConnection(request.headers, null) };
  }

  /** The package tells of a client that leaves an operation, or goes, by ending what it iterates; so the one result is iterated. */
  function leavable(pending: Pending): AsyncGenerator<Awaited<ReturnType<typeof perform>>, void, void> {
    let given = false;
    let left = false;
    const done = { done: true, value: undefined } as const;
    return {
      async next() {
        if (given) return done;
        given = true;
        const value = await perform(pending);
        return left ? done : { done: false, value };
      },
      async return() {
        left = true;
        pending.leave();
        return done;
      },
      async throw(error: unknown) {
        left = true;
        pending.leave();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async function perform(pending: Pending) {
    try {
      return (await pending.start()) as Awaited<StreamedResult> & { errors?: readonly GraphQLError[] };
    } catch (error) {
      const formatted = presentable(error);
      return { errors: [formatError(formatted.toJSON(), formatted) as unknown as GraphQLError] };
    }
  }

  return {
    upgrade(req, socket, head) {
      const { origin, host } = req.headers;
      // Only browsers send it. A page of elsewhere would speak in the name of whoever has it open.
      if (origin !== undefined && !options.isOwnPage(origin, host)) {
        answerRaw(socket, NOT_FROM_THERE, options.common);
        return;
      }
      // Each operation of the connection would be of the trace that it was opened in.
      if (options.tracing !== null) forgetStrangersTrace(options.tracing, req);
      sockets.handleUpgrade(req, socket, head, (accepted) => {
        readNoFasterThanTaken(accepted);
        sockets.emit('connection', accepted, req);
      });
    },
    async close() {
      clearInterval(looking);
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

const NOT_FROM_THERE: RawAnswer = {
  status: '403 Forbidden',
  code: 'FORBIDDEN',
  message: 'Pages of this origin may not connect.',
};
const NO_WEBSOCKET: RawAnswer = {
  status: '400 Bad Request',
  code: 'BAD_USER_INPUT',
  message: 'The connection is upgraded to nothing but WebSocket, version 13.',
};

function presentable(error: unknown): GraphQLError {
  if (error instanceof GatewayError) return asGraphQLError(error);
  return new GraphQLError('unexpected', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
