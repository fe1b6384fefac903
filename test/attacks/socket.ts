import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Told } from './attack.js';

/** A result, or how the connection was closed. */
export interface SocketAnswer extends Told {
  readonly data: unknown;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

export interface Connection {
  /** Sends any message of the protocol, or any other text. */
  send(message: Message | string): void;
  /** Sends an operation and resolves to its next result, or to how the connection was closed. */
  ask(query: string, variables?: Record<string, unknown>, id?: string): Promise<SocketAnswer>;
  /** The next result of an operation that is open, or how the connection was closed. */
  next(id: string): Promise<SocketAnswer>;
  /** Results of the operation that came and were not asked for yet. */
  waiting(id: string): number;
  /** Resolves once the connection is closed: the close code and, where it is one of ours, the error code. */
  readonly closed: Promise<SocketAnswer & { readonly closeCode: number }>;
  close(): void;
}

export interface ConnectionOptions {
  /** `connectionParams`; undefined: the message has none; `null`: connection_init is not sent at all. */
  readonly params?: unknown;
  readonly headers?: Record<string, string>;
}

/** Opens a graphql-transport-ws connection, message by message, and waits for its acknowledgement or its end. */
export async function connect(origin: string, options: ConnectionOptions = {}): Promise<Connection> {
  const url = `${origin.replace(/^http/, 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers: options.headers ?? {} });
  const arrived = new Map<string, Result[]>();
  let stir = () => {};
  let acknowledged = false;
  let over: (SocketAnswer & { closeCode: number }) | null = null;

  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(String(data)) as Message;
    if (type === 'connection_ack') acknowledged = true;
    if (type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
    const results = id === undefined ? undefined : (arrived.get(id) ?? arrived.set(id, []).get(id));
    if (type === 'next') results?.push(payload as Result);
    if (type === 'error') results?.push({ errors: payload as NonNullable<Result['errors']> });
    stir();
  });
  const closed = once(socket, 'close').then(([closeCode, reason]) => {
    over = { data: undefined, codes: [String(reason) || `closed ${closeCode}`], closeCode };
    stir();
    return over;
  });
  await once(socket, 'open');

  async function until<T>(look: () => T | undefined): Promise<T | SocketAnswer> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (over !== null) return over;
      await new Promise<void>((resolve) => {
        stir = resolve;
      });
    }
  }

  async function next(id: string): Promise<SocketAnswer> {
    const found = await until(() => arrived.get(id)?.shift());
    if ('codes' in found) return found;
    return { data: found.data, codes: (found.errors ?? []).map(({ extensions }) => extensions?.code ?? 'uncoded') };
  }

  function send(message: Message | string): void {
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  if (options.params !== null) {
    send({ type: 'connection_init', payload: options.params });
    await until(() => (acknowledged ? true : undefined));
  }

  let operations = 0;
  return {
    send,
    ask(query, variables = {}, id = `operation-${operations++}`) {
      send({ type: 'subscribe', id, payload: { query, variables } });
      return next(id);
    },
    next,
    waiting: (id) => arrived.get(id)?.length ?? 0,
    closed,
    close: () => socket.close(),
  };
}
