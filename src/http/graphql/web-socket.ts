import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { RequestFacts } from '../../domain/request-facts.js';
import { GatewayError } from '../../errors/index.js';
import type { ResolveIdentity } from '../../identity/index.js';
import type { Logger } from '../../platform/logger.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { parseBearer, readCredential } from '../steps/read-credential.js';
import { readRequestFacts } from '../steps/request-facts.js';
import { asGraphQLError } from './as-graphql-error.js';
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
  readonly trustedProxies: number;
  readonly logger: Logger;
}

export interface WebSocketEdge {
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

interface Connection extends Record<PropertyKey, unknown> {
  token?: string | null;
}

interface Pending {
  /** The client wants no result any more. */
  readonly leave: () => void;
  readonly start: () => Promise<StreamedResult>;
}

/** graphql-transport-ws close code for a credential that is refused: a client may come back with another. */
const FORBIDDEN = 4403;

/** GraphQL over WebSocket, sub-protocol graphql-transport-ws. */
export function createWebSocketEdge(options: WebSocketOptions): WebSocketEdge {
  const { run, generations, trusted, resolveIdentity, trustedProxies, logger } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxMessageBytes });

  function facts(request: IncomingMessage): RequestFacts {
    return readRequestFacts(request, trustedProxies);
  }

  const server = useServer<Record<string, unknown>, Connection>(
    {
      async onConnect({ extra, connectionParams }) {
        try {
          const token = connectionToken(extra.request, connectionParams);
          await resolveIdentity(token, facts(extra.request));
          extra.token = token;
          return true;
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          logger.info({ err: error.cause, code: error.code }, 'a WebSocket connection was refused');
          extra.socket.close(FORBIDDEN, error.code);
          return false;
        }
      },
      async onSubscribe({ extra }, _id, payload) {
        let params: ReturnType<typeof readParams>;
        try {
          params = readParams(trusted.resolve(payload));
        } catch (error) {
          return [presentable(error)];
        }
        const { token } = extra;
        if (token === undefined) return [asGraphQLError(new GatewayError('TOKEN_INVALID'))];
        const prepared = generations.current.prepare(params);
        if ('errors' in prepared) {
          // Runs nothing, but leaves the record of an attempt where it is one.
          await run(params, callerOf(extra, token)).catch(() => undefined);
          return prepared.errors;
        }
        const caller = callerOf(extra, token);
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
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error)),
    },
    sockets,
  );

  function callerOf({ request }: { readonly request: IncomingMessage }, token: string | null) {
    return { token, request: facts(request), connection: new OperationConnection(request.headers, null) };
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
      sockets.handleUpgrade(req, socket, head, (accepted) => sockets.emit('connection', accepted, req));
    },
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      await server.dispose();
    },
  };
}

/**
 * The token of a connection: `connectionParams.authorization`, or the header. Where both are sent they must agree, or
 * whoever put one in front of the other would decide who is in effect.
 */
function connectionToken(
  request: IncomingMessage,
  params: Readonly<Record<string, unknown>> | undefined,
): string | null {
  const header = readCredential(request);
  const sent = [params?.authorization, params?.Authorization].filter((value) => value != null);
  const tokens = new Set(header === null ? [] : [header]);
  for (const value of sent) {
    if (typeof value !== 'string') throw new GatewayError('TOKEN_INVALID', { cause: 'authorization is not a string' });
    tokens.add(value.includes(' ') ? parseBearer(value) : parseBearer(`Bearer ${value}`));
  }
  const [token = null, ...others] = tokens;
  if (others.length > 0) throw new GatewayError('TOKEN_INVALID', { cause: 'two credentials' });
  return token;
}

function presentable(error: unknown): GraphQLError {
  if (error instanceof GatewayError) return asGraphQLError(error);
  return new GraphQLError('unexpected', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
