import { connect, type Socket } from 'node:net';

/** A connection on which bytes are sent and read as they are. */
export interface RawSocket {
  readonly socket: Socket;
  /** What has been received so far. */
  text(): string;
  /** Resolves once the connection is gone, whoever ended it and however. */
  readonly closed: Promise<void>;
}

/** @param reads whether what comes is read; else it stays where it is, and the sender can send no more */
export function openSocket(url: string, { reads = true }: { readonly reads?: boolean } = {}): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const received: Buffer[] = [];
    // Who does not read learns of the end only from the connection itself.
    const closed = new Promise<void>((gone) => socket.once('close', () => gone()));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => socket.destroy());
      if (reads) socket.on('data', (part: Buffer) => received.push(part));
      else socket.pause();
      resolve({ socket, closed, text: () => Buffer.concat(received).toString('latin1') });
    });
  });
}
