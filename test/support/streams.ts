import { setTimeout as pause } from 'node:timers/promises';
import { eventStreamClient, singleEventStreamClient, webSocketClient } from './graphql-clients.js';

/** One result of a stream as a client library hands it on. */
export interface StreamResult<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[];
}

/** How a client follows a subscription. */
export interface StreamTransport {
  readonly name: string;
  follow<T>(origin: string, token: string | null, query: string, variables?: Record<string, unknown>): Followed<T>;
}

export interface Followed<T> {
  /** The next result; null where the stream has ended. Rejects where the connection broke instead. */
  next(): Promise<StreamResult<T> | null>;
  /** What is left until the server ends the stream. */
  rest(): Promise<StreamResult<T>[]>;
  /** The client goes away. */
  close(): Promise<void>;
}

function followed<T>(results: AsyncIterator<unknown>, dispose: () => void | Promise<void>): Followed<T> {
  const next = async () => {
    const { done, value } = await results.next();
    return done === true ? null : (value as StreamResult<T>);
  };
  return {
    next,
    async rest() {
      const rest: StreamResult<T>[] = [];
      for (let result = await next(); result !== null; result = await next()) rest.push(result);
      return rest;
    },
    async close() {
      await results.return?.();
      await dispose();
    },
  };
}

export const STREAM_TRANSPORTS: readonly StreamTransport[] = [
  {
    name: 'graphql-ws',
    follow(origin, token, query, variables) {
      const client = webSocketClient(origin, token);
      return followed(client.iterate({ query, variables: variables ?? null }), () => client.dispose());
    },
  },
  {
    name: 'graphql-sse, distinct connections',
    follow(origin, token, query, variables) {
      const client = eventStreamClient(origin, token);
      return followed(client.iterate({ query, ...(variables && { variables }) }), () => client.dispose());
    },
  },
  {
    name: 'graphql-sse, single connection',
    follow(origin, token, query, variables) {
      const client = singleEventStreamClient(origin, token);
      return followed(client.iterate({ query, ...(variables && { variables }) }), () => client.dispose());
    },
  },
];

/** How many streams the gateway says are open. */
export async function openStreams(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^gateway_active_streams (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

/** Waits until so many streams are open. */
export async function untilStreams(origin: string, count: number): Promise<void> {
  let open = Number.NaN;
  for (const until = Date.now() + 15_000; Date.now() < until; await pause(20)) {
    open = await openStreams(origin);
    if (open === count) return;
  }
  throw new Error(`${open} streams are open, not ${count}`);
}
