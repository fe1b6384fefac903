import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ORDERS_SDL, openWorld, ordersAt, type World } from './world.js';

async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  let seen = await look();
  for (const end = Date.now() + 10_000; Date.now() < end && !holds(seen); seen = await look()) await pause(20);
  expect(holds(seen), JSON.stringify(seen)).toBe(true);
  return seen;
}

async function readiness({ gateway }: World): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}/readyz`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function metric({ gateway }: World, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

const generation = (world: World) => metric(world, 'gateway_schema_generation');
const failed = (world: World) => metric(world, 'gateway_schema_reload_failed');
const logLines = ({ gateway }: World): Record<string, unknown>[] =>
  gateway
    .logged()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function knows({ gateway }: World, field: string): Promise<boolean> {
  const answer = await gateway.graphql(null, `{ __type(name: "Parcel") { fields { name } } }`);
  return answer.data.__type.fields.some(({ name }: { name: string }) => name === field);
}

const fromFile = (_: unknown, directory: string) => ({
  upstreams: [ordersAt('http://127.0.0.1:9/graphql', { file: path.join(directory, 'orders.graphql') })],
});
const MORE = ORDERS_SDL.replace('note: String  title', 'note: String  weight: Int  title');
/** There is no such role. */
const BAD = ORDERS_SDL.replace('margin: Int! @requiresRole(role: ADMIN)', 'margin: Int! @requiresRole(role: KING)');

describe('a schema file that changes', () => {
  async function openWithFile(): Promise<World & { write(sdl: string): Promise<void> }> {
    let file = '';
    const world = await openWorld(fromFile, {
      async prepare(directory) {
        file = path.join(directory, 'orders.graphql');
        await writeFile(file, ORDERS_SDL);
      },
    });
    return { ...world, write: (sdl) => writeFile(file, sdl) };
  }

  it('is served without a restart', async () => {
    const world = await openWithFile();
    expect(await generation(world)).toBe(1);
    expect(await knows(world, 'weight')).toBe(false);
    await world.write(MORE);
    await until(
      () => generation(world),
      (number) => number === 2,
    );
    expect(await knows(world, 'weight')).toBe(true);
    expect((await readiness(world)).body).not.toHaveProperty('degraded');
  });

  it('is refused where it is bad: the last good one goes on, and the log, readiness and a metric say so until it is mended', async () => {
    const world = await openWithFile();
    await world.write(BAD);
    await until(
      () => failed(world),
      (state) => state === 1,
    );
    expect(await readiness(world)).toMatchObject({ status: 200, body: { status: 'ready', degraded: ['schema'] } });
    expect(await generation(world)).toBe(1);
    const told = logLines(world).filter(({ level }) => level === 'error');
    expect(told).toEqual([
      expect.objectContaining({
        service: 'orders',
        coordinate: 'Parcel.margin',
        problem: expect.stringContaining('KING'),
      }),
    ]);
    expect(await metric(world, 'gateway_schema_refusals_total')).toBe(1);
    await world.gateway.gateway.reload();
    expect(await metric(world, 'gateway_schema_refusals_total'), 'the same is not told twice').toBe(1);
    expect((await world.gateway.graphql(null, '{ nodes { id } }')).codes).toEqual(['UPSTREAM_UNAVAILABLE']);

    await world.write(ORDERS_SDL);
    await until(
      () => failed(world),
      (state) => state === 0,
    );
    expect((await readiness(world)).body).not.toHaveProperty('degraded');
    expect(await generation(world), 'what is served has not changed').toBe(1);

    await world.write('this is no SDL');
    await until(
      () => failed(world),
      (state) => state === 1,
    );
    await world.write(MORE);
    await until(
      () => generation(world),
      (number) => number === 2,
    );
    expect(await failed(world)).toBe(0);
  });
});

describe('the configuration file', () => {
  it('that changes has its rules in force for the next request', async () => {
    const world = await openWorld();
    const { gateway, orders } = world;
    const ask = async () => gateway.graphql(await gateway.token('user_cleo'), '{ parcels { title note } }');
    expect((await ask()).data.parcels[0].note).toBe('note of p1');
    await world.configure({
      upstreams: [ordersAt(orders.url)],
      rules: [{ coordinate: 'Parcel.note', requiresRole: { role: 'ADMIN' } }],
    });
    await gateway.gateway.reload();
    orders.calls.length = 0;
    const answer = await ask();
    expect(answer.codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(orders.calls.map(({ query }) => query).join()).not.toContain('note');
    await world.configure({
      upstreams: [ordersAt(orders.url)],
      rules: [{ coordinate: 'Parcel.note', requiresRole: { role: 'USER' } }],
    });
    await gateway.gateway.reload();
    expect((await ask()).errors, 'another role is another rule').toEqual([]);
  });

  it.each([
    ['is no YAML', '{'],
    ['names what is unknown', 'upstreams: []\nupstream: 1'],
  ])('that %s changes nothing, and its problems are told without its text', async (_, text) => {
    const world = await openWorld();
    await writeFile(world.file, `${text} # secret-of-the-file`);
    await until(
      () => failed(world),
      (state) => state === 1,
    );
    expect(logLines(world).some(({ level, problem }) => level === 'error' && typeof problem === 'string')).toBe(true);
    expect(world.gateway.logged()).not.toContain('secret-of-the-file');
    expect((await world.gateway.graphql(null, '{ nodes { id } }')).errors).toEqual([]);
  });
});

describe('a schema that the service tells', () => {
  it('is asked for again, and served where it has changed', async () => {
    const world = await openWorld(({ url }) => ({ upstreams: [ordersAt(url)], pollSeconds: 1 }));
    world.orders.told = MORE;
    await until(
      () => generation(world),
      (number) => number === 2,
    );
    expect(await knows(world, 'weight')).toBe(true);
  });

  it('is not asked for where polling is off, but on request', async () => {
    const world = await openWorld(({ url }) => ({ upstreams: [ordersAt(url)], pollSeconds: 0 }));
    const asked = world.orders.schemaCalls();
    world.orders.told = MORE;
    await pause(1_500);
    expect(world.orders.schemaCalls()).toBe(asked);
    await world.gateway.gateway.reload();
    expect(await generation(world)).toBe(2);
  });

  it('is the one it told before while it cannot be asked, and readiness says so', async () => {
    const world = await openWorld(({ url }) => ({ upstreams: [ordersAt(url)], pollSeconds: 0 }));
    world.orders.failing = true;
    await world.gateway.gateway.reload();
    expect((await readiness(world)).body).toMatchObject({ status: 'ready', degraded: ['schema'] });
    expect(await knows(world, 'title')).toBe(true);
    const { host, port } = new URL(world.orders.url);
    // Five digits in a row are in a time or an id now and then.
    for (const place of [host, `"port":${port}`]) expect(world.gateway.logged()).not.toContain(place);
    world.orders.failing = false;
    await world.gateway.gateway.reload();
    expect((await readiness(world)).body).not.toHaveProperty('degraded');
  });
});

describe('a request that is under way when a new schema comes', () => {
  it('is answered whole by what it began with, and the next one by the new', async () => {
    const world = await openWorld(({ url }) => ({ upstreams: [ordersAt(url)], pollSeconds: 0 }));
    const { gateway, orders } = world;
    const token = await gateway.token('user_cleo');
    let release = () => {};
    orders.until = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The second step is planned by the schema that the first one began with.
    const slow = gateway.graphql(token, '{ parcels { title note owner { email parcels { title } } } }');
    await until(
      () => orders.calls.length,
      (calls) => calls === 1,
    );
    orders.told = ORDERS_SDL.replace(
      'note: String  title: String!',
      'note: String  title: String!  weight: Int',
    ).replace('parcels: [Parcel!]!  card', 'gone: Int  card');
    await gateway.gateway.reload();
    expect(await generation(world)).toBe(2);
    expect((await gateway.graphql(token, '{ viewer { parcels { title } } }')).codes).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    release();
    const answer = await slow;
    expect(answer.errors).toEqual([]);
    expect(answer.data.parcels[0].owner.parcels).toEqual([{ title: 'Parcel of-user_cleo' }]);
  });
});
