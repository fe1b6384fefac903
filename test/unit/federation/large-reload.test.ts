import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ORDERS_SDL, openWorld, ordersAt, type World } from './world.js';

/** Large enough to be merged in a thread; `marks` are fields by which it is told from another. */
function largeSdl(...marks: readonly string[]): string {
  const types = Array.from({ length: 250 }, (_, nth) => `type Large${nth} { id: ID! name: String next: Large${nth} }`);
  const roots = Array.from({ length: 250 }, (_, nth) => `large${nth}: Large${nth}`);
  return `${ORDERS_SDL} ${types.join(' ')} extend type Query { ${[...roots, ...marks.map((mark) => `${mark}: String`)].join(' ')} }`;
}

async function openLarge(): Promise<World & { write(sdl: string): Promise<void> }> {
  let file = '';
  const world = await openWorld(
    (_, directory) => ({
      upstreams: [ordersAt('http://127.0.0.1:9/graphql', { file: path.join(directory, 'orders.graphql') })],
    }),
    {
      async prepare(directory) {
        file = path.join(directory, 'orders.graphql');
        await writeFile(file, largeSdl());
      },
    },
  );
  return { ...world, write: (sdl) => writeFile(file, sdl) };
}

async function fields({ gateway }: World): Promise<readonly string[]> {
  const answer = await gateway.graphql(null, '{ __type(name: "Query") { fields { name } } }');
  expect(answer.status).toBe(200);
  return answer.data.__type.fields.map(({ name }: { name: string }) => name);
}

/** Asks until the field is there. @returns how many answers came before */
async function answersUntil(world: World, mark: string): Promise<number> {
  for (let answers = 0; ; answers += 1) if ((await fields(world)).includes(mark)) return answers;
}

describe('a large schema that changes', () => {
  it('is merged while requests are answered, and the newest of several is the one that stays', {
    timeout: 60_000,
  }, async () => {
    const world = await openLarge();
    await world.write(largeSdl('first'));
    expect(await answersUntil(world, 'first')).toBeGreaterThan(0);
    await world.write(largeSdl('second'));
    await pause(50);
    await world.write(largeSdl('third'));
    await answersUntil(world, 'third');
    await pause(300);
    expect(await fields(world)).not.toContain('second');
    expect(await fields(world)).toContain('third');
    expect(world.gateway.logged()).not.toContain('"level":"error"');
  });

  it('may be left in the middle by a stop, which is no mistake', async () => {
    const world = await openLarge();
    await world.write(largeSdl('late'));
    await pause(150);
    await world.gateway.stop();
    expect(world.gateway.logged()).not.toMatch(/"level":"(error|fatal)"/);
  });
});
