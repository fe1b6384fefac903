import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import type { Store } from '../../src/stores/index.js';
import { AWKWARD_TEXT, comparableSeal, EPOCH, sha256, storedSeal } from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase, freshRivals, freshStore, race } from './opened-store.js';

const comparable = (seal: StoredSeal | null) => seal && comparableSeal(seal);

export function describeSeals(setting: ContractSetting): void {
  describe('seals: insert', () => {
    const store = freshStore(setting);

    it('has no seals at first', async () => {
      expect(await store().seals.latest()).toBeNull();
      expect(await store().seals.covering('chain-a')).toBeNull();
      expect(await store().seals.from(0, 10)).toEqual([]);
    });

    it('gives back every field as it was written, text and bytes exactly', async () => {
      const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
      const seal = {
        ...storedSeal({
          index: 0,
          chains: ['a', AWKWARD_TEXT, ''],
          previousHash: bytes.subarray(10, 42),
          signature: bytes.subarray(0, 256),
          kid: AWKWARD_TEXT,
          algorithm: 'RS256',
          sealedAt: EPOCH + 999,
        }),
        hash: bytes.subarray(200, 232),
      };
      expect(await store().seals.insert(seal)).toBe('stored');
      for (const read of [
        await store().seals.latest(),
        await store().seals.covering(AWKWARD_TEXT),
        await store().seals.covering(''),
        (await store().seals.from(0, 1))[0] ?? null,
      ]) {
        expect(comparable(read)).toEqual(comparableSeal(seal));
        expect(read?.hash).toBeInstanceOf(Uint8Array);
      }
    });

    it('keeps a seal over no chain at all, and one over 3,000', async () => {
      const none = storedSeal({ index: 1, chains: [] });
      const many = storedSeal({ index: 2, chains: Array.from({ length: 3_000 }, (_, index) => `many-${index}`) });
      expect(await store().seals.insert(none)).toBe('stored');
      expect(await store().seals.insert(many)).toBe('stored');
      expect((await store().seals.from(1, 5)).map(comparableSeal)).toEqual([none, many].map(comparableSeal));
      expect((await store().seals.covering('many-2999'))?.index).toBe(2);
    });

    it('may be repeated: the same seal is stored, also once later ones are, and stays single', async () => {
      const seal = storedSeal({ index: 10 });
      expect(await store().seals.insert(seal)).toBe('stored');
      expect(await store().seals.insert(seal)).toBe('stored');
      await store().seals.insert(storedSeal({ index: 11 }));
      expect(await store().seals.insert(seal)).toBe('stored');
      expect((await store().seals.from(10, 9)).map(({ index }) => index)).toEqual([10, 11]);
    });

    it('answers `taken` for an index that another seal has, and changes nothing: not even what covers a chain', async () => {
      const first = storedSeal({ index: 20, chains: ['contested'] });
      await store().seals.insert(first);
      const second = storedSeal({ index: 20, chains: ['contested', 'usurped'] });
      expect(await store().seals.insert(second)).toBe('taken');
      expect(await store().seals.insert({ ...first, hash: sha256('another') })).toBe('taken');
      expect((await store().seals.from(20, 9)).map(comparableSeal)).toEqual([comparableSeal(first)]);
      expect(await store().seals.covering('usurped')).toBeNull();
    });
  });

  describe('seals: reading', () => {
    const opened = freshDatabase(setting);
    let current: Store;
    const seals = () => current.seals;
    const stored = [
      storedSeal({ index: 0, chains: ['a'] }),
      storedSeal({ index: 1, chains: ['a', 'b'] }),
      storedSeal({ index: 2, chains: [] }),
      storedSeal({ index: 3, chains: ['c', 'b'] }),
      storedSeal({ index: 4, chains: ['d'] }),
      ...Array.from({ length: 20 }, (_, index) => storedSeal({ index: 5 + index, chains: ['e'] })),
    ];

    beforeAll(async () => {
      current = opened().store;
      // The second comes last, as from a slow writer.
      for (const seal of stored.filter(({ index }) => index !== 1)) await seals().insert(seal);
      await seals().insert(storedSeal({ index: 1, chains: ['a', 'b'] }));
    }, setting.timeoutMs);

    const guarantees = () => {
      it('gives the seal with the highest index as the latest, whichever was stored last', async () => {
        expect(comparable(await seals().latest())).toEqual(comparable(stored[24] ?? null));
      });

      it('gives the seal with the highest index that covers a chain, and null for a chain that none covers', async () => {
        const covering = async (chain: string) => (await seals().covering(chain))?.index ?? null;
        expect(await covering('a')).toBe(1);
        expect(await covering('b')).toBe(3);
        expect(await covering('c')).toBe(3);
        expect(await covering('d')).toBe(4);
        expect(await covering('e')).toBe(24);
        for (const unknown of ['f', 'A', 'a ', '', '.*', '$ne']) expect(await covering(unknown)).toBeNull();
        expect(comparable(await seals().covering('b'))).toEqual(comparable(stored[3] ?? null));
      });

      it('reads ascending from an index on (by number, not by text), at most `limit`', async () => {
        const indexes = async (from: number, limit: number) =>
          (await seals().from(from, limit)).map(({ index }) => index);
        expect(await indexes(0, 3)).toEqual([0, 1, 2]);
        expect(await indexes(8, 4)).toEqual([8, 9, 10, 11]);
        expect(await indexes(23, 9)).toEqual([23, 24]);
        expect(await indexes(25, 9)).toEqual([]);
        expect(await indexes(0, 0)).toEqual([]);
        expect((await seals().from(0, 99)).map(comparableSeal)).toEqual(stored.map(comparableSeal));
      });
    };

    guarantees();
    describe('after close and reopen', () => {
      beforeAll(async () => {
        current = await opened().reopen();
      }, setting.timeoutMs);
      guarantees();
    });
  });

  describe('seals: races', () => {
    const rivals = freshRivals(setting);

    it('store exactly one of 20 different seals of one index, and it is the one that was told so', async () => {
      for (let index = 0; index < 5; index++) {
        const candidates = Array.from({ length: 20 }, (_, caller) =>
          storedSeal({ index, chains: [`caller-${caller}`] }),
        );
        const answers = await race(rivals(), 20, (store, caller) =>
          store.seals.insert(candidates[caller] ?? storedSeal()),
        );
        expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
        expect(answers.filter((answer) => answer === 'taken')).toHaveLength(19);
        const winner = candidates[answers.indexOf('stored')] ?? null;
        for (const { seals } of rivals()) expect(comparable(await seals.latest())).toEqual(comparable(winner));
      }
      expect((await rivals()[0].seals.from(0, 99)).map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    });

    it('tell all 20 callers that the very same seal is stored, and store it once', async () => {
      const seal = storedSeal({ index: 5, chains: ['same'] });
      const answers = await race(rivals(), 20, (store) => store.seals.insert(seal));
      expect(new Set(answers)).toEqual(new Set(['stored']));
      expect(await rivals()[1].seals.from(5, 9)).toHaveLength(1);
    });
  });
}
