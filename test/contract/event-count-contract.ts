import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TYPES, type EventType } from '../../src/domain/audit-event.js';
import type { CountRequest, EventCount } from '../../src/stores/index.js';
import { EPOCH, storedEvent } from '../support/store-fixtures.js';
import { type ContractSetting, freshStore } from './opened-store.js';

const DRAWN_TYPES = EVENT_TYPES.slice(0, 5);

export function describeEventCounting(setting: ContractSetting): void {
  describe('events: count', () => {
    const store = freshStore(setting);
    const events = fc
      .sample(
        fc.record({
          type: fc.constantFrom(...DRAWN_TYPES),
          occurredAt: fc.integer({ min: 0, max: 60 }).map((tick) => EPOCH + tick),
        }),
        { seed: setting.seed, numRuns: 200 },
      )
      .map((event, index) => storedEvent({ ...event, chain: `c${index % 3}`, sequence: Math.floor(index / 3) }));

    it('of nothing is nothing', async () => {
      expect(await store().events.count({ types: DRAWN_TYPES, from: 0, until: EPOCH * 2, width: EPOCH })).toEqual([]);
    });

    describe('once there are some', () => {
      beforeAll(async () => {
        await store().events.append(events);
      }, setting.timeoutMs);

      /** Counted one by one. */
      function counted({ types, from, until, width }: CountRequest): readonly EventCount[] {
        const counts = new Map<string, EventCount>();
        for (const { type, occurredAt } of events) {
          if (!types.includes(type) || occurredAt < from || occurredAt >= until) continue;
          const stretch = Math.floor((occurredAt - from) / width);
          const key = `${type} ${stretch}`;
          counts.set(key, { type, stretch, count: (counts.get(key)?.count ?? 0) + 1 });
        }
        return [...counts.values()];
      }

      const inOrder = (counts: readonly EventCount[]) =>
        counts.toSorted((a, b) => a.stretch - b.stretch || (a.type < b.type ? -1 : 1));

      it('is what counting one by one gives, for any types, time and width', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.subarray([...DRAWN_TYPES, 'AUDIT_GAP'] as EventType[]),
            fc.integer({ min: -20, max: 70 }),
            fc.integer({ min: 1, max: 80 }),
            fc.integer({ min: 1, max: 90 }),
            async (types, start, length, width) => {
              const request = { types, from: EPOCH + start, until: EPOCH + start + length, width };
              expect(inOrder(await store().events.count(request))).toEqual(inOrder(counted(request)));
            },
          ),
          { seed: setting.seed, numRuns: Math.min(60, setting.modelRuns) },
        );
      });

      it('counts a type once that is named twice, and nothing for none', async () => {
        const span = { from: EPOCH, until: EPOCH + 61, width: 61 };
        const [type = 'AUDIT_READ'] = DRAWN_TYPES;
        const once = await store().events.count({ ...span, types: [type] });
        expect(once).toEqual([{ type, stretch: 0, count: events.filter((event) => event.type === type).length }]);
        expect(await store().events.count({ ...span, types: [type, type] })).toEqual(once);
        expect(await store().events.count({ ...span, types: [] })).toEqual([]);
      });
    });
  });
}
