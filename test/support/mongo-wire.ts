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
  const { host, hostname, port } = new URL(uri.split(',')[0] ?? uri);
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
  const near = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const through = new URL(uri.replace(/,[^/?]*/, '').replace(host, near));
  through.searchParams.delete('replicaSet');
  through.searchParams.set('directConnection', 'true');
  if (through.pathname === '') through.pathname = '/';

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: through.href,
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

/** Puts messages together from chunks and hands over the command of each (MongoDB wire protocol, OP_MSG). */
function commandCollector(found: (command: BSON.Document) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const message = pending.subarray(0, pending.readInt32LE(0));
      pending = pending.subarray(message.length);
      if (message.readInt32LE(12) !== OP_MSG) continue;
      const command = commandOf(message.subarray(20));
      if (!NOT_FROM_THE_STORE.has(Object.keys(command)[0] ?? '')) found(command);
    }
  };
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
