import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RunningGateway, startGateway } from '../../support/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const FILL = 'x'.repeat(50_000);

/** A message of a client (RFC 6455 §5.2) under a mask of zeros. */
function frame(text: string): Buffer {
  const { length } = text;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** A WebSocket connection that was acknowledged, below any library: nothing is read from it until it is asked for. */
async function open(): Promise<Socket> {
  const { port, hostname } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const received = async (text: string) => {
    for (let all = ''; !all.includes(text); ) all += String((await once(socket, 'data'))[0]);
  };
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  );
  await received('\r\n\r\n');
  socket.write(frame('{"type":"connection_init"}'));
  await received('connection_ack');
  socket.pause();
  return socket;
}

/** Sends the frame again and again, as fast as it is taken; how often until nothing was taken for a while, or that often. */
async function flood(socket: Socket, sent: Buffer, most: number): Promise<number> {
  for (let times = 0; times < most; ) {
    for (let row = 0; row < 20; row += 1) socket.write(sent);
    times += 20;
    if (!socket.writableNeedDrain) continue;
    const taken = await Promise.race([
      once(socket, 'drain').then(() => true),
      new Promise((resolve) => setTimeout(resolve, 1_500, false)),
    ]);
    if (taken === false) return times;
  }
  return most;
}

describe('a client that only sends, and takes no answers', () => {
  it.each([
    ['pings of the protocol', frame(`{"type":"ping","payload":{"fill":"${FILL}"}}`), 3_000],
    ['small pings of the protocol', Buffer.concat(Array(500).fill(frame('{"type":"ping"}'))), 4_000],
  ])('is not read on: %s', { timeout: 60_000 }, async (_, sent, most) => {
    const socket = await open();
    expect(await flood(socket, sent, most)).toBeLessThan(most);
  });

  it('is read on when it takes them, and misses none', { timeout: 60_000 }, async () => {
    const socket = await open();
    const sent = frame(`{"type":"ping","payload":{"fill":"${FILL}"}}`);
    const times = await flood(socket, sent, 3_000);
    let pongs = 0;
    let results = 0;
    let rest = '';
    socket.resume();
    socket.on('data', (chunk) => {
      const text = rest + chunk.toString('latin1');
      pongs += text.split('"pong"').length - 1;
      results += text.split('"__typename"').length - 1;
      rest = /"\w*$/.exec(text)?.[0] ?? '';
    });
    await expect.poll(() => pongs, { timeout: 30_000 }).toBe(times);
    socket.write(frame('{"id":"1","type":"subscribe","payload":{"query":"{ __typename }"}}'));
    await expect.poll(() => results, { timeout: 15_000 }).toBe(1);
  });

  it('and goes is no mistake that anybody is told of', { timeout: 60_000 }, async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => told.mockRestore());
    const socket = await open();
    await flood(socket, Buffer.concat(Array(500).fill(frame('{"type":"ping"}'))), 200);
    socket.resetAndDestroy();
    await expect.poll(async () => (await open()).destroyed).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(told).not.toHaveBeenCalled();
  });
});
