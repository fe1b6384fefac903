import type { Socket } from 'node:net';

/** How often it is looked who does not take what is sent, milliseconds. */
const LOOK_MS = 500;

export interface StalledSockets {
  /** Watches a connection until it is closed, or is left to others. */
  watch(socket: Socket): void;
  /** Somebody else watches it from now on. */
  leave(socket: Socket): void;
}

/**
 * Has a time-out set on the connections whose clients do not take what was sent, and on no others: a time-out that is set for every
 * request is paid for by every request. Node's own ends a connection on which nothing moves, and knows of what the system has
 * taken of one long write; its `timeout` event tells.
 * @param stalledMs how long a client may take nothing
 */
export function createStalledSockets(stalledMs: number): StalledSockets {
  const watched = new Set<Socket>();
  // Told from the time-outs that Node sets by itself, as of idle connections, by being nobody else's.
  const timeoutMs = stalledMs + 0.5;
  let looking: NodeJS.Timeout | null = null;

  function look(): void {
    for (const socket of watched) {
      const armed = socket.timeout === timeoutMs;
      if (socket.writableLength > 0 && !armed) socket.setTimeout(timeoutMs);
      else if (socket.writableLength === 0 && armed) socket.setTimeout(0);
    }
  }

  function leave(socket: Socket): void {
    watched.delete(socket);
    if (watched.size > 0 || looking === null) return;
    clearInterval(looking);
    looking = null;
  }

  return {
    watch(socket) {
      watched.add(socket);
      looking ??= setInterval(look, LOOK_MS).unref();
      socket.once('close', () => leave(socket));
    },
    leave(socket) {
      if (socket.timeout === timeoutMs) socket.setTimeout(0);
      leave(socket);
    },
  };
}
