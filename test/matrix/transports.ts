import { createClient as createEventStreamClient, NetworkError } from 'graphql-sse';
import { createClient as createWebSocketClient, type Client as WebSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What came of a request. */
export interface Outcome {
  /** The HTTP status, or the code a WebSocket was closed with; null where the answer is a frame and has none. */
  readonly status: number | null;
  readonly data: unknown;
  readonly errors: readonly AnsweredError[];
  readonly codes: readonly string[];
  /** Set where a whole request was refused over HTTP. */
  readonly challenge?: string | null;
}

export interface Request {
  /** The gateway's address. */
  readonly url: string;
  /** The whole value of the Authorization header; null: none is sent. */
  readonly authorization: string | null;
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The results of a subscription as they come. */
export interface Stream {
  /** The next result; null where the stream has ended. */
  next(): Promise<Outcome | null>;
  /** The client goes away. */
  close(): Promise<void>;
}

/** One way to send an operation. Each request is a connection of its own. */
export interface Transport {
  readonly name: string;
  /** With what a refused credential is answered: an HTTP status, or a close code. */
  readonly refusal: number;
  readonly serves: readonly ('query' | 'mutation' | 'subscription')[];
  /** The answer; of a subscription its first result. */
  send(request: Request): Promise<Outcome>;
}

/** A transport that can also stream. */
export interface StreamingTransport extends Transport {
  follow(request: Request): Stream;
}

function outcome(status: number | null, { data, errors }: { data?: unknown; errors?: unknown }): Outcome {
  const list = (errors ?? []) as readonly AnsweredError[];
  return { status, data: data ?? null, errors: list, codes: list.map(({ extensions }) => String(extensions?.code)) };
}

function headers({ authorization }: Request): Record<string, string> {
  return authorization === null ? {} : { authorization };
}

async function answered(response: Response): Promise<Outcome> {
  const body = (await response.json()) as { data?: unknown; errors?: unknown };
  return { ...outcome(response.status, body), challenge: response.headers.get('www-authenticate') };
}

export const POST: Transport = {
  name: 'HTTP POST',
  refusal: 401,
  serves: ['query', 'mutation'],
  async send(request) {
    const { url, document, variables } = request;
    return answered(
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...headers(request), 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables }),
      }),
    );
  },
};

export const GET: Transport = {
  name: 'HTTP GET',
  refusal: 401,
  serves: ['query'],
  async send(request) {
    const query = new URLSearchParams({ query: request.document, variables: JSON.stringify(request.variables ?? {}) });
    const preflight = { 'apollo-require-preflight': 'true' };
    return answered(await fetch(`${request.url}/graphql?${query}`, { headers: { ...headers(request), ...preflight } }));
  },
};

/** Over WebSocket, the authorization as `connectionParams`, which is how browsers send it. */
export function webSocketClient({ url, authorization }: Pick<Request, 'url' | 'authorization'>): WebSocketClient {
  return createWebSocketClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization === null ? {} : { authorization },
    retryAttempts: 0,
    // The connection stays open between operations, until the client is disposed of.
    lazyCloseTimeout: 60_000,
  });
}

/** The results of one operation on a connection. */
export function followOn(client: WebSocketClient, { document, variables }: Request): Stream {
  const results = client.iterate({ query: document, variables: variables ?? null });
  return {
    async next() {
      try {
        const { done, value } = await results.next();
        return done === true ? null : outcome(null, value);
      } catch (reason) {
        if (Array.isArray(reason)) return outcome(null, { errors: reason });
        if (!isClose(reason)) throw reason;
        return outcome(reason.code, { errors: [{ message: '', extensions: { code: reason.reason } }] });
      }
    },
    close: async () => void (await results.return?.()),
  };
}

export const WEB_SOCKET: StreamingTransport = {
  name: 'WebSocket',
  refusal: 4403,
  serves: ['query', 'mutation', 'subscription'],
  send: (request) => firstOf(WEB_SOCKET.follow(request)),
  follow(request) {
    const client = webSocketClient(request);
    const stream = followOn(client, request);
    return { next: stream.next, close: async () => client.dispose() };
  },
};

export const EVENT_STREAM: StreamingTransport = {
  name: 'Server-Sent Events',
  refusal: 401,
  serves: ['query', 'mutation', 'subscription'],
  send: (request) => firstOf(EVENT_STREAM.follow(request)),
  follow(request) {
    const { url, document, variables } = request;
    const client = createEventStreamClient({
      url: `${url}/graphql/stream`,
      headers: headers(request),
      retryAttempts: 0,
    });
    const results = client.iterate({ query: document, ...(variables && { variables }) });
    return {
      async next() {
        try {
          const { done, value } = await results.next();
          return done === true ? null : outcome(200, value);
        } catch (reason) {
          if (!(reason instanceof NetworkError) || reason.response === undefined) throw reason;
          return answered(reason.response as Response);
        }
      },
      close: async () => client.dispose(),
    };
  },
};

async function firstOf(stream: Stream): Promise<Outcome> {
  try {
    const first = await stream.next();
    if (first === null) throw new Error('the operation completed without a result');
    return first;
  } finally {
    await stream.close();
  }
}

export const TRANSPORTS: readonly Transport[] = [POST, GET, WEB_SOCKET, EVENT_STREAM];

export function bearer(token: string | null): string | null {
  return token === null ? null : `Bearer ${token}`;
}

function isClose(reason: unknown): reason is { readonly code: number; readonly reason: string } {
  return typeof reason === 'object' && reason !== null && 'code' in reason && 'reason' in reason;
}
