import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { HostModule } from '../../src/host-module.js';
import { eventStreamClient, webSocketClient } from '../support/graphql-clients.js';
import { openSocket, type RawSocket } from '../support/raw-socket.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { untilStreams } from '../support/streams.js';

/** Resolvers that wait until they are let go. */
const held = new Set<() => void>();
const holding: HostModule = {
  name: 'holding',
  typeDefs: 'extend type Query { held: Boolean  free: Boolean } extend type Subscription { silent: Boolean }',
  resolvers: {
    Query: {
      held: () => new Promise((resolve) => held.add(() => resolve(true))),
      free: () => true,
    },
    Subscription: { silent: { subscribe: () => silent() } },
  },
};

function silent(): AsyncIterableIterator<never> {
  let end: () => void = () => undefined;
  const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    end = () => resolve({ done: true, value: undefined });
  });
  return {
    next: () => ended,
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const gateways: RunningGateway[] = [];
afterAll(() => Promise.all(gateways.map((gateway) => gateway.stop())));
async function start(environment: Record<string, string>): Promise<RunningGateway> {
  const gateway = await startGateway({ environment, hostModules: [holding] });
  gateways.push(gateway);
  return gateway;
}

async function limited(gateway: RunningGateway, limit: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`^gateway_rate_limited_total\\{limit="${limit}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
const until = (what: string, holds: () => Promise<boolean> | boolean) =>
  expect.poll(holds, { message: what, timeout: 15_000 }).toBe(true);
const bodyOf = (raw: RawSocket) => JSON.parse(raw.text().slice(raw.text().indexOf('\r\n\r\n') + 4));
const GET = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

describe('connections of one address', () => {
  it('beyond as many as are allowed are told so and closed; one that is free again is taken', async () => {
    const gateway = await start({ CONNECTIONS_PER_ADDRESS: '3' });
    const open = [await openSocket(gateway.url), await openSocket(gateway.url), await openSocket(gateway.url)];
    for (const raw of open) raw.socket.write(GET);
    await until('all are served', () => open.every((raw) => raw.text().startsWith('HTTP/1.1 200')));
    const more = await openSocket(gateway.url);
    await more.closed;
    expect(more.text()).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(bodyOf(more).errors[0].extensions.code).toBe('RATE_LIMITED');
    open[0]?.socket.destroy();
    await open[0]?.closed;
    await until(
      'there is room again',
      async () => (await fetch(`${gateway.url}/healthz`).catch(() => null))?.ok === true,
    );
    for (const raw of open) raw.socket.destroy();
    await until('it was counted', async () => (await limited(gateway, 'connectionsPerAddress').catch(() => 0)) >= 1);
  });

  it('beyond all that may be open are not taken at all', async () => {
    const gateway = await start({ MAX_CONNECTIONS: '2', CONNECTIONS_PER_ADDRESS: '0' });
    const open = [await openSocket(gateway.url), await openSocket(gateway.url)];
    for (const raw of open) raw.socket.write(GET);
    await until('all are served', () => open.every((raw) => raw.text().startsWith('HTTP/1.1 200')));
    const more = await openSocket(gateway.url).catch(() => null);
    more?.socket.write(GET);
    await more?.closed;
    expect(more?.text() ?? '').toBe('');
    for (const raw of open) raw.socket.destroy();
  });
});

describe('operations under way', () => {
  it('of one person are as many as are allowed, whomever they act as; others go on, and what takes no time always', async () => {
    const gateway = await start({ OPERATIONS_PER_IDENTITY: '2' });
    const [ada, grace] = [await gateway.token('user_ada'), await gateway.token('user_grace')];
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    const waiting = [gateway.graphql(ada, '{ held }'), gateway.graphql(actorToken, '{ held }')];
    await until('both are under way', () => held.size === 2);
    for (const token of [ada, actorToken]) {
      const refused = await gateway.graphql(token, 'query Third { held }');
      expect([refused.status, refused.codes]).toEqual([429, ['RATE_LIMITED']]);
      expect(refused.errors[0]?.extensions.limit).toEqual({ name: 'operationsPerIdentity', allowed: 2 });
    }
    const others = [grace, null].map((token) => gateway.graphql(token, '{ held }'));
    await until('those of others are under way', () => held.size === 4);
    for (const let_go of held) let_go();
    for (const answer of await Promise.all([...waiting, ...others])) expect(answer.data).toEqual({ held: true });
    expect((await gateway.graphql(ada, '{ free }')).data).toEqual({ free: true });
    expect(await limited(gateway, 'operationsPerIdentity')).toBe(2);
    held.clear();
  });
});

describe('streams of one person', () => {
  it('are as many as are allowed, whomever they act as and however they come; one that ends makes room', async () => {
    const gateway = await start({ SUBSCRIPTIONS_PER_IDENTITY: '2' });
    const ada = await gateway.token('user_ada');
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    const query = 'subscription { silent }';
    const ws = webSocketClient(gateway.url, ada);
    const sse = eventStreamClient(gateway.url, actorToken);
    const open = [ws.iterate({ query }), sse.iterate({ query })];
    for (const stream of open) void stream.next().catch(() => undefined);
    await untilStreams(gateway.url, 2);
    const limit = { name: 'subscriptionsPerIdentity', allowed: 2 };
    for (const token of [ada, actorToken]) {
      const { value } = await webSocketClient(gateway.url, token).iterate({ query }).next();
      expect(value?.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', limit });
    }
    const grace = eventStreamClient(gateway.url, await gateway.token('user_grace'));
    void grace
      .iterate({ query })
      .next()
      .catch(() => undefined);
    await untilStreams(gateway.url, 3);
    await open[0]?.return?.();
    await untilStreams(gateway.url, 2);
    void webSocketClient(gateway.url, ada)
      .iterate({ query })
      .next()
      .catch(() => undefined);
    await untilStreams(gateway.url, 3);
    sse.dispose();
    grace.dispose();
    await ws.dispose();
  });

  it('count as WebSockets too: one more is closed as such', async () => {
    const gateway = await start({ SUBSCRIPTIONS_PER_IDENTITY: '2' });
    const token = await gateway.token('user_ada');
    const connected = async (authorization: string) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
      const outcome = await new Promise<unknown>((resolve) => {
        socket.once('message', () => resolve('acknowledged'));
        socket.once('close', (code, reason) => resolve([code, String(reason)]));
      });
      return { socket, outcome };
    };
    const open = [await connected(token), await connected(token)];
    expect(open.map(({ outcome }) => outcome)).toEqual(['acknowledged', 'acknowledged']);
    expect((await connected(token)).outcome).toEqual([4429, 'RATE_LIMITED']);
    expect((await connected(await gateway.token('user_grace'))).outcome).toBe('acknowledged');
    open[0]?.socket.close();
    await until('there is room again', async () => (await connected(token)).outcome === 'acknowledged');
  });

  it('count as reservations too, which nobody has to be signed in for', async () => {
    const gateway = await start({ SUBSCRIPTIONS_PER_IDENTITY: '2' });
    const reserve = () => fetch(`${gateway.url}/graphql/stream`, { method: 'PUT' });
    const statuses = [(await reserve()).status, (await reserve()).status];
    const refused = await reserve();
    expect([...statuses, refused.status]).toEqual([201, 201, 429]);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(((await refused.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      limit: { name: 'subscriptionsPerIdentity', allowed: 2 },
    });
    const bad = await fetch(`${gateway.url}/graphql/stream`, { method: 'PUT', headers: { authorization: 'Bearer x' } });
    expect(bad.status).toBe(401);
  });
});

describe('what is not plain HTTP', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await start({ REQUESTS_PER_CONNECTION: '0' });
  });

  async function said(text: string, enough: (text: string) => boolean = () => false): Promise<string> {
    const raw = await openSocket(gateway.url);
    raw.socket.write(text);
    await Promise.race([raw.closed, until('it is answered', () => enough(raw.text()))]);
    raw.socket.destroy();
    return raw.text();
  }
  const upgrade = (path: string, to: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n${more}\r\n`;

  it('is upgraded to nothing but WebSocket, there alone, and told so with a code', async () => {
    for (const [path, to, status] of [
      ['/graphql', 'h2c', '400 Bad Request'],
      ['/graphql', 'websocket', '400 Bad Request'],
      ['/healthz', 'websocket', '404 Not Found'],
      ['/nowhere', 'TLS/1.0', '404 Not Found'],
    ] as const) {
      const text = await said(upgrade(path, to));
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
      expect(text).toContain('"code":"BAD_USER_INPUT"');
      expect(text).toContain('X-Content-Type-Options: nosniff');
    }
  });

  it('cannot end the process by a connection that is reset while it is refused', async () => {
    for (let n = 0; n < 50; n += 1) {
      const raw = await openSocket(gateway.url);
      raw.socket.write(upgrade(n % 2 === 0 ? '/nowhere' : '/graphql', 'h2c'));
      raw.socket.resetAndDestroy();
    }
    await pause(100);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  it('is told in words, and with a code, what an event stream cannot be asked', async () => {
    for (const [method, accept, type, status] of [
      ['POST', 'text/event-stream', 'text/plain', 415],
      ['DELETE', 'text/event-stream', 'application/json', 415],
      ['PUT', 'application/json', 'application/json', 406],
    ] as const) {
      const headers = { accept, 'content-type': type };
      const answer = await fetch(`${gateway.url}/graphql/stream`, {
        method,
        headers,
        ...(method === 'POST' ? { body: '{"query":"{__typename}"}' } : {}),
      });
      expect([method, accept, answer.status]).toEqual([method, accept, status]);
      const { errors } = (await answer.json()) as { errors: { message: string; extensions: object }[] };
      expect(errors).toEqual([{ message: expect.stringMatching(/\w/), extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('is no tunnel: CONNECT is cut, TRACE is not served', async () => {
    expect(await said('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')).toBe('');
    const trace = 'TRACE /graphql HTTP/1.1\r\nHost: x\r\nX-Secret: hunter2\r\nConnection: close\r\n\r\n';
    const text = await said(trace);
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).not.toContain('hunter2');
  });

  it('is told whether to send a body before it is sent', async () => {
    const post = (length: number, expected = '100-continue') =>
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nExpect: ${expected}\r\n\r\n`;
    expect(await said(post(50_000_000))).toMatch(/^HTTP\/1\.1 413 /);
    expect(await said(post(2), (text) => text.includes('100 Continue'))).toMatch(/^HTTP\/1\.1 100 Continue\r\n/);
    expect(await said(post(2, 'miracles'))).toMatch(/^HTTP\/1\.1 417 /);
  });

  it('has a code, and the headers of every answer, also in what Node would answer by itself', async () => {
    const expecting = 'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n';
    for (const [request, status] of [
      ['GET /healthz HTTP/1.1\r\n\r\n', '400 Bad Request'],
      // Which of them somebody in front has gone by is not known here (RFC 9112 §3.2).
      ['GET /healthz HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n', '400 Bad Request'],
      [expecting, '417 Expectation Failed'],
    ] as const) {
      const text = await said(request);
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
      expect(text).toContain('"code":"BAD_USER_INPUT"');
      expect(text).toContain('X-Content-Type-Options: nosniff');
      expect(text).toContain('Cache-Control: no-store');
    }
    // HTTP/1.0 has no such header.
    expect(await said('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is answered in its order, where many requests come before any answer is taken', async () => {
    const many = 2_000;
    const raw = await openSocket(gateway.url);
    for (let n = 0; n < many; n += 1) raw.socket.write(`GET /nowhere?${n} HTTP/1.1\r\nHost: x\r\n\r\n`);
    raw.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await raw.closed;
    expect(raw.text().match(/HTTP\/1\.1 404 /g)).toHaveLength(many);
    expect(raw.text().lastIndexOf('HTTP/1.1 200 ')).toBeGreaterThan(raw.text().lastIndexOf('HTTP/1.1 404 '));
  });

  it('keeps no credential from being seen by headers without end before it', async () => {
    for (const padding of [250, 2_500, 5_000]) {
      const text = await said(
        `GET /graphql?query=%7Bviewer%7Bid%7D%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\napollo-require-preflight: 1\r\n${'a:\r\n'.repeat(padding)}Authorization: Bearer not.a.token\r\n\r\n`,
      );
      expect([padding, /^HTTP\/1\.1 (\d+)/.exec(text)?.[1], text.includes('"viewer":null')]).toEqual([
        padding,
        '413',
        false,
      ]);
    }
  });

  it('is closed after as many requests as are allowed on one connection', async () => {
    const few = await start({ REQUESTS_PER_CONNECTION: '2' });
    const raw = await openSocket(few.url);
    raw.socket.write(GET);
    await until('the first is answered', () => raw.text().includes('200 OK'));
    raw.socket.write(GET);
    await raw.closed;
    expect(raw.text().match(/200 OK/g)).toHaveLength(2);
    expect(raw.text()).toContain('Connection: close');
  });

  it('is not even begun behind the last request that is allowed, and is no 503', async () => {
    const few = await start({ REQUESTS_PER_CONNECTION: '2' });
    const raw = await openSocket(few.url);
    raw.socket.write(GET.repeat(6));
    await raw.closed;
    expect(raw.text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    const text = await (await fetch(`${few.url}/metrics`)).text();
    expect(text).toContain('gateway_http_requests_total{route="/healthz",status="200"} 2');
  });
});
