import { beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/stores/index.js';
import { comparableEvent, eventChain } from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase, freshRivals, race } from './opened-store.js';

export function describePruning(setting: ContractSetting): void {
  describe('pruning', () => {
    const opened = freshDatabase(setting);
    let current: Store;
    const one = eventChain('one', 10);
    const other = eventChain('other', 10);
    const left = async (chain: string) => (await current.events.chain(chain, 0, 99)).map(({ sequence }) => sequence);

    beforeAll(async () => {
      current = opened().store;
      await current.events.append([...one, ...other]);
    }, setting.timeoutMs);

    it('of what is not there deletes nothing', async () => {
      for (const range of [
        { chain: 'nobody', from: 0, to: 99 },
        { chain: 'one', from: 10, to: 99 },
        { chain: 'one', from: 5, to: 4 },
        { chain: 'One', from: 0, to: 9 },
      ]) {
        expect(await current.events.prune(range, 100)).toBe(0);
      }
      expect(await left('one')).toHaveLength(10);
    });

    it('deletes the first of a stretch, as many as were asked for, and says how many', async () => {
      expect(await current.events.prune({ chain: 'one', from: 1, to: 6 }, 4)).toBe(4);
      expect(await left('one')).toEqual([0, 5, 6, 7, 8, 9]);
      expect(await current.events.prune({ chain: 'one', from: 1, to: 6 }, 4)).toBe(2);
      expect(await current.events.prune({ chain: 'one', from: 1, to: 6 }, 4)).toBe(0);
      expect(await left('one')).toEqual([0, 7, 8, 9]);
    });

    it('leaves everything else as it was: the same bytes, the other chains, heads and openings', async () => {
      const kept = (await current.events.chain('one', 0, 99)).map(comparableEvent);
      expect(kept).toEqual([0, 7, 8, 9].flatMap((at) => one.slice(at, at + 1)).map(comparableEvent));
      expect((await current.events.chain('other', 0, 99)).map(comparableEvent)).toEqual(other.map(comparableEvent));
      expect(await current.events.openedSince(0)).toEqual(['one', 'other']);
      expect((await current.events.heads()).map(({ chain, sequence }) => `${chain} ${sequence}`).sort()).toEqual([
        'one 9',
        'other 9',
      ]);
      expect(await current.events.get(one[3]?.id ?? '')).toBeNull();
    });

    it('is durable, and of a chain that is gone nothing is left', async () => {
      expect(await current.events.prune({ chain: 'other', from: 0, to: 9 }, 500)).toBe(10);
      current = await opened().reopen();
      expect(await current.events.chains()).toEqual(['one']);
      expect(await left('one')).toEqual([0, 7, 8, 9]);
      const page = await current.events.page({}, { limit: 99, direction: 'forward' });
      expect(page.items).toHaveLength(4);
    });
  });

  describe('pruning: races', () => {
    const rivals = freshRivals(setting);

    it('by 10 callers at once deletes each event once, and none that others append behind', async () => {
      await rivals()[0].events.append(eventChain('old', 60));
      const counts = await race(rivals(), 20, async (store, index) => {
        if (index % 2 === 0) return store.events.prune({ chain: 'old', from: 0, to: 59 }, 7);
        await store.events.append(eventChain(`new-${index}`, 3));
        return 0;
      });
      const store = rivals()[1];
      let deleted = counts.reduce((sum, count) => sum + count, 0);
      for (let more = 1; more > 0; deleted += more)
        more = await store.events.prune({ chain: 'old', from: 0, to: 59 }, 7);
      expect(deleted).toBe(60);
      expect(await store.events.chain('old', 0, 99)).toEqual([]);
      for (let index = 1; index < 20; index += 2) {
        expect(await store.events.chain(`new-${index}`, 0, 9)).toHaveLength(3);
      }
    });
  });
}
