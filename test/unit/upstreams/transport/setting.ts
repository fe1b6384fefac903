import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { ExecutionRequest } from '@graphql-tools/utils';
import { type ExecutionResult, parse } from 'graphql';
import { onTestFinished } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../../src/domain/identity.js';
import type { Clock } from '../../../../src/platform/clock.js';
import { newTimedId } from '../../../../src/platform/ids.js';
import { createLogger } from '../../../../src/platform/logger.js';
import { createMetrics } from '../../../../src/platform/metrics.js';
import { createIdentityAssertionMinter } from '../../../../src/tokens/index.js';
import type { UpstreamConfig } from '../../../../src/upstreams/config/gateway-config.js';
import { parseGatewayConfig } from '../../../../src/upstreams/config/gateway-config.js';
import { createIdentityOnward } from '../../../../src/upstreams/identity-onward.js';
import type { OnwardContext } from '../../../../src/upstreams/onward-context.js';
import { createUpstreamTransport } from '../../../../src/upstreams/transport/index.js';
import { ISSUER, keyring } from '../../tokens/actor-tokens.js';
import { NOW } from '../../tokens/expectations.js';

/** A clock that goes where a test puts it. */
export class HeldClock implements Clock {
  time = NOW;
  now(): number {
    return this.time;
  }
}

/** A server on loopback that ends with the test, with its connections. */
export async function listen<S extends NetServer>(
  server: S,
): Promise<{ server: S; url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/graphql`, sockets };
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service that answers as it is told, and keeps what it was asked. */
export async function service(
  answer: (request: Received, response: ServerResponse, nth: number) => unknown = (_, response) =>
    sendJson(response, { data: { ok: true } }),
) {
  const received: Received[] = [];
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    await answer(one, response, received.length);
  };
  const server = createServer(listener);
  server.on('connection', () => {
    connections += 1;
  });
  const { url, sockets } = await listen(server);
  return {
    url,
    received,
    sockets,
    server,
    get connections() {
      return connections;
    },
  };
}

export function sendJson(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export function configOf(url: string, more: Readonly<Record<string, unknown>> = {}): UpstreamConfig {
  const upstream = { name: 'orders', kind: 'subgraph', url, schema: { fetch: 'service' }, retries: 0, ...more };
  const [config] = parseGatewayConfig(JSON.stringify({ upstreams: [upstream] }), '/').upstreams;
  if (config === undefined) throw new Error('no upstream');
  return config;
}

/** The transport to a URL, with all that it writes down; closed with the test. */
export function openTransport(url: string, more: Readonly<Record<string, unknown>> = {}, random = () => 0) {
  const lines: string[] = [];
  const clock = new HeldClock();
  const metrics = createMetrics({ processMetrics: false });
  const logger = createLogger({ level: 'trace', destination: { write: (line: string) => void lines.push(line) } });
  const minter = createIdentityAssertionMinter({ keyring, issuer: ISSUER });
  let ids = 0;
  const onward = createIdentityOnward({ minter, newId: () => `assertion-${++ids}` });
  const transport = createUpstreamTransport(configOf(url, more), {
    onward,
    clock,
    logger,
    metrics: metrics.upstreams,
    random,
  });
  onTestFinished(() => transport.close());
  return { transport, clock, metrics, lines, ask: asker(transport.executor) };
}

export function contextOf(identity: Identity = ANONYMOUS, more: Partial<OnwardContext> = {}) {
  const touched: string[] = [];
  const ended = new AbortController();
  const context: OnwardContext = {
    identity,
    request: { id: newTimedId(), ipAddress: '192.0.2.7', userAgent: 'test', traceparent: null },
    inboundHeaders: {},
    signal: ended.signal,
    touched: (name) => void touched.push(name),
    sessionFault: () => null,
    ...more,
  };
  return { context, touched, abort: () => ended.abort() };
}

/** Asks through an executor; what is asked is one operation. */
function asker(executor: (request: ExecutionRequest) => unknown) {
  return async (
    query = '{ ok }',
    context: unknown = contextOf().context,
    more: Partial<ExecutionRequest> = {},
  ): Promise<ExecutionResult> => {
    return (await executor({ document: parse(query), context, ...more } as ExecutionRequest)) as ExecutionResult;
  };
}

/** The codes of a result's errors. */
export function codesOf(result: ExecutionResult): readonly unknown[] {
  return (result.errors ?? []).map((error) => (error.originalError as { readonly code?: unknown } | undefined)?.code);
}

/** The cause that goes to the log with the first error. */
export function causeOf(result: ExecutionResult): Record<string, unknown> {
  return ((result.errors?.[0]?.originalError as Error | undefined)?.cause ?? {}) as Record<string, unknown>;
}

/** The value of one metric; 0 where there is none. */
export async function metric(
  metrics: ReturnType<typeof createMetrics>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const found = await metrics.registry.getSingleMetric(name)?.get();
  const values = (found?.values ?? []).filter(({ labels: of }) =>
    Object.entries(labels).every(([label, value]) => (of as Record<string, unknown>)[label] === value),
  );
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** Waits until something is so; the test's own time-out is the bound. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
