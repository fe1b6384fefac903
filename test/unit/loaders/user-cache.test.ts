import { describe, expect, it, vi } from 'vitest';
import type { User } from '../../../src/domain/user.js';
import { createLoaders, createUserCache } from '../../../src/loaders/index.js';
import type { UserDirectory } from '../../../src/stores/index.js';
import { ada, cleo, person, sam } from '../policy/people.js';

/** A directory whose answers a test gives, in any order. */
function open(all: readonly User[] = [ada, sam, cleo]) {
  const people = new Map(all.map((one) => [one.id, one]));
  const clock = { time: 1_000_000, now: () => clock.time };
  const asked: (readonly string[])[] = [];
  let held:
    | { ids: readonly string[]; answer: (found?: readonly User[]) => void; fail: (error: Error) => void }[]
    | null = null;
  const directory: UserDirectory = {
    findByIds(ids) {
      asked.push(ids);
      const found = ids.flatMap((id) => people.get(id) ?? []);
      if (held === null) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        held?.push({ ids, answer: (other) => resolve(other ?? found), fail: reject });
      });
    },
    search: async () => ({ items: [], hasMore: false }),
  };
  return {
    people,
    clock,
    asked,
    cache: createUserCache(directory, clock),
    hold: () => {
      held = [];
      return held;
    },
  };
}

describe('the directory’s word', () => {
  it('is remembered for less than a second, presence and absence alike', async () => {
    const { cache, clock, asked, people } = open();
    expect(await cache.current([ada.id, 'nobody'])).toEqual([ada, null]);
    people.delete(ada.id);
    people.set('nobody', person('nobody', []));
    clock.time += 999;
    expect(await cache.current([ada.id, 'nobody'])).toEqual([ada, null]);
    expect(asked).toHaveLength(1);
    clock.time += 1;
    expect(await cache.current([ada.id, 'nobody'])).toEqual([null, person('nobody', [])]);
    expect(asked).toHaveLength(2);
  });

  it('is asked for once for any number of people, and each once', async () => {
    const { cache, asked } = open();
    expect(await cache.current([cleo.id, ada.id, cleo.id])).toEqual([cleo, ada, cleo]);
    expect(asked).toEqual([[cleo.id, ada.id]]);
    await cache.current([sam.id, ada.id]);
    expect(asked[1]).toEqual([sam.id]);
    expect(await cache.current([])).toEqual([]);
  });

  it('is given without a promise where it is fresh', async () => {
    const { cache, clock } = open();
    expect(cache.one(ada.id)).toBeInstanceOf(Promise);
    expect(await cache.one(ada.id)).toEqual(ada);
    expect(cache.one(ada.id)).toEqual(ada);
    expect(await cache.one('nobody')).toBeNull();
    expect(cache.one('nobody')).toBeNull();
    clock.time += 1_000;
    expect(cache.one(ada.id)).toBeInstanceOf(Promise);
  });

  it('never turns a person who grows old between two looks into one who does not exist', async () => {
    const { cache, clock } = open();
    await cache.current([ada.id, cleo.id]);
    const start = clock.time;
    let looks = 0;
    // Time passes with every look at the clock.
    clock.now = () => start + 998 + looks++;
    for (let n = 0; n < 10; n++) {
      looks = 0;
      expect(await cache.current([ada.id, cleo.id])).toEqual([ada, cleo]);
      expect(await cache.one(ada.id)).toEqual(ada);
    }
  });

  it('is not fresh because the clock was set back', async () => {
    const { cache, clock, people } = open();
    await cache.one(ada.id);
    people.set(ada.id, { ...ada, disabled: true });
    clock.time -= 3_600_000;
    expect(await cache.one(ada.id)).toMatchObject({ disabled: true });
  });

  it('is not fresh because the clock was set back to when it came', async () => {
    const { cache, clock, asked } = open();
    const monotonic = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    try {
      await cache.current([ada.id]);
      clock.time += 3_600_000;
      clock.time -= 3_600_000;
      monotonic.mockReturnValue(1_000 + 3_600_000);
      expect(cache.known(ada.id)).toBeNull();
      await cache.current([ada.id]);
      expect(asked).toHaveLength(2);
    } finally {
      monotonic.mockRestore();
    }
  });

  it('is asked for anew where it comes so late that this process must have stood still meanwhile', async () => {
    const { cache, clock, hold, people, asked } = open();
    const held = hold();
    const looked = cache.current([ada.id]);
    const demoted = { ...ada, roles: ['USER'] } as const;
    people.set(ada.id, demoted);
    clock.time += 60_000;
    held[0]?.answer();
    await expect.poll(() => asked.length).toBe(2);
    held[1]?.answer();
    expect(await looked).toEqual([demoted]);
    expect(cache.known(ada.id)).toEqual(demoted);
  });

  it('counts from when it was asked for, not from when it came', async () => {
    const { cache, clock, hold, asked } = open();
    const held = hold();
    const first = cache.one(ada.id);
    clock.time += 900;
    held[0]?.answer();
    await first;
    expect(cache.one(ada.id)).toEqual(ada);
    clock.time += 100;
    void cache.one(ada.id);
    expect(asked).toHaveLength(2);
  });
});

describe('a look-up under way', () => {
  it('is shared by all who ask meanwhile', async () => {
    const { cache, hold, asked } = open();
    const held = hold();
    const all = [cache.one(ada.id), cache.current([ada.id, cleo.id]), cache.current([ada.id])];
    expect(asked).toEqual([[ada.id], [cleo.id]]);
    for (const { answer } of held) answer();
    expect(await Promise.all(all)).toEqual([ada, [ada, cleo], [ada]]);
  });

  it('is not shared once its answer would be too old: a directory that hangs blocks nobody for ever', async () => {
    const { cache, clock, hold, people } = open();
    const held = hold();
    const hanging = cache.one(ada.id);
    clock.time += 1_000;
    people.set(ada.id, { ...ada, roles: [] });
    const fresh = cache.one(ada.id);
    held[1]?.answer();
    expect(await fresh).toMatchObject({ roles: [] });
    held[0]?.answer([ada]);
    expect(await hanging).toMatchObject({ roles: ['ADMIN'] });
    // The older answer, though it came later, has not replaced the newer one.
    expect(cache.one(ada.id)).toMatchObject({ roles: [] });
  });

  it('that fails fails for all who share it, leaves nothing behind, and is tried again by the next', async () => {
    const { cache, hold, asked } = open();
    const held = hold();
    const both = [cache.one(ada.id), cache.current([ada.id])];
    held[0]?.fail(new Error('down'));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = cache.one(ada.id);
    held[1]?.answer();
    expect(await again).toEqual(ada);
    expect(asked).toHaveLength(2);
  });

  it('that fails and that nobody waits for is no unhandled rejection', async () => {
    const { cache, hold } = open();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const held = hold();
    void cache.current([ada.id, cleo.id]).catch(() => undefined);
    held[0]?.fail(new Error('down'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('what was last heard of a person', () => {
  it('is known for fifteen minutes, however stale', async () => {
    const { cache, clock } = open();
    expect(cache.lastKnown(ada.id)).toBeNull();
    await cache.current([ada.id, 'nobody']);
    clock.time += 15 * 60_000;
    expect(cache.lastKnown(ada.id)).toEqual(ada);
    expect(cache.lastKnown('nobody')).toBeNull();
    clock.time += 1;
    expect(cache.lastKnown(ada.id)).toBeNull();
  });

  it('is not lost by a look-up that fails', async () => {
    const { cache, clock, hold } = open();
    await cache.one(ada.id);
    clock.time += 2_000;
    const held = hold();
    const failing = cache.one(ada.id);
    held[0]?.fail(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    expect(cache.lastKnown(ada.id)).toEqual(ada);
  });
});

describe('the loaders of a request', () => {
  it('look all people up at once', async () => {
    const { cache, asked } = open();
    const { person: load } = createLoaders(cache);
    expect(await Promise.all([load.load(ada.id), load.load(cleo.id), load.load('nobody'), load.load(ada.id)])).toEqual([
      ada,
      cleo,
      null,
      ada,
    ]);
    expect(asked).toEqual([[ada.id, cleo.id, 'nobody']]);
  });

  it('are the request’s own: what one has remembered no other sees', async () => {
    const { cache, clock, people } = open();
    const first = createLoaders(cache);
    await first.person.load(ada.id);
    people.set(ada.id, { ...ada, roles: [] });
    clock.time += 1_000;
    expect(await first.person.load(ada.id)).toEqual(ada);
    expect(await createLoaders(cache).person.load(ada.id)).toMatchObject({ roles: [] });
  });
});
