import { WebSocket } from 'ws';

type Data = Parameters<WebSocket['send']>[0];
type SendOptions = Parameters<WebSocket['send']>[1];
type Sent = (error?: Error) => void;

/** Bytes that may wait for a client before nothing more is read from it. Small messages cost many times their size while they wait. */
const MOST_UNTAKEN = 65_536;
/** How often it is looked whether the client has taken them, milliseconds. */
const LOOK_EVERY_MS = 50;

/** The socket of a client. */
export class ClientSocket extends WebSocket {
  /** A client that has gone is told of by `close`; that it could not be sent something is no mistake of anybody. */
  override send(data: Data, sent?: Sent): void;
  override send(data: Data, options: SendOptions, sent?: Sent): void;
  override send(data: Data, second?: SendOptions | Sent, third?: Sent): void {
    const [options, sent] = typeof second === 'function' ? [{}, second] : [second ?? {}, third];
    super.send(data, options, () => sent?.());
  }
}

/**
 * Has what a client sends read no faster than it takes the answers. Each ping of the protocol has one, and each operation, and all of
 * them would wait here, without a bound, for a client that only sends.
 */
export function readNoFasterThanTaken(socket: WebSocket): void {
  let looking: NodeJS.Timeout | null = null;

  function readOn(): void {
    if (looking === null) return;
    clearInterval(looking);
    looking = null;
    socket.resume();
  }
  function look(): void {
    if (looking !== null || socket.bufferedAmount <= MOST_UNTAKEN) return;
    socket.pause();
    looking = setInterval(() => {
      if (socket.bufferedAmount * 2 <= MOST_UNTAKEN) readOn();
    }, LOOK_EVERY_MS);
  }
  // Pings of the connection itself are the library's: it leaves a client that takes no answers to them.
  socket.on('message', look);
  socket.once('close', readOn);
}
