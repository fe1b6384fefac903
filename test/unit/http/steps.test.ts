import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { createCommonHeaders } from '../../../src/http/steps/common-headers.js';
import { negotiateResult } from '../../../src/http/steps/media-type.js';
import { parseJson, readBody } from '../../../src/http/steps/read-body.js';
import { parseAuthorization, readCredential } from '../../../src/http/steps/read-credential.js';
import { readRequestFacts } from '../../../src/http/steps/request-facts.js';

/** The value, or the code of the refusal. */
function judged<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return (error as GatewayError).code;
  }
}
/** A request with these headers, as Node gives it. */
function received(
  headers: readonly (readonly [string, string])[],
  remoteAddress: string | undefined = '198.51.100.9',
  { method = 'POST', url = '/graphql?a=b' } = {},
) {
  const known: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    // Node joins some headers with a comma, and keeps the first of others.
    if (['x-forwarded-for', 'dpop'].includes(key) && key in known) known[key] = `${known[key]}, ${value}`;
    else known[key] ??= value;
  }
  return {
    method,
    url,
    headers: known,
    rawHeaders: headers.flat(),
    socket: { remoteAddress },
  } as unknown as IncomingMessage;
}

describe('the format of a result', () => {
  const json = { mediaType: 'application/json', legacy: false };
  const legacy = { mediaType: 'application/json', legacy: true };
  const response = { mediaType: 'application/graphql-response+json', legacy: false };
  it.each([
    [undefined, json],
    ['', json],
    ['  ', json],
    ['*/*', json],
    ['application/*', json],
    ['application/json', legacy],
    ['APPLICATION/JSON', legacy],
    ['application/json; charset=utf-8', legacy],
    ['application/json;charset=UTF-8', legacy],
    ['application/graphql-response+json', response],
    ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', response],
    ['application/json, application/graphql-response+json', legacy],
    ['application/json;q=0.9, application/graphql-response+json', response],
    ['application/graphql-response+json;q=0.5, */*;q=0.1', response],
    ['application/graphql-response+json;q=0.1, application/json;q=0.2', legacy],
    ['text/html, application/json;q=0.5', legacy],
    ['text/html,application/xhtml+xml,*/*;q=0.8', json],
    ['text/html', null],
    ['application/json;q=0', null],
    ['application/json;q=x', null],
    ['application/json; charset=iso-8859-1', null],
    ['multipart/mixed', null],
    [',;,', null],
    ['application/jsonp', null],
  ] as const)('for a client that accepts %j', (accept, format) => {
    expect(negotiateResult(accept)).toEqual(format);
    expect(negotiateResult(accept)).toEqual(format);
  });
});

describe('a credential', () => {
  it('is none only where none was sent', () => {
    expect(judged(() => readCredential(received([['Accept', '*/*']])))).toBeNull();
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
    ['  Bearer abc  ', 'abc'],
  ])('%j is a bearer token', (header, token) => {
    expect(judged(() => readCredential(received([['Authorization', header]])))).toBe(token);
    expect(parseAuthorization(header)).toEqual({ token, isProven: false });
  });

  it.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'abc',
    'Basic abc',
    'Bearer a b',
    'Bearer a,b',
    'Bearer =',
    'Bearer a=b',
    'Bearer é',
    'Bearer a\tb',
    'Bearer\tabc',
    'Bearer abc, Bearer def',
    'Bearer "abc"',
    'Bearer null;',
  ])('%j is refused, and never taken for none', (header) => {
    expect(judged(() => readCredential(received([['Authorization', header]])))).toBe('TOKEN_INVALID');
  });

  it('that was sent twice is refused, be it the same', () => {
    for (const second of ['Bearer abc', 'Bearer def', '']) {
      expect(
        judged(() =>
          readCredential(
            received([
              ['Authorization', 'Bearer abc'],
              ['authorization', second],
            ]),
          ),
        ),
      ).toBe('TOKEN_INVALID');
    }
  });

  it('is not confused by a header whose value looks like its name', () => {
    expect(
      judged(() =>
        readCredential(
          received([
            ['Authorization', 'Bearer abc'],
            ['X-Name', 'authorization'],
            ['X-Same-Length', 'Bearer def'],
          ]),
        ),
      ),
    ).toBe('abc');
  });
});

describe('what is known of a request', () => {
  it('has an id of the gateway’s own, whatever the client sends', () => {
    const one = readRequestFacts(received([['X-Request-Id', 'mine']]), 0);
    expect(one.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(readRequestFacts(received([]), 0).id).not.toBe(one.id);
  });

  const forwarded: readonly [string | readonly string[] | null, number, string][] = [
    ['203.0.113.1', 0, '198.51.100.9'],
    [null, 1, '198.51.100.9'],
    ['203.0.113.1', 1, '203.0.113.1'],
    ['10.0.0.1, 203.0.113.1', 1, '203.0.113.1'],
    ['10.0.0.1, 203.0.113.1, 192.0.2.8', 2, '203.0.113.1'],
    ['203.0.113.1', 2, '198.51.100.9'],
    [['10.0.0.1', '203.0.113.1'], 1, '203.0.113.1'],
    ['10.0.0.1,203.0.113.1 ', 1, '203.0.113.1'],
    ['2001:db8::1', 1, '2001:db8::1'],
    ['::ffff:203.0.113.1', 1, '::ffff:203.0.113.1'],
    ['203.0.113.1:4711', 1, '198.51.100.9'],
    ['[2001:db8::1]', 1, '198.51.100.9'],
    ['dead.beef', 1, '198.51.100.9'],
    ['999.1.1.1', 1, '198.51.100.9'],
    ['unknown', 1, '198.51.100.9'],
    ['203.0.113.1,', 1, '198.51.100.9'],
    ['', 1, '198.51.100.9'],
    ['x'.repeat(10_000), 1, '198.51.100.9'],
  ];
  it.each(forwarded)('X-Forwarded-For %j behind %i proxies means %s', (sent, proxies, expected) => {
    const headers = (sent === null ? [] : [sent].flat()).map((value) => ['X-Forwarded-For', value] as const);
    expect(readRequestFacts(received(headers), proxies).ipAddress).toBe(expected);
  });

  it('has no address where the connection has none', () => {
    expect(readRequestFacts({ ...received([]), socket: {} } as IncomingMessage, 0).ipAddress).toBeNull();
  });

  it('has a user agent of bounded length and whole characters', () => {
    const agent = (text: string) => readRequestFacts(received([['User-Agent', text]]), 0).userAgent;
    expect(agent('curl/8')).toBe('curl/8');
    expect(agent('x'.repeat(10_000))).toBe('x'.repeat(512));
    expect(agent(`${'x'.repeat(511)}🚀`)?.isWellFormed()).toBe(true);
    expect(readRequestFacts(received([]), 0).userAgent).toBeNull();
  });

  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  it.each([
    [trace, trace],
    [trace.toUpperCase(), null],
    [`01${trace.slice(2)}`, null],
    [`0${trace}`, null],
    [trace.replace('b7ad', '07ad'), trace.replace('b7ad', '07ad')],
    [`${trace}-x`, null],
    [trace.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)), null],
    [trace.replace('b7ad6b7169203331', '0'.repeat(16)), null],
    ['x', null],
  ])('has the trace context %s only where it is well-formed', (sent, expected) => {
    expect(readRequestFacts(received([['traceparent', sent]]), 0).traceparent).toBe(expected);
  });
});

describe('Strict-Transport-Security', () => {
  it.each([
    ['https://gateway.example', 3_600, 'max-age=3600'],
    ['https://gateway.example', 1, 'max-age=1'],
    ['https://gateway.example', 0, undefined],
    ['http://gateway.example', 3_600, undefined],
    ['http://gateway.example/https:', 3_600, undefined],
    [null, 3_600, undefined],
  ])('of %j with %i s is %j', (publicUrl, hstsMaxAgeSeconds, expected) => {
    const common = createCommonHeaders({ publicUrl, hstsMaxAgeSeconds, cspReportUri: null });
    const at = common.indexOf('Strict-Transport-Security');
    expect(at === -1 ? undefined : common[at + 1]).toBe(expected);
  });
});

describe('the body of a request', () => {
  const LIMIT = 1_000;
  const outcomes: string[] = [];
  let port = 0;
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    readBody(req, LIMIT).then(
      (text) => res.end(`read ${text}`),
      (error) => {
        outcomes.push(error.code);
        res.statusCode = error.status;
        if (!req.complete) res.setHeader('Connection', 'close');
        res.end(`refused ${error.code}`);
      },
    );
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Sends the pieces, each as a chunk of its own, and gives the answer. */
  function post(pieces: readonly (string | Buffer)[], headers: Record<string, string> = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const req = request({ port, host: '127.0.0.1', method: 'POST', headers }, (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (part) => {
          text += part;
        });
        res.on('end', () => resolve(text));
        res.on('error', reject);
      });
      req.on('error', reject);
      for (const piece of pieces) req.write(piece);
      req.end();
    });
  }

  it('is read as UTF-8, however it was cut', async () => {
    const bytes = Buffer.from('{"é":"🚀"}');
    expect(await post([...bytes].map((byte) => Buffer.from([byte])))).toBe('read {"é":"🚀"}');
    expect(await post(['{"é":"🚀"}'], { 'Content-Length': String(bytes.length) })).toBe('read {"é":"🚀"}');
    expect(await post([])).toBe('read ');
  });

  it('may be as long as the limit, and not a byte longer', async () => {
    expect(await post(['x'.repeat(LIMIT)])).toBe(`read ${'x'.repeat(LIMIT)}`);
    expect(await post(['x'.repeat(LIMIT + 1)])).toBe('refused PAYLOAD_TOO_LARGE');
    expect(await post(['é'.repeat(LIMIT / 2 + 1)])).toBe('refused PAYLOAD_TOO_LARGE');
    const announced = (length: number) => ({ 'Content-Length': String(length) });
    expect(await post(['x'.repeat(LIMIT)], announced(LIMIT))).toBe(`read ${'x'.repeat(LIMIT)}`);
    expect(await post(['x'.repeat(LIMIT + 1)], announced(LIMIT + 1))).toBe('refused PAYLOAD_TOO_LARGE');
  });

  it('that is too long is refused with an answer, also where its length was not announced', async () => {
    expect(await post(['x'.repeat(900), 'x'.repeat(900)], { 'Transfer-Encoding': 'chunked' })).toBe(
      'refused PAYLOAD_TOO_LARGE',
    );
  });

  it('that is announced as too long is refused before any of it is read', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n');
      });
      let text = '';
      socket.on('data', (part) => {
        text += part;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('refused PAYLOAD_TOO_LARGE');
  });

  it('that is compressed, or not UTF-8, is refused', async () => {
    expect(await post(['x'], { 'Content-Encoding': 'gzip' })).toBe('refused BAD_USER_INPUT');
    expect(await post(['x'], { 'Content-Encoding': 'identity' })).toBe('read x');
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      expect(await post([Buffer.from(bytes)])).toBe('refused BAD_USER_INPUT');
      expect(await post(['fine'])).toBe('read fine');
    }
  });

  it('whose sender goes away is refused, and is no error of the gateway', async () => {
    outcomes.length = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc');
        setTimeout(() => socket.destroy(), 20);
      });
      socket.on('close', () => resolve());
    });
    await expect.poll(() => outcomes).toEqual(['BAD_USER_INPUT']);
  });

  it('whose connection is closed without a word is refused too', async () => {
    const req = Object.assign(new Readable({ read: () => undefined }), { headers: {} });
    const reading = readBody(req as unknown as IncomingMessage, LIMIT);
    req.push('half');
    req.destroy();
    await expect(reading).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is JSON, or refused', () => {
    expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
    for (const text of ['', '{', "{'a':1}", 'undefined', '{"a":1}x']) {
      expect(judged(() => parseJson(text))).toBe('BAD_USER_INPUT');
    }
  });
});
