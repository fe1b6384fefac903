import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/http/exchange.js';
import { createCommonHeaders } from '../../../src/http/steps/common-headers.js';
import { createDepartures } from '../../../src/http/steps/departures.js';

/** What is done with each request, in turn. */
let answer: (exchange: Exchange) => void;
const failures: unknown[] = [];
const departures = createDepartures();
const depart = (exchange: Exchange, text: string, status = 200) =>
  departures.add({
    exchange,
    status,
    mediaType: 'application/json',
    text,
    refuse: (refused, error) => {
      failures.push(error);
      refused.res.destroy();
    },
  });

const server = createServer((req: IncomingMessage, res: ServerResponse) => {
  const facts = { id: `id-of-${req.url}`, ipAddress: null, userAgent: null, traceparent: null };
  answer({
    req,
    res,
    path: req.url ?? '',
    search: '',
    facts,
    common: createCommonHeaders({ publicUrl: null, hstsMaxAgeSeconds: 0, cspReportUri: null }),
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  failures.length = 0;
});

/** What the server sends back to bytes, until it has nothing more to say. */
function exchanged(sent: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(sent));
    const received: Buffer[] = [];
    socket.on('data', (part) => received.push(part));
    socket.on('end', () => resolve(Buffer.concat(received)));
    socket.on('error', reject);
  });
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const lastly = 'Connection: close\r\n';

function parts(bytes: Buffer): { head: string; body: Buffer } {
  const end = bytes.indexOf('\r\n\r\n');
  return { head: bytes.toString('latin1', 0, end), body: bytes.subarray(end + 4) };
}

describe('answers that depart together', () => {
  it.each([
    ['of ASCII', '{"data":"plain"}'],
    ['of one-byte characters', '{"data":"größer"}'],
    ['of more than two bytes a character', '{"data":"🚀 日本"}'],
    ['of a long text', `{"data":"${'x'.repeat(300_000)}é"}`],
    ['of nothing', ''],
    ['with a control character', '{"data":"\u0000\u007f\u0080"}'],
  ])('%s have exactly the announced length', async (_, text) => {
    answer = (exchange) => depart(exchange, text);
    const { head, body } = parts(await exchanged(get('/', lastly)));
    expect(body.toString('utf8')).toBe(text);
    expect(head).toMatch(new RegExp(`^content-length: ${body.length}$`, 'im'));
    expect(head.toLowerCase()).not.toContain('transfer-encoding');
  });

  it('have the replacement character for half of a pair, counted as it is sent', async () => {
    answer = (exchange) => depart(exchange, '"\ud83d"');
    const { head, body } = parts(await exchanged(get('/', lastly)));
    expect(body.toString('utf8')).toBe('"\ufffd"');
    expect(head).toMatch(/^content-length: 5$/im);
  });

  it('carry the common headers once each, also where they were set before', async () => {
    for (const before of [false, true]) {
      answer = (exchange) => {
        if (before) exchange.res.setHeader('Vary', 'Origin').setHeader('X-Set-Before', 'kept');
        depart(exchange, '{}', 207);
      };
      const { head } = parts(await exchanged(get('/it', lastly)));
      const lines = head.split('\r\n').slice(1);
      expect(head).toMatch(/^HTTP\/1\.1 207 /);
      for (const line of [
        'X-Request-Id: id-of-/it',
        'X-Content-Type-Options: nosniff',
        'Cache-Control: no-store',
        'Vary: Origin',
        'Content-Type: application/json; charset=utf-8',
        'Content-Length: 2',
      ]) {
        const name = line.slice(0, line.indexOf(':')).toLowerCase();
        expect(lines.filter((sent) => sent.toLowerCase().startsWith(`${name}:`))).toEqual([line]);
      }
      expect(head.includes('X-Set-Before: kept')).toBe(before);
    }
  });

  it('have no body where HEAD asked', async () => {
    answer = (exchange) => depart(exchange, '{"data":1}');
    const { head, body } = parts(await exchanged('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'));
    expect(head).toMatch(/^content-length: 10$/im);
    expect(body).toHaveLength(0);
  });

  it('leave in the order of their requests, however they became ready', async () => {
    const waiting: Exchange[] = [];
    answer = (exchange) => {
      waiting.push(exchange);
      if (waiting.length < 3) return;
      const [first, second, third] = waiting.splice(0) as [Exchange, Exchange, Exchange];
      depart(third, '"third"');
      depart(second, '"second"');
      setTimeout(() => depart(first, '"first"'), 5);
    };
    const text = (await exchanged(get('/1') + get('/2') + get('/3', lastly))).toString();
    expect([...text.matchAll(/"(first|second|third)"/g)].map(([, which]) => which)).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('are not sent before the turn of the event loop ends, and then all of them', async () => {
    const sent: string[] = [];
    const seen: string[][] = [];
    const waiting: Exchange[] = [];
    answer = (exchange) => {
      waiting.push(exchange);
      if (waiting.length < 2) return;
      for (const one of waiting.splice(0)) {
        one.res.once('prefinish', () => sent.push(one.path));
        depart(one, '{}');
      }
      seen.push([...sent]);
    };
    await Promise.all([exchanged(get('/a', lastly)), exchanged(get('/b', lastly))]);
    expect(seen).toEqual([[]]);
    expect(sent.toSorted()).toEqual(['/a', '/b']);
  });

  it('do not wait for a turn that takes long', async () => {
    const waiting: Exchange[] = [];
    let sentWithin = false;
    answer = (exchange) => {
      waiting.push(exchange);
      if (waiting.length < 2) return;
      const [one, other] = waiting.splice(0) as [Exchange, Exchange];
      depart(one, '{}');
      const begun = performance.now();
      while (performance.now() - begun < 5);
      depart(other, '{}');
      sentWithin = one.res.writableEnded && other.res.writableEnded;
    };
    await Promise.all([exchanged(get('/a', lastly)), exchanged(get('/b', lastly))]);
    expect(sentWithin).toBe(true);
  });

  it('that cannot be sent are reported, and keep no other from leaving', async () => {
    const waiting: Exchange[] = [];
    answer = (exchange) => {
      waiting.push(exchange);
      if (waiting.length < 2) return;
      const broken = waiting.find(({ path }) => path === '/broken') as Exchange;
      const fine = waiting.find(({ path }) => path === '/fine') as Exchange;
      depart(broken, '"broken"');
      depart(fine, '"fine"');
      // Somebody has answered already.
      broken.res.writeHead(200).write('x');
    };
    const [, fine] = await Promise.all([
      exchanged(get('/broken', lastly)).catch(() => null),
      exchanged(get('/fine', lastly)),
    ]);
    expect(parts(fine).body.toString()).toBe('"fine"');
    expect(failures).toEqual([expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' })]);
  });

  it('go nowhere where the client has left, which is no failure', async () => {
    const gone = new Promise<void>((resolve) => {
      answer = (exchange) => {
        exchange.res.destroy();
        depart(exchange, '{}');
        setImmediate(() => setImmediate(resolve));
      };
    });
    await Promise.all([exchanged(get('/')).catch(() => null), gone]);
    expect(failures).toEqual([]);
  });

  it('hold no header that an id could smuggle in', async () => {
    answer = (exchange) => depart({ ...exchange, facts: { ...exchange.facts, id: 'a\r\nSet-Cookie: b=c' } }, '{}');
    expect((await exchanged(get('/', lastly)).catch(() => Buffer.alloc(0))).toString()).not.toContain('Set-Cookie');
    expect(failures).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })]);
  });
});
