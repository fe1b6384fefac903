import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type MergedService, merge } from '../../../src/upstreams/composition/merge.js';
import { mergeAside } from '../../../src/upstreams/composition/merge-aside.js';

const FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

/** Services that extend one another's types, with as many types each. */
function services(count: number, types: number): readonly MergedService[] {
  return Array.from({ length: count }, (_, at) => {
    const own = Array.from(
      { length: types },
      (_, nth) =>
        `"""What ${nth} is.""" type T${nth} @key(fields: "id") { id: ID! s${at}: String f${at}: [T${nth}!]! }`,
    );
    const sdl = `${FEDERATION} ${own.join(' ')} type Query { q${at}: T0 }`;
    return { name: `s${at}`, typeDefs: parse(sdl, { noLocation: true }) };
  });
}

const BAD: readonly MergedService[] = [
  ...services(2, 3),
  { name: 'bad', typeDefs: parse('type T0 { id: Int! } type Query { bad: Nothing }', { noLocation: true }) },
];

const threads = () => process.getActiveResourcesInfo().filter((kind) => /^(MessagePort|Worker)$/.test(kind)).length;
/** Before any of this: a thread may be on its way out for a while after its answer, also that of the test before. */
const AT_REST = threads();

describe('merging in a thread of its own', () => {
  it.each([
    ['services that fit', services(3, 5)],
    ['services that do not', BAD],
  ])('comes to what merging in place comes to: %s', async (_, given) => {
    const aside = await mergeAside(given);
    expect(aside).toEqual(merge(given));
    expect(aside.problems.length > 0).toBe(given === BAD);
  });

  it('lets everything else have its turn meanwhile', async () => {
    let turns = 0;
    let going = true;
    const count = () => {
      turns += 1;
      if (going) setImmediate(count);
    };
    setImmediate(count);
    const few = services(3, 60);
    const { supergraphSdl } = await mergeAside(few);
    going = false;
    expect(supergraphSdl).toContain('T59');
    // In place it would be about one for each service.
    expect(turns).toBeGreaterThan(200);
  });

  it('leaves no thread behind: neither when it has answered, nor when it is not waited for, nor when it fails', async () => {
    await mergeAside(services(2, 2));
    const leaving = new AbortController();
    const left = mergeAside(services(4, 100), { signal: leaving.signal });
    leaving.abort(new Error('the gateway stops'));
    await expect(left).rejects.toThrow('the gateway stops');
    await expect(mergeAside(services(2, 2), { signal: leaving.signal })).rejects.toThrow('the gateway stops');
    await expect(mergeAside([{ name: 'odd', typeDefs: (() => 1) as never }])).rejects.toThrow();
    await expect.poll(threads).toBeLessThanOrEqual(AT_REST);
  });

  it('refuses schemas that take more memory or time than there is for them, and those that it cannot read', async () => {
    const refusal = (message: string) => ({
      name: 'CompositionError',
      problems: [{ message: expect.stringContaining(message) }],
    });
    await expect(mergeAside(services(4, 200), { mostMegabytes: 16 })).rejects.toMatchObject(
      refusal('more memory than'),
    );
    await expect(mergeAside(services(4, 200), { mostMs: 20 })).rejects.toMatchObject(refusal('longer than 0.02 s'));
    await expect(mergeAside([{ name: 'odd', typeDefs: 7 as never }])).rejects.toMatchObject(refusal('has failed'));
    await expect(mergeAside([{ name: 'odd', typeDefs: (() => 1) as never }])).rejects.toMatchObject(
      refusal('has failed'),
    );
  });
});
