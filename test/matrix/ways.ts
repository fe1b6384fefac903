import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Heartbeats } from './heartbeats.js';
import {
  bearer,
  EVENT_STREAM,
  followOn,
  GET,
  type Outcome,
  POST,
  type Request,
  type Stream,
  type StreamingTransport,
  type Transport,
  WEB_SOCKET,
  webSocketClient,
} from './transports.js';

/** One way in which a session meets what has changed. */
export interface Way {
  readonly name: string;
  /** Which column of the continuation matrix says what is to come of it. */
  readonly column: 'next request' | 'open stream';
  /**
   * What the client does before the change; it has to succeed. Returns what it does after it, which resolves to `yes`, or
   * why not. Whoever expects it to go on waits whether it does.
   */
  readonly begin: (
    url: string,
    actorToken: string,
    heartbeats: Heartbeats,
  ) => Promise<(expected: string) => Promise<string>>;
}

const VIEWER = '{ viewer { id } actor { id } }';
const HEARTBEAT = 'subscription ($channel: String!) { heartbeat(channel: $channel) }';
/** Longer than a silent stream may stay open after its right to go on has ended. */
const SILENCE_MS = 1_300;
/** So long that only a stream that never ends is still open then, however busy this machine is. */
const PATIENCE_MS = 5_000;

function told({ codes, data }: Outcome): string {
  if (codes.length > 0) return codes.join(', ');
  return data === null ? 'nothing' : 'yes';
}

async function mustSucceed(work: Promise<Outcome | null>): Promise<void> {
  const outcome = await work;
  if (outcome === null || told(outcome) !== 'yes') throw new Error(`refused before the change: ${outcome?.codes}`);
}

/** A request before, and another one after. */
function request(transport: Transport): Way {
  return {
    name: `the next request: ${transport.name}`,
    column: 'next request',
    async begin(url, actorToken) {
      const asked: Request = { url, authorization: bearer(actorToken), document: VIEWER };
      await mustSucceed(transport.send(asked));
      return async () => told(await transport.send(asked));
    },
  };
}

/** The credential was looked at when the connection was made; it is looked at again for each operation. */
const openConnection: Way = {
  name: 'the next operation on an open WebSocket',
  column: 'next request',
  async begin(url, actorToken) {
    const asked: Request = { url, authorization: bearer(actorToken), document: VIEWER };
    const client = webSocketClient(asked);
    await mustSucceed(followOn(client, asked).next());
    return async () => {
      try {
        return told((await followOn(client, asked).next()) ?? { status: null, data: null, errors: [], codes: [] });
      } finally {
        await client.dispose();
      }
    };
  },
};

/** What an open stream delivers next; where that is a refusal, the stream must end with it. */
async function nextOf(stream: Stream): Promise<string> {
  const next = await stream.next();
  if (next === null) return 'ended without a word';
  const word = told(next);
  if (word === 'yes') return word;
  const after = await stream.next();
  return after === null || after.status === WEB_SOCKET.refusal ? word : `${word}, and the stream goes on`;
}

/** A stream of beats on a channel of its own, which has delivered the first. */
async function listen(transport: StreamingTransport, url: string, actorToken: string) {
  const channel = randomUUID();
  const authorization = bearer(actorToken);
  const stream = transport.follow({ url, authorization, document: HEARTBEAT, variables: { channel } });
  await mustSucceed(stream.next());
  return { channel, stream };
}

/** A stream is open, and nothing happens on it: it must find out by itself. */
function silentStream(transport: StreamingTransport): Way {
  return {
    name: `an open, silent stream: ${transport.name}`,
    column: 'open stream',
    async begin(url, actorToken, heartbeats) {
      const { channel, stream } = await listen(transport, url, actorToken);
      return async (expected) => {
        const next = nextOf(stream);
        if (expected === 'yes') {
          await Promise.race([next, pause(SILENCE_MS)]);
          heartbeats.beat(channel);
        }
        const word = await Promise.race([next, pause(PATIENCE_MS, 'still open')]);
        await stream.close();
        return word;
      };
    },
  };
}

/** A stream is open, and an event comes as soon as the change is made: not even that one may be told. */
function busyStream(transport: StreamingTransport): Way {
  return {
    name: `an open, busy stream: ${transport.name}`,
    column: 'open stream',
    async begin(url, actorToken, heartbeats) {
      const { channel, stream } = await listen(transport, url, actorToken);
      return async () => {
        heartbeats.beat(channel);
        const word = await nextOf(stream);
        await stream.close();
        return word;
      };
    },
  };
}

export const WAYS: readonly Way[] = [
  request(POST),
  request(GET),
  request(WEB_SOCKET),
  request(EVENT_STREAM),
  openConnection,
  silentStream(WEB_SOCKET),
  silentStream(EVENT_STREAM),
  busyStream(WEB_SOCKET),
  busyStream(EVENT_STREAM),
];
