import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openStream } from '../attacks/event-source.js';
import { productionEnvironment } from '../attacks/production.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

let gateway: RunningGateway;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'production-hides-'));
  gateway = await startGateway({ directory, environment: await productionEnvironment(directory) });
});
afterAll(async () => {
  await gateway.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What a client was told, in one text, by each transport. */
const transports: Readonly<Record<string, (body: { query: string; variables?: object }) => Promise<string>>> = {
  async POST(body) {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  },
  async GET({ query, variables }) {
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
    return (await fetch(`${gateway.url}/graphql?${search}`, { headers: { 'apollo-require-preflight': '1' } })).text();
  },
  async 'server-sent events'(body) {
    const stream = await openStream(gateway.url, null, { method: 'POST', body });
    const told = JSON.stringify(await stream.next());
    stream.close();
    return told;
  },
  async WebSocket(payload) {
    const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    try {
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init' }));
      await once(socket, 'message');
      socket.send(JSON.stringify({ type: 'subscribe', id: 'one', payload }));
      const [message] = (await once(socket, 'message')) as [Buffer];
      return message.toString('utf8');
    } finally {
      socket.close();
    }
  },
};

const asked: readonly (readonly [what: string, body: { query: string; variables?: object }, code: string])[] = [
  ['the schema', { query: '{ __schema { types { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a type', { query: '{ __type(name: "User") { fields { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a type by a fragment',
    { query: '{ ...F } fragment F on Query { a: __type(name: "User") { name } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a field that is nearly right', { query: '{ viewr { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'an argument that is nearly right',
    { query: '{ users(serch: "x") { nodes { id } } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'an enum value that is nearly right',
    { query: '{ users(role: ADMN) { nodes { id } } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'an enum value of a variable',
    { query: 'query ($r: Role) { users(role: $r) { nodes { id } } }', variables: { r: 'ADMN' } },
    'BAD_USER_INPUT',
  ],
  [
    'a field of an input object of a variable',
    {
      query: 'query ($f: ImpersonationEventFilter) { impersonationEvents(filter: $f) { nodes { id } } }',
      variables: { f: { sesionId: 'x' } },
    },
    'BAD_USER_INPUT',
  ],
];

describe.each(Object.keys(transports))('in production, by %s', (transport) => {
  it.each(asked)('%s is not told, nor guessed at', async (_what, body, code) => {
    // More than once: an operation that comes again goes another way.
    for (let time = 0; time < 3; time += 1) {
      const told = (await transports[transport]?.(body)) ?? '';
      expect(told).toContain(code);
      expect(told).not.toMatch(/Did you mean|"name":"|"ADMIN"|sessionId|viewer"/);
    }
  });
});
