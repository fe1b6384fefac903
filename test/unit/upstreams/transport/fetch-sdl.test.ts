import { buildSchema, execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { openTransport, sendJson, service, until } from './setting.js';

const SDL = 'type Query {\n  """of the service"""\n  ok: Boolean\n}';

describe('the schema of a service is fetched', () => {
  it("by Federation's query, as nobody, with nothing of any client", async () => {
    const orders = await service((_, response) => sendJson(response, { data: { _service: { sdl: SDL } } }));
    const { transport } = openTransport(orders.url, { schema: { fetch: 'service' } });
    expect(await transport.fetchSdl()).toBe(SDL);
    const [{ headers, body }] = orders.received as [(typeof orders.received)[0]];
    expect(JSON.parse(body)).toEqual({ query: 'query ServiceSchema { _service { sdl } }' });
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
  });

  it('by introspection', async () => {
    const schema = buildSchema(SDL);
    const orders = await service(async ({ body }, response) =>
      sendJson(response, await execute({ schema, document: parse(JSON.parse(body).query) })),
    );
    const { transport } = openTransport(orders.url, { schema: { fetch: 'introspection' } });
    expect(await transport.fetchSdl()).toBe(SDL);
    expect(orders.received[0]?.headers.authorization).toBeUndefined();
  });

  it.each<[string, 'service' | 'introspection', object]>([
    ['has errors', 'service', { data: { _service: { sdl: SDL } }, errors: [{ message: 'not at 10.0.0.1' }] }],
    ['has no SDL', 'service', { data: { _service: null } }],
    ['has an SDL that is none', 'service', { data: { _service: { sdl: 7 } } }],
    ['has an empty SDL', 'service', { data: { _service: { sdl: '' } } }],
    ['has no schema', 'introspection', { data: { __schema: null } }],
    [
      'has a schema that is none',
      'introspection',
      { data: { __schema: { types: [{ kind: '10.0.0.1', name: 'A' }] } } },
    ],
    ['refuses', 'introspection', { errors: [{ message: 'GraphQL introspection is not allowed' }] }],
  ])('and not taken where it %s', async (_, fetch, answer) => {
    const orders = await service((_request, response) => sendJson(response, answer));
    const { transport } = openTransport(orders.url, { schema: { fetch } });
    const error = await transport.fetchSdl().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UpstreamFailure', reason: 'malformed', code: 'NO_SCHEMA' });
    expect(String((error as Error).stack)).not.toContain('10.0.0.1');
  });

  it('within the time and the size of the service', async () => {
    const silent = await service(() => undefined);
    const slow = openTransport(silent.url, { timeoutMs: 100 });
    await expect(slow.transport.fetchSdl()).rejects.toMatchObject({ reason: 'timeout' });
    const huge = await service((_, response) => sendJson(response, { data: { _service: { sdl: 'x'.repeat(2_000) } } }));
    const small = openTransport(huge.url, { maxResponseBytes: 1_024 });
    await expect(small.transport.fetchSdl()).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('until it is given up, or the gateway stops', async () => {
    const silent = await service(() => undefined);
    const { transport } = openTransport(silent.url);
    const given = new AbortController();
    const first = transport.fetchSdl(given.signal);
    const second = transport.fetchSdl();
    await until(() => silent.received.length === 2);
    given.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    await Promise.all([transport.close(), expect(second).rejects.toMatchObject({ reason: 'closed' })]);
  });

  it('from no service whose schema is a file', async () => {
    const orders = await service();
    const { transport } = openTransport(orders.url, { schema: { file: 'orders.graphql' } });
    await expect(transport.fetchSdl()).rejects.toThrow(TypeError);
    expect(orders.connections).toBe(0);
  });
});
