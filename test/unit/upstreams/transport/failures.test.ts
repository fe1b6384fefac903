import { once } from 'node:events';
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../examples/federation/demo/free-port.js';
import { SEED, seededRandom } from '../../../support/seeded-random.js';
import { selfSignedCertificate } from '../../../support/self-signed-certificate.js';
import {
  causeOf,
  codesOf,
  contextOf,
  listen,
  metric,
  openTransport,
  type Received,
  sendJson,
  service,
  until,
} from './setting.js';

/** A server that does as it likes with its sockets. */
async function rawServer(onConnection: (socket: Socket) => void) {
  let connections = 0;
  let first: Socket | undefined;
  const { url, sockets, server } = await listen(
    createServer((socket) => {
      connections += 1;
      first ??= socket;
      onConnection(socket);
    }),
  );
  return {
    url,
    get first() {
      return first;
    },
    sockets,
    server,
    get connections() {
      return connections;
    },
  };
}

/** An address where nobody listens. */
const closedPort = async () => `http://127.0.0.1:${await freePort()}/graphql`;

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const OK = '{"data":{"ok":true}}';
const answerOk = `${HEAD}content-length: ${OK.length}\r\n\r\n${OK}`;

describe('a service that hangs is given up when its time is up', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['before it reads', (socket) => void socket.pause()],
    ['before its headers', (socket) => void socket.resume()],
    ['within its headers', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-ty')],
    ['before its body', (socket) => void socket.write(`${HEAD}content-length: 20\r\n\r\n`)],
    ['within its body', (socket) => void socket.write(`${HEAD}content-length: 20\r\n\r\n{"data`)],
    [
      'with a body that never ends, a byte at a time',
      (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
        const drip = setInterval(() => socket.write('1\r\n \r\n'), 5);
        socket.on('close', () => clearInterval(drip));
      },
    ],
  ])('%s', async (_, misbehave) => {
    const orders = await rawServer(misbehave);
    const { ask, metrics } = openTransport(orders.url, { timeoutMs: 150, retries: 3 });
    const result = await ask();
    expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(causeOf(result)).toMatchObject({ upstream: 'orders', reason: 'timeout' });
    expect(orders.connections).toBe(1);
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: 'timeout' })).toBe(1);
    // Whoever does not read does not see the end either.
    orders.first?.resume();
    await until(() => orders.first?.destroyed === true);
  });

  it('before TLS is agreed on', async () => {
    const orders = await rawServer((socket) => void socket.resume());
    const { ask } = openTransport(orders.url.replace('http:', 'https:'), { timeoutMs: 150 });
    expect(codesOf(await ask())).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it('while it is waited for a connection to it', async () => {
    const orders = await rawServer((socket) => void socket.resume());
    const { ask } = openTransport(orders.url, { timeoutMs: 150, maxConnections: 1 });
    const results = await Promise.all([ask(), ask(), ask()]);
    expect(results.map(causeOf)).toMatchObject(Array(3).fill({ reason: 'timeout' }));
  });

  it('however often it is tried again', async () => {
    const orders = await service((_, response) => response.writeHead(503).end());
    const { ask } = openTransport(orders.url, { timeoutMs: 150, retries: 5 }, () => 0.999);
    const result = await ask();
    expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(orders.received.length).toBeLessThan(5);
  });
});

describe('what is no answer becomes UPSTREAM_UNAVAILABLE, with what was wrong for the log alone', () => {
  const big = JSON.stringify({ data: { text: 'x'.repeat(100_000) } });
  const html = { 'content-type': 'text/html' };
  const json = { 'content-type': 'application/json' };
  it.each<[string, string, number, Record<string, string>, string | Buffer]>([
    ['an HTML page', 'malformed', 200, html, '<html>10.0.0.1</html>'],
    ['JSON that says it is text', 'malformed', 200, { 'content-type': 'text/plain' }, OK],
    ['no content type', 'malformed', 200, {}, OK],
    ['nothing', 'malformed', 200, json, ''],
    ['no JSON', 'malformed', 200, json, '{"data":'],
    ['a list', 'malformed', 200, json, '[]'],
    ['null', 'malformed', 200, json, 'null'],
    ['an empty object', 'malformed', 200, json, '{}'],
    ['data that is a list', 'malformed', 200, json, '{"data":[]}'],
    ['data that is a text', 'malformed', 200, json, '{"data":"x"}'],
    ['no data and no errors', 'malformed', 200, json, '{"data":null}'],
    ['errors that are no list', 'malformed', 200, json, '{"errors":{"0":{}}}'],
    ['errors that are none', 'malformed', 200, json, '{"data":{},"errors":["x"]}'],
    ['an empty list of errors', 'malformed', 200, json, '{"errors":[]}'],
    ['an error page of a proxy', 'status', 502, html, '<html>10.0.0.1</html>'],
    ['an error in GraphQL with a status of the server', 'status', 500, json, '{"errors":[{"message":"10.0.0.1"}]}'],
    ['a refusal that is no GraphQL', 'status', 401, html, 'who are you'],
    ['a refusal that says it is JSON', 'status', 400, json, 'bad request'],
    ['an unknown encoding', 'malformed', 200, { ...json, 'content-encoding': 'zstd' }, OK],
    ['two encodings', 'malformed', 200, { ...json, 'content-encoding': 'gzip, br' }, gzipSync(OK)],
    ['no gzip', 'malformed', 200, { ...json, 'content-encoding': 'gzip' }, OK],
    ['half a gzip', 'malformed', 200, { ...json, 'content-encoding': 'gzip' }, gzipSync(OK).subarray(0, 20)],
    ['a deep list', 'malformed', 200, json, `{"data":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`],
    ['a deep object', 'malformed', 200, json, `{"data":${'{"a":'.repeat(600)}1${'}'.repeat(600)}}`],
    ['more than may be read', 'too-large', 200, json, big],
    ['more than may be read, in parts', 'too-large', 200, { ...json, 'transfer-encoding': 'chunked' }, big],
    [
      'a gzip bomb',
      'too-large',
      200,
      { ...json, 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(50_000_000, 0x20)),
    ],
    [
      'a brotli bomb',
      'too-large',
      200,
      { ...json, 'content-encoding': 'br' },
      brotliCompressSync(Buffer.alloc(50_000_000, 0x20)),
    ],
  ])('%s: %s', async (_, reason, status, headers, body) => {
    const orders = await service((_request, response) => response.writeHead(status, headers).end(body));
    const { ask, metrics, lines } = openTransport(orders.url, { maxResponseBytes: 65_536 });
    const result = await ask();
    expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(result.data ?? null).toBeNull();
    expect(causeOf(result)).toMatchObject({ reason });
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: reason })).toBe(1);
    expect(lines.join('')).toContain(`"outcome":"${reason}"`);
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['no HTTP', 'malformed', (socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['endless headers', 'malformed', (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)],
    ['a wrong length', 'connection', (socket) => void socket.end(`${HEAD}content-length: 90\r\n\r\n${OK}`)],
    ['nothing but an end', 'connection', (socket) => void socket.end()],
    ['a reset', 'connection', (socket) => void socket.resetAndDestroy()],
    [
      'a reset within the body',
      'connection',
      (socket) => socket.write(`${HEAD}content-length: 20\r\n\r\n{"d`, () => socket.resetAndDestroy()),
    ],
  ])('%s: %s', async (_, reason, misbehave) => {
    const orders = await rawServer((socket) => socket.once('data', () => misbehave(socket)));
    const { ask } = openTransport(orders.url, { timeoutMs: 3_000 });
    const result = await ask();
    expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(causeOf(result)).toMatchObject({ reason });
  });

  it('a certificate that nobody vouches for: the service is told nothing, no credential above all', async () => {
    const certificate = selfSignedCertificate();
    let asked = 0;
    const { url } = await listen(
      createHttpsServer(certificate, (_, response) => {
        asked += 1;
        sendJson(response, { data: { ok: true } });
      }),
    );
    const address = url.replace('http:', 'https:');
    const result = await openTransport(address, { retries: 0 }).ask();
    expect([codesOf(result), asked]).toEqual([['UPSTREAM_UNAVAILABLE'], 0]);
    expect(causeOf(result)).toMatchObject({ reason: 'connection' });
    // Nothing else is wrong with it: who trusts this very certificate gets an answer.
    const [response] = await once(httpsRequest(address, { ca: certificate.cert }).end(), 'response');
    expect([response.statusCode, asked]).toEqual([200, 1]);
    response.destroy();
  });

  it('10 GB, which are not read', async () => {
    let sent = 0;
    let broken = false;
    const orders = await service(async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(10_000_000_000) });
      const closed = once(response, 'close').then(() => {
        broken = true;
      });
      const part = Buffer.alloc(65_536, 0x20);
      while (!response.destroyed) {
        sent += part.length;
        if (!response.write(part)) await Promise.race([once(response, 'drain'), closed]);
      }
    });
    const { ask } = openTransport(orders.url);
    expect(causeOf(await ask())).toMatchObject({ reason: 'too-large' });
    await until(() => broken);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('nobody there', async () => {
    const { ask } = openTransport(await closedPort());
    expect(causeOf(await ask())).toMatchObject({ reason: 'connection', code: 'ECONNREFUSED' });
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync(OK)],
    ['br', brotliCompressSync(OK)],
    ['identity', OK],
  ])('is read as %s', async (encoding, body) => {
    const orders = await service((_, response) =>
      response
        .writeHead(200, {
          'content-type': 'application/graphql-response+json; charset=utf-8',
          'content-encoding': encoding,
        })
        .end(body),
    );
    expect(await openTransport(orders.url).ask()).toEqual({ data: { ok: true } });
  });

  it('with errors is partial data; what the service says in words stays here', async () => {
    const orders = await service((_, response) =>
      sendJson(response, {
        data: { a: 1, b: null, c: null },
        errors: [
          { message: 'connect ECONNREFUSED 10.0.0.1:5432', path: ['b'], extensions: { stacktrace: ['at 10.0.0.1'] } },
          { message: 'secret of c', path: ['c'], extensions: { code: 'FORBIDDEN', sql: 'select secret' } },
        ],
        extensions: { address: '10.0.0.1' },
      }),
    );
    const { ask, metrics, lines } = openTransport(orders.url);
    const result = await ask('{ a b c }');
    expect(result.data).toEqual({ a: 1, b: null, c: null });
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR', 'FORBIDDEN']);
    expect(result.errors?.map(({ path }) => path)).toEqual([['b'], ['c']]);
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: 'errors' })).toBe(1);
    const all =
      JSON.stringify(result.errors?.map((error) => [error, error.originalError, causeOf({ errors: [error] })])) +
      lines.join('');
    for (const never of ['10.0.0.1', 'secret', 'stacktrace']) expect(all).not.toContain(never);
  });

  it.each([
    ['an address', ['a', 'http://10.0.0.1:4001/graphql?token=secret']],
    ['words', ['a', 'no connection to 10.0.0.1']],
    ['a number that is no place', ['a', -1]],
    ['something else than names and places', ['a', { secret: '10.0.0.1' }]],
    ['a name without end', ['a', 'secret'.repeat(100)]],
    ['more than any answer is deep', Array.from({ length: 501 }, () => 'secret')],
  ])('whose errors have %s in their paths leaves none of it in the path, nor in the log', async (_, path) => {
    const orders = await service((_, response) =>
      sendJson(response, { data: { a: null }, errors: [{ message: 'no', path }] }),
    );
    const { ask, lines } = openTransport(orders.url);
    const result = await ask('{ a }');
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(result.errors?.[0]?.path).toBeUndefined();
    const all =
      JSON.stringify([result, causeOf(result), (causeOf(result) as { path?: unknown }).path]) + lines.join('');
    for (const never of ['10.0.0.1', 'secret']) expect(all).not.toContain(never);
  });

  it('that refuses the whole request in GraphQL is an answer too', async () => {
    const orders = await service((_, response) =>
      sendJson(response, { errors: [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }] }, 400),
    );
    expect(codesOf(await openTransport(orders.url).ask())).toEqual(['BAD_USER_INPUT']);
  });

  it('cannot reach a prototype', async () => {
    const orders = await service((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(
          '{"data":{"a":{"__proto__":{"x":1},"\\u005f_proto__":{"y":1},"constructor":{"prototype":{"z":1}}},"constructor":"Acme"}}',
        ),
    );
    const { data } = await openTransport(orders.url).ask();
    expect(JSON.stringify(data)).toBe('{"a":{},"constructor":"Acme"}');
    expect(Object.getOwnPropertyNames(data?.a)).toEqual([]);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%s is never followed: who is named in it gets nothing', async (status) => {
    const elsewhere = await service();
    const orders = await service((_, response) => response.writeHead(status, { location: elsewhere.url }).end());
    const { ask } = openTransport(orders.url, { retries: 2 });
    expect(causeOf(await ask())).toMatchObject({ reason: 'status', status });
    expect([orders.received.length, elsewhere.connections]).toEqual([1, 0]);
  });
});

describe('connections', () => {
  it('are used again', async () => {
    const orders = await service();
    const { ask } = openTransport(orders.url);
    for (let nth = 0; nth < 20; nth += 1) expect((await ask()).data).toEqual({ ok: true });
    expect(orders.received).toHaveLength(20);
    // One may rest for a turn of the event loop before it is used again.
    expect(orders.connections).toBeLessThanOrEqual(2);
  });

  it('are never more than configured; who waits gets the next one', async () => {
    let most = 0;
    let now = 0;
    const orders = await service(async (_, response) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      sendJson(response, { data: { ok: true } });
    });
    const { ask } = openTransport(orders.url, { maxConnections: 3 });
    const results = await Promise.all(Array.from({ length: 30 }, () => ask()));
    expect(results.every(({ data }) => data?.ok === true)).toBe(true);
    expect(most).toBe(3);
    expect(orders.connections).toBe(3);
  });

  it('are waited for by so many and no more', async () => {
    const held: (() => void)[] = [];
    const orders = await service((_, response) => void held.push(() => sendJson(response, { data: { ok: true } })));
    const { ask } = openTransport(orders.url, { maxConnections: 1 });
    const results = Array.from({ length: 1 + 16 + 5 }, () => ask());
    const refused = await Promise.all(results.slice(17));
    expect(refused.map(causeOf)).toMatchObject(Array(5).fill({ reason: 'busy' }));
    for (let nth = 0; nth < 17; nth += 1) {
      await until(() => held.length > nth);
      held[nth]?.();
    }
    expect((await Promise.all(results.slice(0, 17))).every(({ data }) => data?.ok === true)).toBe(true);
  });

  it('are all free again whatever became of the calls', async () => {
    console.log(`TEST_SEED=${SEED}`);
    const random = seededRandom(SEED);
    let calm = false;
    let now = 0;
    let most = 0;
    const orders = await service(async (_, response) => {
      const isCounted = calm;
      if (isCounted) now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, random() * 10));
      if (isCounted) now -= 1;
      const way = calm ? 9 : Math.floor(random() * 10);
      if (way === 0) response.destroy();
      else if (way === 1) response.writeHead(503).end();
      else if (way === 2) response.writeHead(200, { 'content-type': 'application/json' }).write('{"da');
      else if (way === 3) response.writeHead(200, { 'content-length': '99999999' }).write('x');
      else sendJson(response, { data: { ok: true } });
    });
    const { ask } = openTransport(orders.url, {
      maxConnections: 4,
      timeoutMs: 100,
      retries: 2,
      breaker: { failures: 1_000 },
    });
    const calls = Array.from({ length: 300 }, async (_, nth) => {
      await new Promise((resolve) => setTimeout(resolve, nth * 3));
      const { context, abort } = contextOf();
      if (random() < 0.3) setTimeout(abort, random() * 20);
      return ask('{ ok }', context);
    });
    const outcomes = new Set((await Promise.all(calls)).map(({ data }) => data?.ok === true));
    expect(outcomes).toEqual(new Set([true, false]));
    calm = true;
    // All four at once. A busy machine may let a call wait for longer than it may take; what is not given back stays away.
    const allAnswered = async () => {
      const after = await Promise.all(Array.from({ length: 20 }, () => ask()));
      return { answered: after.every(({ data }) => data?.ok === true), allFour: most >= 4 };
    };
    await expect.poll(allAnswered).toEqual({ answered: true, allFour: true });
  });

  it('that a service closes just as something is sent cost no query its answer, and no mutation is sent twice', async () => {
    let requests = 0;
    const orders = await rawServer((socket) => {
      let mine = 0;
      socket.on('data', () => {
        requests += 1;
        mine += 1;
        if (mine === 2) socket.resetAndDestroy();
        else socket.write(answerOk);
      });
    });
    const { ask } = openTransport(orders.url, { retries: 2, maxConnections: 1 });
    for (let nth = 0; nth < 6; nth += 1) expect((await ask()).data).toEqual({ ok: true });
    expect(orders.connections).toBe(6);
    const before = requests;
    expect(codesOf(await ask('mutation { ok }'))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(requests).toBe(before + 1);
    expect((await ask('mutation { ok }')).data).toEqual({ ok: true });
  });
});

describe('a client that has gone', () => {
  it('breaks off what is asked, at once, and is no failure of the service', async () => {
    let arrived = 0;
    let broken = false;
    const orders = await service((_, response) => {
      arrived += 1;
      response.on('close', () => {
        broken = true;
      });
    });
    const { ask, metrics } = openTransport(orders.url, { breaker: { failures: 1 }, retries: 3 });
    const { context, abort } = contextOf();
    const asked = ask('{ ok }', context);
    await until(() => arrived === 1);
    abort();
    const result = await asked;
    expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
    await until(() => broken);
    expect(arrived).toBe(1);
    expect(await metric(metrics, 'gateway_upstream_breaker_state')).toBe(0);
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: 'cancelled' })).toBe(1);
  });

  it('is not asked for at all where it went before', async () => {
    const orders = await service();
    const { ask } = openTransport(orders.url);
    const { context, abort, touched } = contextOf();
    abort();
    await ask('{ ok }', context);
    expect([orders.connections, touched]).toEqual([0, []]);
  });

  it('gives its turn to the next', async () => {
    const held: (() => void)[] = [];
    const orders = await service((_, response) => void held.push(() => sendJson(response, { data: { ok: true } })));
    const { ask } = openTransport(orders.url, { maxConnections: 1 });
    const first = ask();
    const gone = contextOf();
    const second = ask('{ ok }', gone.context);
    const third = ask();
    await until(() => held.length === 1);
    gone.abort();
    await second;
    held[0]?.();
    await until(() => held.length === 2);
    held[1]?.();
    expect((await Promise.all([first, third])).map(({ data }) => data)).toEqual([{ ok: true }, { ok: true }]);
    expect(orders.received).toHaveLength(2);
  });

  it('waits for no further attempt', async () => {
    const orders = await service((_, response) => response.writeHead(503, { 'retry-after': '5' }).end());
    const { ask } = openTransport(orders.url, { retries: 1 });
    const { context, abort } = contextOf();
    const asked = ask('{ ok }', context);
    await until(() => orders.received.length === 1);
    setTimeout(abort, 20);
    await asked;
    expect(orders.received).toHaveLength(1);
  });
});

describe('when the gateway stops', () => {
  it('all that is under way ends, also what is only being connected, and nothing is asked any more', async () => {
    const orders = await rawServer((socket) => void socket.resume());
    const { transport, ask } = openTransport(orders.url, { maxConnections: 2 });
    const asked = [ask(), ask(), ask(), ask()];
    await until(() => orders.connections === 2);
    await transport.close();
    expect((await Promise.all(asked)).map(codesOf)).toEqual(Array(4).fill(['UPSTREAM_UNAVAILABLE']));
    expect(codesOf(await ask())).toEqual(['UPSTREAM_UNAVAILABLE']);
    await until(() => orders.sockets.size === 0);
    expect(orders.connections).toBe(2);
  });

  it.each([{}, { subscriptions: { protocol: 'sse' } }, { subscriptions: { protocol: 'ws' } }])(
    'what is only being connected ends too: %o',
    async (more) => {
      const orders = await rawServer((socket) => void socket.resume());
      const { transport, ask } = openTransport(orders.url.replace('http:', 'https:'), more);
      const asked = ask('subscriptions' in more ? 'subscription { ok }' : '{ ok }');
      await until(() => orders.connections === 1);
      await transport.close();
      expect(codesOf(await asked)).toEqual(['UPSTREAM_UNAVAILABLE']);
      await until(() => orders.sockets.size === 0);
    },
  );

  it('nothing is left that would keep the process alive', async () => {
    const held = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocket|TLS/.test(name)).length;
    const orders = await rawServer((socket) => void socket.resume());
    const before = held();
    const { transport, ask } = openTransport(orders.url, { subscriptions: { protocol: 'sse' }, retries: 2 });
    const asked = [ask(), ask('subscription { ok }'), transport.fetchSdl().catch(() => ({}))];
    await until(() => orders.connections === 3);
    expect(held()).toBeGreaterThan(before);
    await transport.close();
    await Promise.all(asked);
    await until(() => held() <= before);
  });
});

describe('nothing of the service and nothing that was asked', () => {
  const answers: readonly [string, (request: Received, socket: Socket) => void][] = [
    ['resets', (_, socket) => void socket.resetAndDestroy()],
    ['says garbage', (_, socket) => void socket.end('garbage-of-the-service')],
    [
      'answers with HTML',
      (_, socket) =>
        void socket.end(
          'HTTP/1.1 500 garbage-of-the-service\r\nx-secret: garbage-of-the-service\r\ncontent-length: 22\r\n\r\ngarbage-of-the-service',
        ),
    ],
    [
      'redirects',
      (_, socket) =>
        void socket.end('HTTP/1.1 302 x\r\nlocation: http://garbage-of-the-service/\r\ncontent-length: 0\r\n\r\n'),
    ],
    [
      'answers with errors',
      (_, socket) => {
        const body = '{"errors":[{"message":"garbage-of-the-service","extensions":{"code":"garbage-of-the-service"}}]}';
        socket.end(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      },
    ],
  ];
  it.each(answers)('is in errors, log lines or metrics where it %s', async (_, misbehave) => {
    const orders = await rawServer((socket) => socket.once('data', () => misbehave({} as Received, socket)));
    await expectSilence(orders.url);
  });

  it('is in errors, log lines or metrics where nobody is there', async () => {
    await expectSilence(await closedPort());
  });

  async function expectSilence(url: string) {
    const { ask, lines, metrics } = openTransport(url, { retries: 1, breaker: { failures: 1 } });
    const { context } = contextOf(undefined, { inboundHeaders: { 'accept-language': 'header-of-the-client' } });
    const results = [];
    for (let nth = 0; nth < 3; nth += 1) {
      results.push(
        await ask('query ($v: ID) { field_of_the_query(id: $v) }', context, { variables: { v: 'value-of-the-query' } }),
      );
    }
    const seen = [
      ...results.flatMap(({ errors = [] }) => errors.flatMap((error) => everythingOf(error))),
      ...lines,
      await metrics.registry.metrics(),
    ].join('\n');
    expect(results.flatMap(({ errors = [] }) => errors)).toHaveLength(3);
    expect(lines.length).toBeGreaterThan(2);
    // By itself: five digits in a row are in a time or a duration now and then.
    expect(seen).not.toMatch(new RegExp(`(?<![\\d.])${new URL(url).port}(?!\\d)`));
    for (const never of [
      '127.0.0.1',
      'garbage-of-the-service',
      'value-of-the-query',
      'field_of_the_query',
      'header-of-the-client',
      'Bearer',
    ]) {
      expect(seen).not.toContain(never);
    }
  }
});

/** All texts of an error and of what caused it, also those that are not enumerable. */
function everythingOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [JSON.stringify(error) ?? ''];
  const { originalError, cause } = error as { originalError?: unknown; cause?: unknown };
  const stack = (error.stack ?? '').replace(/file:\/\/\S+|\(?\/\S+/g, '');
  return [
    error.message,
    stack,
    JSON.stringify(error),
    ...[originalError, cause].flatMap((each) => (each === undefined ? [] : everythingOf(each))),
  ];
}
