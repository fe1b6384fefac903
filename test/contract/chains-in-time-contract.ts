import { beforeAll, describe, expect, it } from 'vitest';
import { EPOCH, eventChain, eventId, storedEvent } from '../support/store-fixtures.js';
import { type ContractSetting, freshStore } from './opened-store.js';

export function describeChainsInTime(setting: ContractSetting): void {
  describe('events: chains in time', () => {
    const store = freshStore(setting);

    it('has no chains since any time at first', async () => {
      expect(await store().events.chainsSince(0)).toEqual([]);
      expect(await store().events.openedSince(0)).toEqual([]);
      expect(await store().events.heads()).toEqual([]);
      expect(await store().events.existing([])).toEqual([]);
      expect(await store().events.existing(['chain-a:000000000000'])).toEqual([]);
    });

    describe('once there are some', () => {
      beforeAll(async () => {
        // Written neither in the order of their names nor in that of their times.
        await store().events.append(eventChain('late', 3, { occurredAt: EPOCH + 500 }));
        await store().events.append([storedEvent({ chain: 'long', sequence: 0, occurredAt: EPOCH + 100 })]);
        await store().events.append(eventChain('Early', 3, { occurredAt: EPOCH - 1 }));
        await store().events.append(eventChain('brief', 20, { occurredAt: EPOCH + 200 }));
        await store().events.append([
          storedEvent({ chain: 'long', sequence: 1, occurredAt: EPOCH + 300 }),
          storedEvent({ chain: 'long', sequence: 2, occurredAt: EPOCH + 900 }),
          storedEvent({ chain: 'headless', sequence: 1, occurredAt: EPOCH + 400 }),
        ]);
      }, setting.timeoutMs);

      it('holds nothing beside what the chains give', async () => {
        for (const chain of [null, 'long', 'headless', 'unknown']) {
          expect(await store().events.hasBeyondChain(chain), String(chain)).toBe(false);
        }
      });

      const since: [number, string[], string[]][] = [
        [0, ['Early', 'brief', 'headless', 'late', 'long'], ['Early', 'brief', 'late', 'long']],
        [EPOCH - 1, ['Early', 'brief', 'headless', 'late', 'long'], ['Early', 'brief', 'late', 'long']],
        [EPOCH, ['brief', 'headless', 'late', 'long'], ['brief', 'late', 'long']],
        [EPOCH + 100, ['brief', 'headless', 'late', 'long'], ['brief', 'late', 'long']],
        [EPOCH + 101, ['brief', 'headless', 'late', 'long'], ['brief', 'late']],
        [EPOCH + 200.5, ['headless', 'late', 'long'], ['late']],
        [EPOCH + 500, ['late', 'long'], ['late']],
        [EPOCH + 501, ['long'], []],
        [EPOCH + 900, ['long'], []],
        [EPOCH + 901, [], []],
      ];
      it('knows the newest event of every chain', async () => {
        const heads = [...(await store().events.heads())].sort((a, b) => (a.chain < b.chain ? -1 : 1));
        expect(heads).toEqual([
          { chain: 'Early', sequence: 2, occurredAt: EPOCH - 1 },
          { chain: 'brief', sequence: 19, occurredAt: EPOCH + 200 },
          { chain: 'headless', sequence: 1, occurredAt: EPOCH + 400 },
          { chain: 'late', sequence: 2, occurredAt: EPOCH + 500 },
          { chain: 'long', sequence: 2, occurredAt: EPOCH + 900 },
        ]);
      });

      it('tells of any ids which are stored, each once', async () => {
        const stored = [eventId('brief', 0), eventId('brief', 19), eventId('headless', 1), eventId('Early', 2)];
        const others = [
          eventId('brief', 20),
          eventId('headless', 0),
          eventId('early', 0),
          '',
          'brief',
          '\ud800',
          '$ne',
        ];
        const asked = [...others, ...stored, ...stored];
        expect([...(await store().events.existing(asked))].sort()).toEqual(stored.toSorted());
        const many = Array.from({ length: 1_000 }, (_, n) => eventId('brief', n));
        expect([...(await store().events.existing(many))].sort()).toEqual(many.slice(0, 20));
      });

      for (const [time, active, opened] of since) {
        it(`lists each chain with an event, and each with its first event, since ${time - EPOCH} once, ascending`, async () => {
          expect(await store().events.chainsSince(time)).toEqual(active);
          expect(await store().events.openedSince(time)).toEqual(opened);
        });
      }
    });
  });
}
