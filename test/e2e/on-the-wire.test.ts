import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostModule } from '../../src/host-module.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const started: string[] = [];
const host: HostModule = {
  name: 'wire',
  typeDefs: 'extend type Query { said(text: String!): String! waits(name: String!, ms: Int!): String! }',
  resolvers: {
    Query: {
      said: (_: unknown, { text }: { text: string }) => text,
      async waits(_: unknown, { name, ms }: { name: string; ms: number }) {
        started.push(name);
        await delay(ms);
        return name;
      },
    },
  },
};

let running: RunningGateway;
beforeAll(async () => {
  running = await startGateway({ hostModules: [host] });
});
afterAll(() => running.stop());

interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The answers that came, cut by what each says of its length. */
function answersIn(bytes: Buffer): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    const head = bytes.toString('latin1', at, headEnd);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
    expect(head).toMatch(/^HTTP\/1\.1 \d{3} /);
    answers.push({
      status: Number(head.slice(9, 12)),
      head,
      body: bytes.toString('utf8', headEnd + 4, headEnd + 4 + length),
    });
    at = headEnd + 4 + length;
  }
  return answers;
}

async function open(): Promise<{ socket: Socket; ended: Promise<WireAnswer[]> }> {
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const received: Buffer[] = [];
  socket.on('data', (part) => received.push(part));
  return { socket, ended: once(socket, 'end').then(() => answersIn(Buffer.concat(received))) };
}

function post(body: object, ...headers: string[]): Buffer {
  const text = JSON.stringify(body);
  const lines = ['Host: a', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`, ...headers];
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

const said = (text: string) => ({ query: 'query S($text: String!) { said(text: $text) }', variables: { text } });
const waits = (name: string, ms: number) => ({ query: `{ waits(name: "${name}", ms: ${ms}) }` });
const LAST = 'Connection: close';
/** Beyond the times that Apollo Server executes an operation. */
const OFTEN = 5;

describe('requests on one connection', () => {
  it('sent in a row are answered in a row, those that wait and those that do not', async () => {
    for (let time = 0; time < OFTEN; time += 1) {
      const { socket, ended } = await open();
      socket.write(
        Buffer.concat([
          post(waits('a', 30)),
          post(said('b')),
          post({ query: '{ nowhere }' }),
          post(said('d'), 'Authorization: Bearer x'),
          post(waits('e', 1)),
          post(said('f'), LAST),
        ]),
      );
      const answers = await ended;
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 401, 200, 200]);
      expect(answers.map(({ body }) => /"(?:said|waits)":"(.)"/.exec(body)?.[1] ?? null)).toEqual([
        'a',
        'b',
        null,
        null,
        'e',
        'f',
      ]);
    }
  });

  it('may come in pieces of any size', async () => {
    for (const size of [1, 7, 64, 200]) {
      const { socket, ended } = await open();
      const bytes = Buffer.concat([post(said('größer 🚀')), post(said('zwei'), LAST)]);
      for (let at = 0; at < bytes.length; at += size) {
        socket.write(bytes.subarray(at, at + size));
        if (size > 1 || at % 16 === 0) await delay(0);
      }
      expect((await ended).map(({ body }) => body)).toEqual([
        '{"data":{"said":"größer 🚀"}}',
        '{"data":{"said":"zwei"}}',
      ]);
    }
  });

  it('may be given up at any moment, and the next client is served', async () => {
    const whole = post(waits('given up', 20));
    for (const length of [10, whole.length - 5, whole.length]) {
      const { socket, ended } = await open();
      ended.catch(() => undefined);
      socket.write(whole.subarray(0, length));
      if (length === whole.length) await expect.poll(() => started.includes('given up')).toBe(true);
      else await delay(5);
      socket.resetAndDestroy();
    }
    await delay(40);
    expect((await running.graphql(null, said('').query, { text: 'here' })).data).toEqual({ said: 'here' });
    expect(running.logged()).not.toContain('unexpected error');
  });
});

describe('a request', () => {
  const BODY = JSON.stringify(said('one'));
  const HIDDEN = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${JSON.stringify(said('hidden')).length}\r\n\r\n${JSON.stringify(said('hidden'))}`;
  const CHUNKED = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

  // Where a proxy and the gateway disagree on where a request ends, the rest of it is a request that the proxy never saw.
  it.each([
    ['two lengths', [`Content-Length: ${BODY.length}`, `Content-Length: ${BODY.length + HIDDEN.length}`], BODY],
    ['one length twice', [`Content-Length: ${BODY.length}`, `Content-Length: ${BODY.length}`], BODY],
    ['a list of lengths', [`Content-Length: ${BODY.length}, ${BODY.length}`], BODY],
    ['a signed length', [`Content-Length: +${BODY.length}`], BODY],
    [
      'chunks and a length',
      ['Transfer-Encoding: chunked', `Content-Length: ${CHUNKED.length + HIDDEN.length}`],
      CHUNKED,
    ],
    [
      'a length and chunks',
      [`Content-Length: ${CHUNKED.length + HIDDEN.length}`, 'Transfer-Encoding: chunked'],
      CHUNKED,
    ],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], CHUNKED],
    ['a coding that there is not', ['Transfer-Encoding: xchunked'], CHUNKED],
    ['a blank before the colon', ['Transfer-Encoding : chunked'], CHUNKED],
    ['a header over two lines', ['X-Folded: a', ' Transfer-Encoding: chunked', `Content-Length: ${BODY.length}`], BODY],
    ['a size of a chunk that is none', ['Transfer-Encoding: chunked'], `0x${CHUNKED}`],
  ])(
    'whose length is said twice, or in two ways, is none, and neither is what follows it: %s',
    async (_, lines, body) => {
      const { socket, ended } = await open();
      socket.on('error', () => undefined);
      const head = ['POST /graphql HTTP/1.1', 'Host: a', 'Content-Type: application/json', ...lines].join('\r\n');
      socket.write(`${head}\r\n\r\n${body}${HIDDEN}`);
      const answers = await ended;
      expect(answers.map(({ status }) => status)).toEqual([400]);
      expect(answers[0]?.body).not.toContain('hidden');
      expect(answers[0]?.head).toMatch(/^connection: close$/im);
    },
  );
});

describe('a text in an answer', () => {
  it.each([
    ['ASCII', 'plain'],
    ['quotes and a backslash', 'a "quoted" \\ line\n'],
    ['one byte a character', 'größer, ÿ'],
    ['pairs', '🚀 日本'],
    ['half a pair', '\ud83d'],
    ['the other half', 'x\ude80y'],
    ['a control character', '\u0000\u001f\u007f\u2028'],
    ['much', `${'abc '.repeat(30_000)}é`],
  ])('%s is sent as it is, the first time and the fifth', async (_, text) => {
    for (let time = 0; time < OFTEN; time += 1) {
      const { socket, ended } = await open();
      socket.write(post(said(text), LAST));
      const [answer] = await ended;
      // JSON.stringify writes half a pair as an escape, which is ASCII.
      expect(answer?.body).toBe(`{"data":{"said":${JSON.stringify(text)}}}`);
    }
  });
});

describe('the headers of an answer', () => {
  const COMMON = ['x-request-id', 'x-content-type-options', 'cache-control', 'vary', 'content-type', 'content-length'];

  it.each([
    ['an operation', post(said('x'), LAST), 200],
    ['an operation from a page', post(said('x'), LAST, 'Origin: http://localhost:5173'), 200],
    ['one that is refused', post({ query: '{ nowhere }' }, LAST), 400],
    ['a bad credential', post(said('x'), LAST, 'Authorization: Bearer x'), 401],
    ['a bad credential from a page', post(said('x'), LAST, 'Authorization: Bearer x', 'Origin: http://a.example'), 401],
    ['another content type', post(said('x'), LAST, 'Content-Type: text/plain'), 200],
    ['a body that is no object', post([], LAST), 400],
    ['an operation by GET', Buffer.from(`GET /graphql?query={nowhere} HTTP/1.1\r\nHost: a\r\n${LAST}\r\n\r\n`), 400],
    ['a method not served', Buffer.from(`DELETE /graphql HTTP/1.1\r\nHost: a\r\n${LAST}\r\n\r\n`), 405],
    ['a page', Buffer.from(`GET /graphql HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n${LAST}\r\n\r\n`), 200],
  ])('are there once each: %s', async (_, bytes, status) => {
    for (let time = 0; time < OFTEN; time += 1) {
      const { socket, ended } = await open();
      socket.write(bytes);
      const [answer] = await ended;
      expect(answer?.status).toBe(status);
      const names = (answer?.head ?? '').split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
      for (const name of COMMON) expect([name, names.filter((one) => one === name).length]).toEqual([name, 1]);
      expect(answer?.head).toMatch(/^cache-control: no-store$/im);
      expect(answer?.head).toMatch(/^vary: Origin$/im);
      expect(answer?.head).toMatch(/^x-content-type-options: nosniff$/im);
      expect(names.includes('access-control-allow-origin')).toBe(
        bytes.includes('Origin: http://localhost:5173') && status === 200,
      );
    }
  });
});
