import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { HostModule } from '../../src/host-module.js';
import { openSocket, type RawSocket } from '../support/raw-socket.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const MEGABYTE = 'x'.repeat(1_000_000);
/** Who follows a source just now, and who has ever. */
const open = new Set<string>();
const opened = new Set<string>();

/** Says much, to whoever takes it. */
const talkative: HostModule = {
  name: 'talkative',
  typeDefs: 'extend type Query { much: [String!]! } extend type Subscription { much(name: String!): String! }',
  resolvers: {
    Query: { much: () => Array.from({ length: 30 }, () => MEGABYTE) },
    Subscription: {
      much: {
        async *subscribe(_: unknown, { name }: { name: string }) {
          open.add(name);
          opened.add(name);
          try {
            for (;;) {
              await pause(1);
              yield { much: MEGABYTE };
            }
          } finally {
            open.delete(name);
          }
        },
      },
    },
  },
};

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({
    environment: {
      HEADERS_TIMEOUT_SECONDS: '1',
      REQUEST_TIMEOUT_SECONDS: '1',
      KEEP_ALIVE_SECONDS: '1',
      STALLED_CLIENT_SECONDS: '1',
      OPERATION_TIMEOUT_SECONDS: '1',
      OPERATIONS_PER_IDENTITY: '1000',
    },
    hostModules: [talkative],
  });
});
afterAll(() => gateway.stop());

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}
const cut = (transport: string) => metric(`gateway_slow_clients_cut_total{transport="${transport}"}`);

/** Not `expect.poll`, which tests that run at the same time would have to pass on. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const limit = performance.now() + 20_000; !(await holds()); await pause(50)) {
    if (performance.now() > limit) throw new Error(`it never came about that ${what}`);
  }
}
const left = (name: string) => until(`the source ${name} is left`, () => opened.has(name) && !open.has(name));

const post = (body: string, more = '') =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
const bodyOf = (raw: RawSocket) => JSON.parse(raw.text().slice(raw.text().indexOf('\r\n\r\n') + 4));

/** Sends a byte at a time until the connection is gone. */
async function trickle(raw: RawSocket, text: string): Promise<void> {
  let over = false;
  void raw.closed.then(() => {
    over = true;
  });
  for (let at = 0; !over; at += 1) {
    raw.socket.write(text[at % text.length] as string);
    await pause(50);
  }
}

describe.concurrent('a client that sends slowly', () => {
  it('is let go where it sends nothing at all', { timeout: 20_000 }, async () => {
    const raw = await openSocket(gateway.url);
    await raw.closed;
    expect(raw.text()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('is let go, and told so, where its headers come byte by byte', { timeout: 20_000 }, async () => {
    const raw = await openSocket(gateway.url);
    raw.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await trickle(raw, 'abc');
    expect(raw.text()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(raw.text()).toContain("Content-Security-Policy: default-src 'none'");
    expect(bodyOf(raw).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('is let go where its body comes byte by byte, and nothing is executed of it', { timeout: 20_000 }, async () => {
    const raw = await openSocket(gateway.url);
    raw.socket.write(post('').replace('Content-Length: 0', 'Content-Length: 100000'));
    await trickle(raw, ' ');
    expect(raw.text()).not.toContain('"data"');
    expect(raw.text()).not.toMatch(/^HTTP\/1\.1 200/);
  });

  it('is let go where a connection that is kept alive is not used', { timeout: 20_000 }, async () => {
    const raw = await openSocket(gateway.url);
    raw.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await raw.closed;
    expect(raw.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe.concurrent('a client that does not take what it asked for', () => {
  it('is cut off in the middle of an answer', { timeout: 30_000 }, async () => {
    const raw = await openSocket(gateway.url, { reads: false });
    raw.socket.write(post(JSON.stringify({ query: '{ much }' })));
    await until('it is counted', async () => (await cut('http')) === 1);
    raw.socket.destroy();
  });

  it('is cut off from an event stream, and its source is left', { timeout: 30_000 }, async () => {
    const raw = await openSocket(gateway.url, { reads: false });
    const body = JSON.stringify({ query: 'subscription { much(name: "sse") }' });
    raw.socket.write(post(body, 'Accept: text/event-stream\r\n').replace('/graphql', '/graphql/stream'));
    await left('sse');
    await until('it is counted', async () => (await cut('sse')) >= 1);
    raw.socket.destroy();
  });

  it('is cut off from an event stream that it reserved and never opens', { timeout: 30_000 }, async () => {
    const name = await (await fetch(`${gateway.url}/graphql/stream`, { method: 'PUT' })).text();
    const ask = (id: number) =>
      fetch(`${gateway.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-graphql-event-stream-token': name },
        body: JSON.stringify({ query: '{ much }', extensions: { operationId: `${id}` } }),
      });
    expect([(await ask(1)).status, (await ask(2)).status]).toEqual([202, 202]);
    await until('the stream is not there any more', async () => (await ask(3)).status === 404);
  });

  it('is cut off from a WebSocket, and its source is left', { timeout: 30_000 }, async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    const pausable = socket as unknown as { _socket: { pause(): void } };
    pausable._socket.pause();
    socket.send(
      JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { much(name: "ws") }' } }),
    );
    await left('ws');
    expect(await cut('websocket')).toBe(1);
    socket.terminate();
  });
});

describe.concurrent('a WebSocket', () => {
  it('on which nobody says who they are is closed', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(4408);
  });
});

describe('afterwards', () => {
  it('no stream is open', async () => {
    await until('no stream is open', async () => (await metric('gateway_active_streams')) === 0);
  });
});
