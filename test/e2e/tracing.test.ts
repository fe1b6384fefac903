import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openTracing } from '../../src/app/telemetry/open-tracing.js';
import { readConfig } from '../../src/config/index.js';
import type { Logger } from '../../src/platform/logger.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { freshBuild, PROJECT_ROOT } from '../support/fresh-build.js';
import { startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '../support/trace-collector.js';

const LATE = { timeout: 15_000 };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const SECRET = 'collector-key-4711';
const ABOUT = { version: '1', instance: 'test' };
const QUERY =
  'query Seen($first: Int = 1) { viewer { id orders(first: $first) { id lines { product { name rating } } } } }';

const tracingTo =
  (url: string, more: Readonly<Record<string, string>> = {}) =>
  (logger: Logger) =>
    openTracing(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...more }).tracing, ABOUT, logger);

describe('an impersonated request across services', () => {
  let collector: TraceCollector;
  let federated: FederatedGateway;
  let actorToken: string;
  let sessionId: string;
  let spans: readonly CollectedSpan[];

  beforeAll(async () => {
    collector = await startTraceCollector();
    federated = await startFederatedGateway({
      tracing: tracingTo(collector.url, {
        OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${SECRET}`,
        OTEL_SERVICE_NAME: 'desk',
        TRACEPARENT_FROM: '127.0.0.0/8',
      }),
    });
    ({ actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo'));
    federated.forget();
    const answer = await federated.gateway.graphql(
      actorToken,
      QUERY,
      { first: 1 },
      {
        traceparent: `00-${TRACE}-${CALLER}-01`,
        baggage: 'user=cleo,token=b4gg4ge',
      },
    );
    expect(answer.errors).toEqual([]);
    const ofTrace = () => collector.spans.filter(({ traceId }) => traceId === TRACE);
    await vi.waitUntil(() => ofTrace().some(({ kind }) => kind === 2), LATE);
    spans = ofTrace();
  });
  afterAll(async () => {
    await federated.stop();
    await collector.stop();
  });

  const one = (name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect(found, name).toHaveLength(1);
    return found[0] as CollectedSpan;
  };

  it('is one trace: request → execution → each call of a service, which names that call as its parent', () => {
    const request = one('POST /graphql');
    const execution = one('graphql.execute');
    expect(request.parentSpanId).toBe(CALLER);
    expect(execution.parentSpanId).toBe(request.spanId);
    const calls = spans.filter(({ kind }) => kind === 3);
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['POST orders', 'POST products', 'POST reviews']));
    for (const call of calls) expect(call.parentSpanId).toBe(execution.spanId);
    const told = Object.values(federated.services).flatMap(({ witness }) =>
      witness.calls.map(({ headers }) => headers.traceparent),
    );
    expect(told.sort()).toEqual(calls.map(({ spanId }) => `00-${TRACE}-${spanId}-01`).sort());
  });

  it('has the durable write of its event, under the request that waited for it', () => {
    const append = one('store events.append');
    expect(append.parentSpanId).toBe(one('POST /graphql').spanId);
  });

  it('says what was done and in which session, and nothing of who, with what, or by which document', () => {
    expect(one('POST /graphql')).toMatchObject({
      kind: 2,
      failed: false,
      attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
    });
    expect(one('graphql.execute').attributes).toEqual({
      'graphql.operation.name': 'Seen',
      'graphql.operation.type': 'query',
      'graphql.document.hash': expect.stringMatching(/^[0-9a-f]{64}$/),
      'gateway.identity.kind': 'impersonated',
      'impersonation.session.id': sessionId,
    });
    const received = collector.received();
    for (const hidden of [
      actorToken,
      'user_ada',
      'user_cleo',
      'Marchetti',
      'viewer {',
      'a test',
      '127.0.0.1',
      'b4gg4ge',
    ]) {
      expect(received.includes(hidden), hidden).toBe(false);
    }
    for (const token of received.match(/eyJ[\w-]+/g) ?? []) expect(token).toBe('');
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'desk', 'service.version': '1' });
  });

  it('is in the trail under the trace that it belongs to', async () => {
    const auditor = await federated.gateway.token('user_audrey');
    const { data } = await federated.gateway.graphql(
      auditor,
      'query ($id: ID) { impersonationEvents(filter: { sessionId: $id, operationName: "Seen" }, first: 5) { nodes { id } } }',
      { id: sessionId },
    );
    const event = await federated.gateway.store.events.get(data.impersonationEvents.nodes[0].id);
    expect(event?.body).toContain(`"traceparent":"00-${TRACE}-${one('POST /graphql').spanId}-01"`);
  });

  it('sends no baggage on, and its key to the collector alone', () => {
    expect(federated.sent()).not.toMatch(/baggage|b4gg4ge/);
    expect(collector.headers[0]?.['x-api-key']).toBe(SECRET);
    expect(federated.sent()).not.toContain(SECRET);
    expect(federated.gateway.logged()).not.toContain(SECRET);
  });

  it('leaves no trace of probes, metrics and polling', async () => {
    for (const probe of ['/healthz', '/readyz', '/metrics']) await fetch(`${federated.gateway.url}${probe}`);
    await fetch(`${federated.gateway.url}/nowhere/eyJhbGciOi`);
    const names = () => collector.spans.map(({ name }) => name);
    await expect.poll(() => names().includes('GET none'), LATE).toBe(true);
    expect(names().filter((name) => /healthz|readyz|metrics|getMany|nowhere/.test(name))).toEqual([]);
  });

  it('who asks without a trace begins one, and a service that fails is an error by its kind alone', async () => {
    federated.services.reviews.witness.conduct = {
      kind: 'answer',
      status: 500,
      type: 'text/plain',
      body: 'stack of zebra',
    };
    const before = collector.spans.length;
    await federated.gateway.graphql(actorToken, '{ viewer { id reviews { stars } } }');
    const failed = () => collector.spans.slice(before).find(({ name, failed }) => failed && name === 'POST reviews');
    await expect.poll(() => failed()?.attributes, LATE).toMatchObject({ 'error.type': 'status' });
    federated.services.reviews.witness.conduct = { kind: 'pass' };
    expect(failed()?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(collector.received().includes('zebra')).toBe(false);
  });
});

describe('sampling and failures', () => {
  it('who calls and is believed decides where the sampler says so; a service is told what was decided', async () => {
    const collector = await startTraceCollector();
    const federated = await startFederatedGateway({
      tracing: tracingTo(collector.url, { TRACEPARENT_FROM: '::1,127.0.0.1' }),
    });
    const cleo = await federated.gateway.token('user_cleo');
    federated.forget();
    await federated.gateway.graphql(
      cleo,
      '{ viewer { orders { id } } }',
      {},
      { traceparent: `00-${TRACE}-${CALLER}-00` },
    );
    const told = federated.services.orders.witness.calls[0]?.headers.traceparent ?? '';
    expect(told).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(told).not.toContain(CALLER);
    await federated.stop();
    expect(collector.spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
    await collector.stop();
  });

  it.each([
    ['has recorded', 'parentbased_traceidratio', '01', '00'],
    ['keeps from being recorded', 'parentbased_always_on', '00', '01'],
  ])(
    'nothing that a stranger asks for %s: their trace is another one, to which ours is linked',
    async (_, sampler, asked, done) => {
      const collector = await startTraceCollector();
      const federated = await startFederatedGateway({
        tracing: tracingTo(collector.url, {
          OTEL_TRACES_SAMPLER: sampler,
          OTEL_TRACES_SAMPLER_ARG: '0',
          TRACEPARENT_FROM: '10.0.0.0/8',
        }),
      });
      const cleo = await federated.gateway.token('user_cleo');
      federated.forget();
      const headers = {
        traceparent: `00-${TRACE}-${CALLER}-${asked}`,
        tracestate: 'stranger=1',
        'x-forwarded-for': '10.0.0.1',
      };
      await federated.gateway.graphql(cleo, '{ viewer { orders { id } } }', {}, headers);
      const told = federated.services.orders.witness.calls[0]?.headers ?? {};
      expect(told.traceparent).toMatch(new RegExp(`^00-(?!${TRACE})[0-9a-f]{32}-[0-9a-f]{16}-${done}$`));
      expect(told.tracestate).toBeUndefined();
      const socket = new WebSocket(
        federated.gateway.url.replace('http', 'ws').concat('/graphql'),
        'graphql-transport-ws',
        { headers },
      );
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: cleo } })),
      );
      const query = '{ viewer { orders { id } } }';
      await new Promise<void>((resolve) => {
        socket.on('message', (data) => {
          const { type } = JSON.parse(String(data));
          if (type === 'connection_ack')
            socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
          if (type === 'next' || type === 'error') resolve();
        });
      });
      socket.close();
      const overSocket = federated.services.orders.witness.calls.at(-1)?.headers ?? {};
      expect(federated.services.orders.witness.calls).toHaveLength(2);
      expect(overSocket.traceparent).toMatch(new RegExp(`^00-(?!${TRACE})[0-9a-f]{32}-[0-9a-f]{16}-${done}$`));
      await federated.stop();
      const request = collector.spans.find(({ name }) => name === 'POST /graphql');
      expect(request === undefined).toBe(done === '00');
      if (request !== undefined) {
        expect([request.parentSpanId, request.links]).toEqual(['', [CALLER]]);
        expect(request.traceId).not.toBe(TRACE);
      }
      await collector.stop();
    },
  );

  it.each([
    ['always_off', {}, 0],
    ['traceidratio', { OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
    ['traceidratio', { OTEL_TRACES_SAMPLER_ARG: '1' }, 1],
    ['parentbased_always_off', {}, 0],
    ['always_on', {}, 1],
  ])('%s %j', async (sampler, more, expected) => {
    const collector = await startTraceCollector();
    const logger = { warn() {}, info() {} } as unknown as Logger;
    const tracing = await tracingTo(collector.url, { OTEL_TRACES_SAMPLER: sampler, ...more })(logger);
    const span = tracing?.begin('x', { parent: null });
    expect(span?.traceparent).toMatch(new RegExp(`-0${expected}$`));
    span?.ended(null);
    await tracing?.close(5_000);
    expect(collector.spans).toHaveLength(expected);
    await collector.stop();
  });

  it('a collector that refuses or is not there harms no request; the log says so once, without address or key', async () => {
    const collector = await startTraceCollector();
    collector.status = 403;
    const more = { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Basic%20${SECRET}` };
    const federated = await startFederatedGateway({ tracing: tracingTo(collector.url, more) });
    const cleo = await federated.gateway.token('user_cleo');
    const ask = async () => (await federated.gateway.graphql(cleo, '{ viewer { id orders { id } } }')).errors;
    const warnings = () => federated.gateway.logged().split('traces cannot be sent').length - 1;
    expect(await ask()).toEqual([]);
    await expect.poll(() => warnings(), LATE).toBe(1);
    await collector.stop();
    expect(await ask()).toEqual([]);
    await federated.stop();
    expect(warnings()).toBe(1);
    expect(federated.gateway.logged()).not.toContain(SECRET);
    const { host, port } = new URL(collector.url);
    // Five digits in a row are in a time or an id now and then.
    for (const place of [host, `"port":${port}`]) expect(federated.gateway.logged()).not.toContain(place);
  });
});

describe('where nothing is configured', () => {
  /** The names of its API alone come with prom-client. */
  it('not one module of OpenTelemetry that does anything is loaded; where it is, they are', async () => {
    await freshBuild();
    const loaded = (environment: Readonly<Record<string, string>>) => {
      const script = `
        const at = (file) => ${JSON.stringify(path.join(PROJECT_ROOT, 'dist/src/'))} + file;
        Promise.all([import(at('commands/serve.js')), import(at('config/index.js')), import(at('app/telemetry/open-tracing.js'))])
          .then(([, { readConfig }, { openTracing }]) => openTracing(readConfig(process.env).tracing, { version: '1', instance: 'x' }, {}))
          .then((tracing) => console.log(tracing === null, Object.keys(require.cache).filter((name) => /@opentelemetry.(?!api.build)/.test(name)).length));`;
      const env = { PATH: process.env.PATH, ...environment };
      return spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8', cwd: PROJECT_ROOT }).stdout.trim();
    };
    expect(loaded({})).toBe('true 0');
    expect(loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })).toMatch(/^false [1-9]/);
  });

  it('the program itself traces by its environment, and sends what is left when it stops', async () => {
    const collector = await startTraceCollector();
    const folder = await temporaryFolder();
    const gateway = await startGatewayProcess(folder.path, { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` });
    const ada = await gateway.signIn('user_ada');
    await gateway.graphql(ada, '{ viewer { id } }');
    expect((await gateway.stop()).code).toBe(0);
    const names = collector.spans.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['POST /graphql', 'graphql.execute', 'identity.resolve']));
    await folder.remove();
    await collector.stop();
  });
});
