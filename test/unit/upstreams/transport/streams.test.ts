import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { ExecutionRequest } from '@graphql-tools/utils';
import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { OnwardContext } from '../../../../src/upstreams/onward-context.js';
import { NOW } from '../../tokens/expectations.js';
import { claimsOf } from '../../tokens/forge.js';
import { cleo, direct, impersonated, person } from '../../tokens/identity-assertions.js';
import { causeOf, codesOf, contextOf, listen, metric, openTransport, sendJson, service, until } from './setting.js';

type Protocol = 'sse' | 'ws';
const PROTOCOLS: readonly Protocol[] = ['sse', 'ws'];

/** A service with streams, by the protocols' own servers. */
async function streamingService(protocol: Protocol) {
  const state = {
    open: 0,
    opened: 0,
    returned: 0,
    authorizations: [] as (string | undefined)[],
    traces: [] as (string | undefined)[],
  };
  const pushes = new Set<(value: number) => void>();
  const schema = makeExecutableSchema({
    typeDefs:
      'type Query { ok: Boolean } type Subscription { tick(to: Int): Int held: Int who: String denied: Int broken: Int big(of: Int): String }',
    resolvers: {
      Subscription: {
        tick: { subscribe: (_: unknown, { to }: { to: number }) => counted(to), resolve: (value: number) => value },
        held: { subscribe: () => held(), resolve: (value: number) => value },
        who: {
          subscribe: async function* (_: unknown, __: unknown, { authorization }: { authorization?: string }) {
            yield authorization === undefined ? 'nobody' : claimsOf(authorization.replace('Bearer ', '')).sub;
          },
          resolve: (value: string) => value,
        },
        denied: {
          subscribe: () => {
            throw new GraphQLError('not at 10.0.0.1', { extensions: { code: 'FORBIDDEN', secret: 1 } });
          },
        },
        broken: {
          subscribe: () => counted(2),
          resolve: () => {
            throw new Error('at 10.0.0.1');
          },
        },
        big: {
          subscribe: async function* (_: unknown, { of }: { of: number }) {
            yield 'x'.repeat(of);
          },
          resolve: (value: string) => value,
        },
      },
    },
  });
  async function* counted(to: number) {
    for (let at = 1; at <= to; at += 1) yield at;
  }
  function held(): AsyncIterableIterator<number> {
    const values: number[] = [];
    let wake = () => {};
    let done = false;
    const push = (value: number) => {
      values.push(value);
      wake();
    };
    pushes.add(push);
    state.open += 1;
    state.opened += 1;
    return {
      async next() {
        while (values.length === 0 && !done)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        return done ? { done: true, value: undefined } : { done: false, value: values.shift() as number };
      },
      async return() {
        if (!done) {
          state.open -= 1;
          state.returned += 1;
        }
        done = true;
        pushes.delete(push);
        wake();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
  const remember = (headers: Readonly<Record<string, unknown>>) => {
    state.authorizations.push(headers.authorization as string | undefined);
    state.traces.push(headers.traceparent as string | undefined);
    return { authorization: headers.authorization as string | undefined };
  };
  const upgrades: IncomingMessage['headers'][] = [];
  const sse = createHandler({ schema, context: (request) => remember(request.raw.headers) });
  const server = createServer((request, response) => void sse(request, response));
  if (protocol === 'ws') {
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    sockets.on('connection', (_: WebSocket, request: IncomingMessage) => upgrades.push(request.headers));
    const served = useServer({ schema, context: ({ connectionParams }) => remember(connectionParams ?? {}) }, sockets);
    onTestFinished(async () => void (await served.dispose()));
  }
  const { url, sockets } = await listen(server);
  return {
    url,
    sockets,
    state,
    upgrades,
    /** To all who listen. */
    push: (value: number) => {
      for (const each of pushes) each(value);
    },
  };
}

function openStreams(url: string, protocol: Protocol, more: Readonly<Record<string, unknown>> = {}) {
  const opened = openTransport(url, { subscriptions: { protocol }, ...more });
  return {
    ...opened,
    async follow(query: string, context: OnwardContext = contextOf().context) {
      return (await opened.transport.executor({ document: parse(query), context } as ExecutionRequest)) as
        | AsyncIterableIterator<ExecutionResult>
        | ExecutionResult;
    },
  };
}

function events(
  found: AsyncIterableIterator<ExecutionResult> | ExecutionResult,
): AsyncIterableIterator<ExecutionResult> {
  if (Symbol.asyncIterator in found) return found;
  throw new Error(`no stream: ${JSON.stringify(found)} ${causeOf(found).message}`);
}

async function all(stream: AsyncIterableIterator<ExecutionResult>) {
  const found: ExecutionResult[] = [];
  for await (const event of stream) found.push(event);
  return found;
}

describe.each(PROTOCOLS)('a stream by %s', (protocol) => {
  it('gives the events in order and is done where the service says so', async () => {
    const orders = await streamingService(protocol);
    const { follow, metrics } = openStreams(orders.url, protocol);
    const { context, touched } = contextOf();
    const found = await all(events(await follow('subscription { tick(to: 500) }', context)));
    expect(found.map(({ data }) => data?.tick)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(touched).toEqual(['orders']);
    expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(0);
    expect(await metric(metrics, 'gateway_upstream_subscriptions_ended_total', { outcome: 'success' })).toBe(1);
    await until(() => orders.sockets.size === 0);
  });

  it('is opened as who is in effect, within the trace, and never shared', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol);
    const people = Array.from({ length: 40 }, (_, index) => person(`user_${index}`));
    const inboundHeaders = {
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      authorization: 'Bearer of-the-client',
    };
    const found = await Promise.all(
      people.map(async (one) =>
        all(events(await follow('subscription { who }', contextOf(direct(one), { inboundHeaders }).context))),
      ),
    );
    expect(found.map(([event]) => event?.data?.who)).toEqual(people.map(({ id }) => id));
    expect(new Set(orders.state.authorizations).size).toBe(40);
    expect(new Set(orders.state.traces)).toEqual(new Set([inboundHeaders.traceparent]));
    // At the upgrade nothing is said of who somebody is: it is in the first message alone.
    for (const headers of orders.upgrades) expect(headers.authorization).toBeUndefined();
    expect((await all(events(await follow('subscription { who }'))))[0]?.data).toEqual({ who: 'nobody' });
  });

  it.each([
    ['TOKEN_EXPIRED', direct(cleo, { expiresAt: NOW })],
    ['IMPERSONATION_ENDED', impersonated({ status: 'REVOKED' })],
  ])('is never opened for somebody who is not in effect any more: %s', async (code, identity) => {
    const orders = await streamingService(protocol);
    const { follow, metrics } = openStreams(orders.url, protocol);
    expect(codesOf((await follow('subscription { held }', contextOf(identity).context)) as ExecutionResult)).toEqual([
      code,
    ]);
    expect(orders.sockets.size).toBe(0);
    expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(0);
  });

  it('that is left is left at the service at once, though no event comes', async () => {
    const orders = await streamingService(protocol);
    const { follow, metrics } = openStreams(orders.url, protocol);
    const stream = events(await follow('subscription { held }'));
    await until(() => orders.state.open === 1);
    const pending = stream.next();
    expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(1);
    await stream.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await until(() => orders.state.open === 0);
    await until(() => orders.sockets.size === 0);
    expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('ends at the service when whoever it is for has gone', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol);
    const { context, abort } = contextOf();
    const stream = events(await follow('subscription { held }', context));
    await until(() => orders.state.open === 1);
    const pending = stream.next();
    abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    await until(() => orders.state.open === 0);
  });

  it('that breaks gives what came, then UPSTREAM_UNAVAILABLE, and is not opened again', async () => {
    const orders = await streamingService(protocol);
    const { follow, lines } = openStreams(orders.url, protocol, { retries: 3 });
    const stream = events(await follow('subscription { held }'));
    await until(() => orders.state.open === 1);
    orders.push(1);
    expect((await stream.next()).value).toMatchObject({ data: { held: 1 } });
    const pending = stream.next();
    for (const socket of orders.sockets) socket.resetAndDestroy();
    await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(orders.state.opened).toBe(1);
    expect(lines.join('')).toMatch(/"outcome":"(stream-broken|connection)"/);
    expect(lines.join('')).not.toContain('127.0.0.1');
  });

  it('of events with errors goes on, without the words of the service', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol);
    const found = await all(events(await follow('subscription { broken }')));
    expect(found.map(codesOf)).toEqual([['INTERNAL_SERVER_ERROR'], ['INTERNAL_SERVER_ERROR']]);
    expect(JSON.stringify(found)).not.toContain('10.0.0.1');
  });

  it('that the service refuses is a refusal in our own words', async () => {
    const orders = await streamingService(protocol);
    const { follow, metrics } = openStreams(orders.url, protocol, { breaker: { failures: 1 } });
    const found = await follow('subscription { denied }');
    const results = Symbol.asyncIterator in found ? await all(found) : [found];
    expect(results.flatMap(codesOf)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(results)).not.toContain('10.0.0.1');
    expect(await metric(metrics, 'gateway_upstream_breaker_state')).toBe(0);
    expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(0);
  });

  it('with an event that is larger than may be read ends', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol, { maxResponseBytes: 65_536 });
    expect((await all(events(await follow('subscription { big(of: 60000) }'))))[0]?.data?.big).toHaveLength(60_000);
    const ended = await all(events(await follow('subscription { big(of: 70000) }'))).then(
      () => null,
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', cause: { reason: 'too-large' } });
  });

  it('is one of so many and no more', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol, { subscriptions: { protocol, maxOpen: 2 } });
    const [first] = [events(await follow('subscription { held }')), events(await follow('subscription { held }'))];
    const refused = (await follow('subscription { held }')) as ExecutionResult;
    expect(causeOf(refused)).toMatchObject({ reason: 'busy' });
    await first?.return?.();
    await events(await follow('subscription { held }')).return?.();
  });

  it('does not outlive the gateway', async () => {
    const orders = await streamingService(protocol);
    const { follow, transport } = openStreams(orders.url, protocol);
    const stream = events(await follow('subscription { held }'));
    const pending = stream.next();
    pending.catch(() => undefined);
    await transport.close();
    await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await until(() => orders.sockets.size === 0);
    expect(codesOf((await follow('subscription { held }')) as ExecutionResult)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it('of a client that takes nothing is read no further, and does not stop others', async () => {
    const orders = await streamingService(protocol);
    const { follow } = openStreams(orders.url, protocol);
    const slow = events(await follow('subscription { held }'));
    const quick = events(await follow('subscription { held }'));
    await until(() => orders.state.open === 2);
    const many = 20_000;
    const before = process.memoryUsage().heapUsed;
    for (let at = 1; at <= many; at += 1) orders.push(at);
    for (let at = 1; at <= many; at += 1) expect((await quick.next()).value?.data?.held).toBe(at);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
    // What was not read then comes now, nothing is missing.
    for (let at = 1; at <= many; at += 1) expect((await slow.next()).value?.data?.held).toBe(at);
    await Promise.all([slow.return?.(), quick.return?.()]);
  });

  it.each(['before it answers', 'with a redirect', 'with a page'])(
    'that is not opened, %s, is a failure',
    async (how) => {
      const elsewhere = await service();
      const orders = await (how === 'before it answers'
        ? listen(
            createServer(() => undefined).on('upgrade', (_, socket) =>
              socket.resume().on('end', () => socket.destroy()),
            ),
          )
        : listen(
            createServer((_, response) => {
              if (how === 'with a page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
              else response.writeHead(307, { location: elsewhere.url }).end();
            }),
          ));
      const { follow, metrics } = openStreams(orders.url, protocol, { timeoutMs: 200, breaker: { failures: 1 } });
      const found = (await follow('subscription { held }')) as ExecutionResult;
      expect(codesOf(found)).toEqual(['UPSTREAM_UNAVAILABLE']);
      expect(elsewhere.connections).toBe(0);
      expect(await metric(metrics, 'gateway_upstream_subscriptions')).toBe(0);
      const opens = how === 'before it answers' || (how === 'with a page' && protocol === 'sse');
      expect(await metric(metrics, 'gateway_upstream_breaker_state')).toBe(opens ? 2 : 0);
      await until(() => orders.sockets.size === 0);
    },
  );
});

describe('a stream', () => {
  it('is asked of no service that is not configured for it', async () => {
    const orders = await service();
    const { ask, lines } = openTransport(orders.url);
    expect(codesOf(await ask('subscription { held }'))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(orders.connections).toBe(0);
    expect(lines.join('')).toContain('without configured subscriptions');
  });

  it('goes to the address that is configured for it', async () => {
    const [orders, live] = [await service(), await streamingService('ws')];
    const { follow } = openStreams(orders.url, 'ws', {
      subscriptions: { protocol: 'ws', url: live.url.replace('http', 'ws') },
    });
    expect(await all(events(await follow('subscription { tick(to: 1) }')))).toEqual([{ data: { tick: 1 } }]);
    expect(orders.connections).toBe(0);
  });

  it('by sse may be answered with a GraphQL error instead', async () => {
    const orders = await service((_, response) =>
      sendJson(response, { errors: [{ message: 'x', extensions: { code: 'BAD_USER_INPUT' } }] }, 400),
    );
    const { follow } = openStreams(orders.url, 'sse');
    expect(codesOf((await follow('subscription { held }')) as ExecutionResult)).toEqual(['BAD_USER_INPUT']);
  });

  it.each([
    ['no JSON', 'event: next\ndata: {"da\n\n', 'malformed'],
    ['no response', 'event: next\ndata: []\n\n', 'malformed'],
    ['a line without an end', `data: ${'x'.repeat(70_000)}`, 'too-large'],
    ['an end without saying so', 'event: next\ndata: {"data":{"a":1}}\n\n', 'stream-broken'],
  ])('by sse with %s has failed', async (_, text, reason) => {
    const orders = await service((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text);
      if (reason === 'stream-broken') response.end();
    });
    const { follow } = openStreams(orders.url, 'sse', { maxResponseBytes: 65_536 });
    await expect(all(events(await follow('subscription { held }')))).rejects.toMatchObject({ cause: { reason } });
  });

  it('by sse may have heartbeats, and events cut anywhere', async () => {
    const text = ':\n\nevent: ping\ndata: {}\n\nevent: next\ndata: {"data":{"a":"süß"}}\n\nevent: complete\ndata:\n\n';
    const orders = await service(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const { follow } = openStreams(orders.url, 'sse');
    expect(await all(events(await follow('subscription { a }')))).toEqual([{ data: { a: 'süß' } }]);
  });

  it.each<[string, string, (socket: WebSocket) => void]>([
    ['closes as it refuses who asks', 'stream-refused', (socket) => socket.close(4403, 'not at 10.0.0.1')],
    ['says no JSON', 'malformed', (socket) => socket.send('garbage')],
    ['says what is no message', 'malformed', (socket) => socket.send('{"type":"hello"}')],
    [
      'sends before it acknowledged',
      'malformed',
      (socket) => socket.send('{"id":"1","type":"next","payload":{"data":{}}}'),
    ],
    ['never acknowledges', 'timeout', () => undefined],
  ])('by ws that %s is not opened', async (_, reason, misbehave) => {
    const server = createServer();
    new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', () => misbehave(socket)));
    const orders = await listen(server);
    const { follow, lines } = openStreams(orders.url, 'ws', { timeoutMs: 200 });
    const found = (await follow('subscription { held }')) as ExecutionResult;
    expect(causeOf(found)).toMatchObject({ reason });
    expect(lines.join('')).not.toContain('10.0.0.1');
  });

  it.each<[string, string, (socket: WebSocket) => void]>([
    ['closes as if all were well', 'stream-broken', (socket) => socket.close(1000)],
    ['goes without a word', 'stream-broken', (socket) => socket.terminate()],
    [
      'speaks of another operation',
      'malformed',
      (socket) => socket.send('{"id":"2","type":"next","payload":{"data":{"a":1}}}'),
    ],
    ['acknowledges twice', 'malformed', (socket) => socket.send('{"type":"connection_ack"}')],
    [
      'sends what is no response',
      'malformed',
      (socket) => socket.send('{"id":"1","type":"next","payload":{"data":[]}}'),
    ],
    [
      'asks without end whether anybody is there, and takes no answer',
      'stream-broken',
      (socket) => {
        socket.pause();
        const askOn = () => {
          if (socket.readyState !== socket.OPEN || socket.bufferedAmount > 10_000_000) return;
          for (let nth = 0; nth < 20_000; nth += 1) socket.send('{"type":"ping"}');
          setImmediate(askOn);
        };
        askOn();
      },
    ],
  ])('by ws that %s has failed, and is not opened again', async (_, reason, misbehave) => {
    let connections = 0;
    const server = createServer();
    new WebSocketServer({ server }).on('connection', (socket) => {
      connections += 1;
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data));
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
        if (type === 'subscribe') misbehave(socket);
      });
    });
    const orders = await listen(server);
    const { follow } = openStreams(orders.url, 'ws');
    await expect(all(events(await follow('subscription { held }')))).rejects.toMatchObject({ cause: { reason } });
    expect(connections).toBe(1);
  });

  it('by ws is left within a bounded time by a service that does not say goodbye', async () => {
    const held: Socket[] = [];
    const server = createServer();
    server.on('connection', (socket: Socket) => held.push(socket));
    new WebSocketServer({ server }).on('connection', (socket) => {
      socket.on('message', (data) => {
        if (JSON.parse(String(data)).type === 'connection_init') socket.send('{"type":"connection_ack"}');
        // From now on it reads nothing.
        else socket.pause();
      });
    });
    const orders = await listen(server);
    const { follow, transport } = openStreams(orders.url, 'ws');
    const stream = events(await follow('subscription { held }'));
    await stream.return?.();
    await transport.close();
    for (const socket of held) socket.resume();
    await until(() => orders.sockets.size === 0);
    expect(held).toHaveLength(1);
  });
});
