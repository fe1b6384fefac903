import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { openSocket } from '../raw-socket.js';
import { STREAM_TRANSPORTS } from '../streams.js';
import type { Kit, Scenario } from './kit.js';

const TAIL = 'subscription Tail { impersonationEventRecorded { id type actor { id } subject { id } } }';
const STOCK = 'subscription Stock { stockChanged { stock product { name rating } } }';
const WRITTEN = 'subscription Written { reviewWritten { id stars author { name } } }';
const SET_STOCK = 'mutation Stock($input: StockInput!) { setStock(input: $input) { upc stock } }';
const WRITE = 'mutation Write($input: ReviewInput!) { writeReview(input: $input) { id } }';
const VERIFICATION = 'subscription Verify { auditVerification { __typename } }';
const LONGEST_MS = 1_500;

/** Follows for a while, as libraries do it, and leaves as they do. */
async function followPolitely(kit: Kit): Promise<void> {
  const transport = kit.pick(STREAM_TRANSPORTS);
  const tail = transport.follow(kit.url, await kit.token('user_audrey'), TAIL);
  const over = pause(LONGEST_MS * kit.random()).then(() => 'over' as const);
  let events = 0;
  for (;;) {
    const next = await Promise.race([tail.next().catch((error: unknown) => String(error)), over]);
    if (next === 'over') break;
    if (next === null || typeof next === 'string' || next.errors !== undefined) {
      kit.outcomes.wrong(`a tail over ${transport.name} ended: ${JSON.stringify(next)?.slice(0, 120)}`);
      break;
    }
    events += 1;
  }
  await Promise.race([tail.close().catch(() => undefined), pause(500)]);
  kit.outcomes.count(events > 0 ? `a tail over ${transport.name}, with events` : `a tail over ${transport.name}`);
}

/** A WebSocket as it comes from the wire, at the point where something may be subscribed to. */
async function openWebSocket(kit: Kit, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${kit.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { 'x-forwarded-for': kit.headers(null)['x-forwarded-for'] ?? '' },
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  return socket;
}

/** Subscribes over a WebSocket, several times over, and is gone without a word. */
async function dropWebSocket(kit: Kit): Promise<void> {
  const socket = await openWebSocket(kit, await kit.token('user_audrey'));
  for (let id = 1 + kit.below(3); id > 0; id -= 1) {
    socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query: TAIL } }));
  }
  await kit.pause(kit.random() < 0.3 ? 0 : 600);
  const closed = once(socket, 'close');
  if (kit.random() < 0.5) socket.terminate();
  else (socket as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy();
  await closed;
  kit.outcomes.count('a WebSocket dropped');
}

/** The same over server-sent events. */
async function dropEventStream(kit: Kit): Promise<void> {
  const token = await kit.token('user_audrey');
  const raw = await openSocket(kit.url);
  const body = JSON.stringify({ query: TAIL });
  const headers = Object.entries(kit.headers(token)).map(([name, value]) => `${name}: ${value}\r\n`);
  raw.socket.write(
    `POST /graphql/stream HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers.join('')}\r\n${body}`,
  );
  await kit.pause(kit.random() < 0.3 ? 0 : 600);
  if (kit.random() < 0.5) raw.socket.resetAndDestroy();
  else raw.socket.destroy();
  await raw.closed;
  kit.outcomes.count('an event stream dropped');
}

/** Reserves an event stream, asks something on it, and never opens it; or takes it back. */
async function reserve(kit: Kit): Promise<void> {
  // Of many people: each may have few reserved at once, and one that is never opened is kept for half a minute.
  const token = await kit.token(kit.customer());
  const url = `${kit.url}/graphql/stream`;
  const reserved = await fetch(url, { method: 'PUT', headers: kit.headers(token) });
  const name = await reserved.text();
  if (reserved.status !== 201) return kit.outcomes.wrong(`a reservation: ${reserved.status}`);
  const asked = await fetch(url, {
    method: 'POST',
    headers: { ...kit.headers(token), 'content-type': 'application/json', 'x-graphql-event-stream-token': name },
    body: JSON.stringify({ query: '{ viewer { id } }', extensions: { operationId: '1' } }),
  });
  await asked.arrayBuffer();
  if (asked.status !== 202) return kit.outcomes.wrong(`an operation on a reserved stream: ${asked.status}`);
  // One that is never opened is kept for half a minute.
  if (kit.random() < 0.5 || !kit.isPatient) {
    // Opened, and dropped in the middle.
    await new Promise<void>((resolve) => {
      const headers = { ...kit.headers(token), accept: 'text/event-stream', 'x-graphql-event-stream-token': name };
      const outgoing = request(url, { headers, agent: false }, (answer) => {
        answer.on('error', () => undefined).once('data', () => answer.destroy());
        answer.once('close', resolve);
      });
      outgoing.once('error', () => resolve()).end();
    });
    kit.outcomes.count('a reserved stream dropped');
  } else kit.outcomes.count('a reserved stream never opened');
}

/** Follows what services tell, while something happens there, and leaves politely or not. */
async function followService(kit: Kit): Promise<void> {
  const isStock = kit.random() < 0.6;
  const socket = await openWebSocket(kit, await kit.token('user_sam'));
  let told = 0;
  socket.on('message', (data) => {
    if (String(data).includes('"next"')) told += 1;
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: isStock ? STOCK : WRITTEN } }));
  await kit.pause(200);
  for (let left = 1 + kit.below(3); left > 0; left -= 1) {
    const token = await kit.token(isStock ? 'user_sam' : kit.customer());
    const stock = { input: { upc: 'upc-lamp', stock: kit.below(100) } };
    const review = { input: { productId: 'product_1', stars: 1 + kit.below(5), text: 'good' } };
    if (isStock) await kit.ask('a change of the stock', token, SET_STOCK, stock, { weather: true });
    else await kit.ask('a review', token, WRITE, review, { weather: true });
    await kit.pause(100);
  }
  const closed = once(socket, 'close');
  if (kit.random() < 0.5) socket.terminate();
  else {
    socket.send(JSON.stringify({ type: 'complete', id: '1' }));
    socket.close();
  }
  await Promise.race([closed, pause(1_000).then(() => socket.terminate())]);
  kit.outcomes.count(told > 0 ? 'a stream of a service, with events' : 'a stream of a service');
}

/** Has the whole trail verified, and does not always wait for the end. */
async function verify(kit: Kit): Promise<void> {
  const socket = await openWebSocket(kit, await kit.token('user_audrey'));
  let done = false;
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      if (!String(data).includes('"complete"')) return;
      done = true;
      resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: VERIFICATION } }));
  // It reads all there is, and others follow the same one: it may take its time.
  await Promise.race([ended, kit.random() < 0.3 ? kit.pause(1_000) : pause(20_000)]);
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
  kit.outcomes.count(done ? 'a verification' : 'a verification given up');
}

/** Streams opened and left in every way there is. */
export const STREAMS: readonly Scenario[] = [
  { name: 'tail', weight: 3, run: followPolitely },
  { name: 'dropped WebSocket', weight: 4, run: dropWebSocket },
  { name: 'dropped event stream', weight: 4, run: dropEventStream },
  { name: 'reserved stream', weight: 2, run: reserve },
  { name: 'stream of a service', weight: 2, run: followService },
  { name: 'verification', weight: 0.3, run: verify },
];
