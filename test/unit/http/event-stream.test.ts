import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import { buildSchema, parse } from 'graphql';
import { expect, it, onTestFinished, vi } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import type { Generations } from '../../../src/http/graphql/generations.js';
import { TrustedDocuments } from '../../../src/http/graphql/trusted-documents.js';
import { Places } from '../../../src/http/protection/places.js';
import { createEventStreamRoute } from '../../../src/http/routes/event-stream.js';
import { readRequestFacts } from '../../../src/http/steps/request-facts.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { collectedLog } from '../audit/drafts.js';

const NAME = 'x-graphql-event-stream-token';

/** Results that count how many of them were asked for; each is of 100 KB. */
class Results {
  given = 0;
  left = false;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FormattedExecutionResult, void, void> {
    try {
      while (this.given < this.#most) {
        await new Promise((resolve) => setImmediate(resolve));
        this.given += 1;
        yield { data: { nth: this.given, text: 'x'.repeat(100_000) } };
      }
    } finally {
      this.left = true;
    }
  }
}

function identityOf(token: string | null): object {
  if (token === null) return { kind: 'anonymous' };
  const [actor, viewer = actor] = token.split('_as_');
  return { kind: actor === viewer ? 'direct' : 'impersonated', viewer: { id: viewer }, actor: { id: actor } };
}

/** A server of event streams, whose operations come to what `run` gives. */
async function serve(
  run: () => Promise<AsyncGenerator<FormattedExecutionResult, void, void> | FormattedExecutionResult>,
  { places = new Places(1_000), identified = async () => {} } = {},
) {
  const { logger, lines } = collectedLog();
  const refused: string[] = [];
  const document = parse('{ a }');
  const handle = createEventStreamRoute({
    run,
    refuse: async (_, __, code) => void refused.push(code),
    generations: {
      current: {
        prepare: () => ({ schema: buildSchema('type Query { a: Int }'), document, operation: document.definitions[0] }),
      },
    } as unknown as Generations,
    trusted: new TrustedDocuments(false, new Map()),
    bodyLimitBytes: 10_000,
    bufferBytes: 1_000_000,
    stalledMs: 60_000,
    // A credential names its person: `Bearer ada`, and `Bearer ada_as_cleo`.
    resolveIdentity: async (credential) => {
      await identified();
      return { identity: identityOf(typeof credential === 'string' ? credential : null) } as never;
    },
    places,
    logger,
    metrics: createMetrics({ processMetrics: false }).edge,
  });
  const seen = { gone: 0 };
  const server = createServer((req, res) => {
    res.once('close', () => {
      seen.gone += 1;
    });
    const [path = '', search] = (req.url ?? '').split('?');
    handle({
      req,
      res,
      path,
      search: search === undefined ? '' : `?${search}`,
      facts: readRequestFacts(req, 0),
      common: [],
    }).catch((error: unknown) => {
      res.statusCode = error instanceof GatewayError ? error.status : 500;
      res.end(error instanceof GatewayError ? error.code : String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  function begin(method: string, headers: Record<string, string> = {}, body?: object, search = '') {
    const sent = request({ port, method, path: `/graphql/stream${search}`, headers, agent: false });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return sent;
  }
  async function send(...parts: Parameters<typeof begin>) {
    const sent = begin(...parts);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.pause();
    return answer;
  }
  const JSON_BODY = { 'content-type': 'application/json' };
  return {
    refused,
    lines,
    /** Asks, and is gone as soon as `reached` holds; resolves when the server knows. */
    leave: async (reached: () => boolean, ...parts: Parameters<typeof begin>) => {
      const before = seen.gone;
      const sent = begin(...parts).on('error', () => undefined);
      await expect.poll(reached).toBe(true);
      sent.destroy();
      await expect.poll(() => seen.gone).toBe(before + 1);
    },
    stream: () => send('POST', { ...JSON_BODY, accept: 'text/event-stream' }, { query: '{ a }' }),
    reserve: async (who: Record<string, string> = {}, search = '') => textOf(await send('PUT', who, undefined, search)),
    send,
    open: (name: string, who: Record<string, string> = {}) =>
      send('GET', { ...who, accept: 'text/event-stream', [NAME]: name }),
    ask: async (name: string, operationId: unknown, who: Record<string, string> = {}) => {
      const answer = await send(
        'POST',
        { ...JSON_BODY, ...who, [NAME]: name },
        { query: '{ a }', extensions: { operationId } },
      );
      return { status: answer.statusCode, text: await textOf(answer) };
    },
    takeBack: (name: string, operationId: string) =>
      send('DELETE', { [NAME]: name }, undefined, `?operationId=${operationId}`),
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}

/** Waits until the number does not change any more. */
async function settled(read: () => number): Promise<number> {
  for (let before = Number.NaN; ; ) {
    const now = read();
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const numbersIn = (text: string) => [...text.matchAll(/"nth":(\d+)/g)].map(([, nth]) => Number(nth));

it('a client that takes nothing has no more worked out for it than fits on the way, and gets it all when it reads on', async () => {
  const results = new Results(1_000);
  const { stream } = await serve(async () => results[Symbol.asyncIterator]());
  const answer = await stream();
  expect(await settled(() => results.given)).toBeLessThan(900);
  expect(numbersIn(await textOf(answer))).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
});

it('a stream that is reserved and not open has nothing worked out for it, and all of it once it is open', async () => {
  const results = new Results(5);
  const { reserve, ask, open } = await serve(async () => results[Symbol.asyncIterator]());
  const name = await reserve();
  expect((await ask(name, 'one')).status).toBe(202);
  expect(await settled(() => results.given)).toBe(0);
  const answer = await open(name);
  answer.resume();
  await expect.poll(() => results.left).toBe(true);
  expect(results.given).toBe(5);
  answer.destroy();
});

it('a stream that is reserved and never opened is let go of, with all that was asked on it and the place that it takes', async () => {
  const places = new Places(1);
  const begun = new Results(1_000)[Symbol.asyncIterator]();
  let left = false;
  const asked = [
    // Its one result is there already, and waits for the stream.
    { data: { a: 1 } },
    {
      next: () => begun.next(),
      throw: (error: unknown) => begun.throw(error),
      async return() {
        left = true;
        return { done: true, value: undefined } as const;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    } as AsyncGenerator<FormattedExecutionResult, void, void>,
  ];
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { reserve, ask, open } = await serve(async () => asked.shift() ?? {}, { places });
  const ada = { authorization: 'Bearer ada' };
  const name = await reserve(ada);
  expect((await ask(name, 'one', ada)).status).toBe(202);
  expect((await ask(name, 'two', ada)).status).toBe(202);
  expect(await reserve(ada)).toBe('RATE_LIMITED');
  vi.advanceTimersByTime(29_000);
  expect(await reserve(ada)).toBe('RATE_LIMITED');
  vi.advanceTimersByTime(1_000);
  await expect.poll(() => left).toBe(true);
  await expect.poll(() => places.hasFree('actor:ada')).toBe(true);
  expect((await ask(name, 'three')).status).toBe(404);
  expect((await open(name, ada)).statusCode).not.toBe(200);
  expect(await reserve(ada)).toMatch(/^[0-9a-f-]{36}$/);
});

it('a reservation that is refused takes no place, however often it is tried', async () => {
  const places = new Places(1);
  const { reserve, ask } = await serve(async () => new Results(1)[Symbol.asyncIterator](), { places });
  const full = await reserve();
  for (let nth = 0; nth < 100; nth += 1) await ask(full, String(nth));
  const ada = { authorization: 'Bearer ada' };
  const unknown = 'a'.repeat(64);
  const persisted = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: unknown } }));
  for (const [who, search, code] of [
    [ada, '?documentId=none', 'BAD_USER_INPUT'],
    [ada, `?documentId=${unknown}`, 'BAD_USER_INPUT'],
    [ada, `?extensions=${persisted}`, 'BAD_USER_INPUT'],
    // It names the stream of somebody else.
    [{ ...ada, [NAME]: full }, '', 'FORBIDDEN'],
    // It names one's own, which has as many operations as may be.
    [{ [NAME]: full }, '', 'RATE_LIMITED'],
  ] as const) {
    expect(await reserve(who, search)).toBe(code);
    expect(places.hasFree('actor:ada')).toBe(true);
  }
  expect(await reserve(ada)).toMatch(/^[0-9a-f-]{36}$/);
});

it('a client that is gone before its stream begins leaves nothing behind, and is not taken for one that takes nothing', async () => {
  const results = new Results(1_000);
  const places = new Places(1);
  let reached = false;
  let goOn = () => {};
  const wait = () =>
    new Promise<void>((resolve) => {
      goOn = resolve;
      reached = true;
    });
  let waits = false;
  const { leave, lines, reserve } = await serve(
    async () => {
      const begun = results[Symbol.asyncIterator]();
      await begun.next();
      await wait();
      return begun;
    },
    { places, identified: async () => void (waits && (await wait())) },
  );
  const accept = { accept: 'text/event-stream' };
  await leave(() => reached, 'POST', { ...accept, 'content-type': 'application/json' }, { query: '{ a }' });
  goOn();
  await expect.poll(() => results.left).toBe(true);

  const ada = { authorization: 'Bearer ada' };
  const name = await reserve(ada);
  reached = false;
  waits = true;
  await leave(() => reached, 'GET', { ...ada, ...accept, [NAME]: name });
  goOn();
  await expect.poll(() => places.hasFree('actor:ada')).toBe(true);
  expect(lines.filter((line) => line.includes('was cut off'))).toEqual([]);
});

it('several operations on one stream wait for its client, not for each other', async () => {
  const silent = new Results(0);
  const busy = new Results(20);
  const asked = [silent, busy];
  const never = new Promise<never>(() => {});
  const { reserve, ask, open } = await serve(async () => {
    const results = asked.shift();
    if (results === busy) return busy[Symbol.asyncIterator]();
    return (async function* () {
      yield await never;
    })();
  });
  const name = await reserve();
  await ask(name, 'silent');
  await ask(name, 'busy');
  (await open(name)).resume();
  await expect.poll(() => busy.left).toBe(true);
});

it('operations without end whose results nobody takes are refused, and recorded', async () => {
  const { reserve, ask, refused } = await serve(async () => new Results(1)[Symbol.asyncIterator]());
  const name = await reserve();
  for (let nth = 0; nth < 100; nth += 1) expect((await ask(name, String(nth))).status).toBe(202);
  expect(await ask(name, 'one more')).toEqual({ status: 429, text: 'RATE_LIMITED' });
  expect(refused).toEqual(['RATE_LIMITED']);
});

it('what an operation comes to that was taken back, or whose client went, before it began is let go of', async () => {
  let begin = () => {};
  const results: Results[] = [];
  const { reserve, ask, open, takeBack } = await serve(async () => {
    await new Promise<void>((resolve) => {
      begin = resolve;
    });
    const made = new Results(1_000);
    results.push(made);
    // Begun, so that leaving it is told.
    const iterator = made[Symbol.asyncIterator]();
    await iterator.next();
    return iterator;
  });

  const first = await reserve();
  const takenBack = ask(first, 'one');
  await expect.poll(() => begin.name).not.toBe('begin');
  expect((await takeBack(first, 'one')).statusCode).toBe(200);
  begin();
  expect((await takenBack).status).toBe(204);
  await expect.poll(() => results[0]?.left).toBe(true);

  const second = await reserve();
  const stream = await open(second);
  stream.resume();
  begin = () => {};
  const late = ask(second, 'two');
  await expect.poll(() => begin.name).not.toBe('begin');
  stream.destroy();
  // The package has let go of the stream when it knows no such name any more.
  await expect.poll(async () => (await ask(second, 'three')).status).toBe(404);
  begin();
  await late;
  await expect.poll(() => results[1]?.left).toBe(true);
});

it('a reserved stream is opened by who has reserved it, whoever they act as, and by nobody else', async () => {
  const { reserve, open } = await serve(async () => new Results(1)[Symbol.asyncIterator]());
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const name = await reserve(as('ada'));
  for (const who of [{}, as('sam'), as('sam_as_ada')]) {
    const refusal = await open(name, who);
    expect([refusal.statusCode, await textOf(refusal)]).toEqual([403, 'FORBIDDEN']);
  }
  const opened = await open(name, as('ada_as_cleo'));
  expect([opened.statusCode, opened.headers['content-type']]).toEqual([200, expect.stringContaining('event-stream')]);
  opened.destroy();

  const nobodys = await reserve();
  const refusal = await open(nobodys, as('ada'));
  expect([refusal.statusCode, await textOf(refusal)]).toEqual([403, 'FORBIDDEN']);
  const own = await open(nobodys);
  expect(own.statusCode).toBe(200);
  own.destroy();
});

it('a reserved stream is neither opened by POST nor sent results by whoever has not reserved it, and the attempt is recorded', async () => {
  const { reserve, ask, send, refused } = await serve(async () => new Results(1)[Symbol.asyncIterator]());
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const name = await reserve(as('ada'));
  const json = { 'content-type': 'application/json' };
  for (const who of [{}, as('sam'), as('sam_as_ada')]) {
    expect(await ask(name, 'one', who)).toEqual({ status: 403, text: 'FORBIDDEN' });
    for (const body of [undefined, { query: '{ a }' }]) {
      const headers = { ...who, ...(body === undefined ? {} : json), accept: 'text/event-stream', [NAME]: name };
      const refusal = await send('POST', headers, body);
      expect([refusal.statusCode, await textOf(refusal)]).toEqual([403, 'FORBIDDEN']);
    }
  }
  expect(refused).toEqual(Array.from({ length: 6 }, () => 'FORBIDDEN'));
  expect((await ask(name, 'one', as('ada_as_cleo'))).status).toBe(202);
});

it('a reservation that goes wrong takes no place', async () => {
  const places = new Places(1);
  const { send, reserve } = await serve(async () => ({}), { places });
  const ada = { authorization: 'Bearer ada' };
  const wrong = [{ search: '?documentId=x' }, { accept: 'image/png' }, { search: '?extensions={"persistedQuery":1}' }];
  for (const { search = '', ...headers } of wrong) {
    const refusal = await send('PUT', { ...ada, ...headers }, undefined, search);
    expect(refusal.statusCode).toBeGreaterThanOrEqual(400);
    refusal.resume();
  }
  expect(places.hasFree('actor:ada')).toBe(true);
  expect(await reserve(ada)).toMatch(/^[0-9a-f-]{36}$/);
});

it.each([[{}], [{ toString: 1, valueOf: 1 }], [['one']], [true]])('an operation cannot be called %j', async (id) => {
  const { reserve, ask, send } = await serve(async () => new Results(1)[Symbol.asyncIterator]());
  const name = await reserve();
  expect(await ask(name, id)).toEqual({ status: 400, text: 'BAD_USER_INPUT' });
  const search = `?query={a}&extensions=${encodeURIComponent(JSON.stringify({ operationId: id }))}`;
  for (const headers of [{ accept: 'text/event-stream' }, { [NAME]: name }]) {
    const refusal = await send('GET', headers, undefined, search);
    expect([refusal.statusCode, await textOf(refusal)]).toEqual([400, 'BAD_USER_INPUT']);
  }
});
