import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTracing } from '../../src/app/telemetry/open-tracing.js';
import { tracedCommands } from '../../src/app/telemetry/traced-commands.js';
import { readConfig } from '../../src/config/index.js';
import { createLogger } from '../../src/platform/logger.js';
import type { Tracing } from '../../src/platform/tracing.js';
import { tellCommands } from '../../src/stores/mongo/commands.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { startMongoPeer } from '../support/mongo-peer.js';
import { activeSession } from '../support/store-fixtures.js';
import { startTraceCollector, type TraceCollector } from '../support/trace-collector.js';

const LATE = { timeout: 15_000 };
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('commands to MongoDB', () => {
  let collector: TraceCollector;
  let tracing: Tracing;

  beforeEach(async () => {
    collector = await startTraceCollector();
    const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const opened = await openTracing(
      config.tracing,
      { version: '1', instance: 'x' },
      createLogger({ level: 'silent' }),
    );
    if (opened === null) throw new Error('there is no tracing');
    tracing = opened;
  });
  afterEach(async () => {
    await tracing.close(5_000);
    await collector.stop();
  });

  it('are spans under the request, by name and collection; nothing of what is in them, of errors or of addresses', async () => {
    const client = new EventEmitter();
    tellCommands(client as never, tracedCommands(tracing));
    const about = { address: 'secret-host:27017', requestId: 7, commandName: 'find', databaseName: 'gateway' };
    const outside = { ...about, requestId: 8, command: { find: 'users' } };
    client.emit('commandStarted', outside);
    client.emit('commandSucceeded', outside);
    tracing.begin('request', { parent: PARENT }).within(() => {
      client.emit('commandStarted', { ...about, command: { find: 'users', filter: { email: 'cleo@example.org' } } });
      client.emit('commandSucceeded', { ...about, reply: { cursor: 'Cleo' } });
      const more = { ...about, requestId: 9, commandName: 'insert' };
      client.emit('commandStarted', { ...more, command: { insert: 'auditSeals', documents: [{ body: 'Cleo' }] } });
      client.emit('commandFailed', {
        ...more,
        failure: Object.assign(new Error('E11000 Cleo'), { name: 'MongoError' }),
      });
    });
    await expect.poll(() => collector.spans.length, LATE).toBe(2);
    const [find, insert] = collector.spans;
    expect(find).toMatchObject({ name: 'find users', kind: 3, failed: false });
    expect(find?.attributes).toEqual({
      'db.system.name': 'mongodb',
      'db.namespace': 'gateway',
      'db.operation.name': 'find',
      'db.collection.name': 'users',
    });
    expect(insert).toMatchObject({
      name: 'insert auditSeals',
      failed: true,
      attributes: { 'error.type': 'MongoError' },
    });
    for (const hidden of ['Cleo', 'cleo@', 'secret-host', 'E11000']) {
      expect(collector.received().includes(hidden), hidden).toBe(false);
    }
  });

  it('of the driver itself are told too, wherever there is a server', async ({ skip }) => {
    const peer = await startMongoPeer();
    if (peer === null) {
      console.warn('NOT RUN, because no MongoDB-compatible server is installed:\n  - spans of real commands');
      return skip();
    }
    const store = createMongoStore({ uri: peer.uri, database: 'traces', commands: tracedCommands(tracing) });
    await store.open();
    const before = collector.spans.length;
    const span = tracing.begin('request', { parent: PARENT });
    await span.within(() => store.sessions.get(activeSession().id));
    span.ended(null);
    await store.close();
    await peer.stop();
    const found = () => collector.spans.slice(before).find(({ name }) => name === 'find impersonationSessions');
    await expect.poll(found, LATE).toBeDefined();
    expect(found()).toMatchObject({ parentSpanId: span.traceparent.split('-')[2], failed: false });
  });
});
