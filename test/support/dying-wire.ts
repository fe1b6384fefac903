import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { BSON } from 'mongodb';
import { addressThrough, commandIn, messageReader } from './mongo-wire.js';

/** Where the process at the near end of a wire dies, as its server sees it. */
export interface Death {
  /** At which of the commands that count, from 1. */
  readonly at: number;
  /** Whether the server has carried that command out; its answer reaches nobody either way. */
  readonly isCarriedOut: boolean;
}

/** A wire to a MongoDB server that is cut for good at one command, as by the death of the process that sends it. */
export interface DyingWire {
  readonly uri: string;
  /** The names of the commands that count, in the order in which they were sent. */
  readonly commands: readonly string[];
  /** Resolves once it is cut. */
  readonly dead: Promise<void>;
  /** Cuts it, if it was not. */
  close(): Promise<void>;
}

/**
 * @param uri one plain `mongodb://` address of one server, without TLS
 * @param death null: it is never cut
 * @param counts which commands count; default: all
 */
export async function openDyingWire(
  uri: string,
  death: Death | null,
  counts: (command: BSON.Document) => boolean = () => true,
): Promise<DyingWire> {
  const { hostname, port } = new URL(uri.split(',')[0] ?? uri);
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let state: 'alive' | 'dying' | 'dead' = 'alive';
  let died = (): void => undefined;
  const dead = new Promise<void>((resolve) => {
    died = resolve;
  });
  const die = (): void => {
    state = 'dead';
    for (const socket of sockets) socket.destroy();
    died();
  };

  const server = createServer((near) => {
    if (state !== 'alive') return near.destroy();
    const far = connect(Number(port || 27017), hostname);
    let isLast = false;
    const forward = messageReader((message) => {
      if (state !== 'alive') return;
      const command = commandIn(message);
      if (command === null || !counts(command)) return void far.write(message);
      commands.push(Object.keys(command)[0] ?? '');
      if (commands.length !== death?.at) return void far.write(message);
      if (!death.isCarriedOut) return die();
      state = 'dying';
      isLast = true;
      far.write(message);
    });
    const back = messageReader((message) => {
      if (state === 'alive') near.write(message);
      else if (isLast) die();
    });
    near.on('data', forward);
    far.on('data', back);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    uri: addressThrough(uri, (server.address() as AddressInfo).port),
    commands,
    dead,
    async close() {
      server.close();
      die();
      await once(server, 'close');
    },
  };
}
