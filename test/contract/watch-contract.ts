import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventWatch, Store } from '../../src/stores/index.js';
import { eventChain } from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase } from './opened-store.js';

/** What a store that tells of news guarantees. Only for stores that can tell: elsewhere `watch` gives null. */
export function describeWatching(setting: ContractSetting): void {
  describe('events: watching', () => {
    const opened = freshDatabase(setting);
    let replica: Store | undefined;
    let watch: EventWatch | null | undefined;
    let told = 0;
    beforeAll(async () => {
      replica = await opened().replica?.();
      watch = await opened().store.events.watch?.(() => {
        told += 1;
      });
    }, setting.timeoutMs);
    afterAll(async () => {
      await watch?.stop();
      await replica?.close();
    }, setting.timeoutMs);

    /** Waits until it was told again. */
    async function untilTold(before: number): Promise<void> {
      for (const until = performance.now() + setting.timeoutMs / 2; told === before; await pause(10)) {
        if (performance.now() > until) throw new Error('nothing was told');
      }
    }

    it('tells of what another handle on the same data has written, each time', async () => {
      expect(watch?.alive()).toBe(true);
      if (replica === undefined) throw new Error('this needs a second handle');
      for (const events of [eventChain('one', 1), eventChain('two', 3), eventChain('one', 2).slice(1)]) {
        // What came late of the time before is over.
        await pause(300);
        const before = told;
        await replica.events.append(events);
        await untilTold(before);
      }
      expect(watch?.alive()).toBe(true);
    });

    it('tells nothing more once it is stopped', async () => {
      await watch?.stop();
      expect(watch?.alive()).toBe(false);
      const before = told;
      await replica?.events.append(eventChain('three', 2));
      await pause(500);
      expect(told).toBe(before);
    });
  });
}
