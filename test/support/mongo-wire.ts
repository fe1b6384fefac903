import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** A stretch of wire between a store and its server, which tests can listen to and cut. */
export interface MongoWire {
  /** Leads through the wire. */
  readonly uri: string;
  /** Every command that went over the wire, in order, heartbeats and handshakes left out. */
  readonly commands: readonly BSON.Document[];
  /** As if the server had died: connections break, new ones are refused. */
  cut(): void;
  /** As if the network swallowed everything: connections stand, nothing comes back. */
  silence(): void;
  mend(): void;
  close(): Promise<void>;
}

const NOT_FROM_THE_STORE = new Set(['hello', 'isMaster', 'ismaster', 'endSessions', 'saslStart', 'saslContinue']);
const OP_MSG = 2013;

/** @param uri one plain `mongodb://` address of one server, without TLS. */
export async function openMongoWire(uri: string): Promise<MongoWire> {
  const { hostname, port } = new URL(uri.split(',')[0] ?? uri);
  const commands: BSON.Document[] = [];
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';

  const server = createServer((near) => {
    if (state === 'cut') return near.destroy();
    const far = connect(Number(port || 27017), hostname);
    const collect = commandCollector((command) => commands.push(command));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (from === near) collect(chunk);
        if (state === 'whole') to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: addressThrough(uri, (server.address() as AddressInfo).port),
    commands,
    cut() {
      state = 'cut';
      breakAll();
    },
    silence() {
      state = 'silent';
    },
    mend() {
      // What was swallowed is lost, so connections that stood in the silence are of no use any more.
      if (state === 'silent') breakAll();
      state = 'whole';
    },
    async close() {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}

function commandCollector(found: (command: BSON.Document) => void): (chunk: Buffer) => void {
  return messageReader((message) => {
    const command = commandIn(message);
    if (command !== null) found(command);
  });
}

/** Puts messages of the MongoDB wire protocol together from chunks. */
export function messageReader(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const message = pending.subarray(0, pending.readInt32LE(0));
      pending = pending.subarray(message.length);
      onMessage(message);
    }
  };
}

/** The command of a message (OP_MSG); null where it is none of the store's: a heartbeat, a handshake. */
export function commandIn(message: Buffer): BSON.Document | null {
  if (message.readInt32LE(12) !== OP_MSG) return null;
  const command = commandOf(message.subarray(20));
  return NOT_FROM_THE_STORE.has(Object.keys(command)[0] ?? '') ? null : command;
}

/** The same address, by way of a port of this machine. */
export function addressThrough(uri: string, port: number): string {
  const { host } = new URL(uri.split(',')[0] ?? uri);
  const through = new URL(uri.replace(/,[^/?]*/, '').replace(host, `127.0.0.1:${port}`));
  through.searchParams.delete('replicaSet');
  through.searchParams.set('directConnection', 'true');
  if (through.pathname === '') through.pathname = '/';
  return through.href;
}

/** Section kind 0 is the command; kind 1, a list of documents, stands for one array field of it. */
function commandOf(sections: Buffer): BSON.Document {
  let command: BSON.Document = {};
  for (let at = 0; at + 5 <= sections.length; ) {
    const size = sections.readInt32LE(at + 1);
    if (sections[at] === 0) command = BSON.deserialize(sections.subarray(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return command;
}
