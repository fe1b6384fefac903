import { Binary, type Document, Double, Int32 } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { comparableSeal, EPOCH, hex, sha256, storedEvent, storedSeal } from '../support/store-fixtures.js';
import { itNeeds, type MongoSetting, withWiredStore } from './mongo-setting.js';

const SEALS = 'auditSeals';
const AS_STORED = { promoteValues: false } as const;

/** What only MongoDB has: the documents of seals and of erased events, and what somebody with access may do to them. */
export function describeMongoSeals(setting: MongoSetting): void {
  describe('documents of seals', () => {
    it('are exactly as the format says, every BSON type included', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const seal = storedSeal({ index: 7, chains: ['a', 'b'] });
        await store.seals.insert(seal);
        expect(await db.collection(SEALS).findOne({}, AS_STORED)).toStrictEqual({
          _id: new Int32(7),
          sealedAt: new Date(EPOCH + 35_000),
          previousSealHash: new Binary(Buffer.from(seal.previousHash)),
          chains: ['a', 'b'].map((chain) => ({
            chain,
            from: new Int32(0),
            to: new Int32(7),
            head: hex(sha256(chain)),
          })),
          body: seal.body,
          hash: new Binary(Buffer.from(seal.hash)),
          key: 'key-1',
          algorithm: 'EdDSA',
          signature: new Binary(Buffer.from(seal.signature)),
        });
      }));

    it('whose body says nothing of its chains are kept as they are, for the verifier to tell', () =>
      withWiredStore(setting, async ({ store }) => {
        for (const [index, body] of [
          'no JSON',
          'null',
          '[]',
          '{"chains":5}',
          '{"chains":[null,{"chain":"b"}]}',
        ].entries()) {
          const seal = storedSeal({ index, body, chains: ['a'] });
          expect(await store.seals.insert(seal)).toBe('stored');
          const read = await store.seals.covering('a');
          expect(read && comparableSeal(read)).toEqual(comparableSeal(seal));
        }
      }));

    it('whose values were re-typed read as ones that differ from what was written', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const retyped: [string, unknown][] = [
          ['sealedAt', EPOCH],
          ['previousSealHash', 'text'],
          ['chains', 'chain-a'],
          ['chains', ['chain-a']],
          ['chains', [{ chain: 5 }]],
          ['body', null],
          ['hash', new Binary(Buffer.alloc(32), Binary.SUBTYPE_USER_DEFINED)],
          ['key', 5],
          ['algorithm', null],
          ['signature', 'none'],
        ];
        for (const [index, [field, value]] of retyped.entries()) {
          const seal = storedSeal({ index });
          await store.seals.insert(seal);
          await db.collection<{ _id: number }>(SEALS).updateOne({ _id: index }, { $set: { [field]: value } });
          const [read] = await store.seals.from(index, 1);
          expect(read && comparableSeal(read), field).not.toEqual(comparableSeal(seal));
        }
      }));

    itNeeds(
      setting,
      ['one-number'],
      'whose index is of another type take its place, but never pass for a seal of that index',
      () =>
        withWiredStore(setting, async ({ store, db }) => {
          const { _id, ...rest } = { _id: new Double(3), chains: [], hash: new Binary(Buffer.alloc(32)) };
          await db.collection<{ _id: Double }>(SEALS).insertOne({ _id, ...rest });
          expect(await store.seals.insert(storedSeal({ index: 3 }))).toBe('taken');
          expect((await store.seals.latest())?.index).toBeNaN();
        }),
    );

    it('that are no seals by their id never pass for the latest', () =>
      withWiredStore(setting, async ({ store, db }) => {
        await store.seals.insert(storedSeal({ index: 0 }));
        const foreign = db.collection<{ _id: unknown }>(SEALS);
        await foreign.insertMany(
          ['zzz', new Date(), null].map((_id) => ({ _id, chains: [{ chain: 'chain-a' }], hash: null })),
        );
        expect((await store.seals.latest())?.index).toBe(0);
        expect((await store.seals.covering('chain-a'))?.index).toBe(0);
        expect((await store.seals.from(0, 9)).map(({ index }) => index)).toEqual([0]);
      }));
  });

  describe('documents of erased events', () => {
    it('have no field `details` any more, and every other field as it was, byte for byte', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const details = { salt: sha256('salt').subarray(0, 16), text: '{"reason":"because"}' };
        await store.events.append([storedEvent({ chain: 'erased', details, signature: sha256('signature') })]);
        const events = db.collection('impersonationEvents');
        const found = await events.findOne({}, AS_STORED);
        const { details: stored, ...before }: Document = found ?? {};
        expect(stored).toMatchObject({ text: details.text });
        expect(await store.events.eraseDetails('user_carl')).toBe(1);
        expect(await events.findOne({}, AS_STORED)).toStrictEqual(before);
      }));

    it('include those whose details were tampered with', () =>
      withWiredStore(setting, async ({ store, db }) => {
        await store.events.append([storedEvent({ chain: 'tampered' })]);
        const events = db.collection('impersonationEvents');
        await events.updateOne({}, { $set: { details: 'her own words', occurredAt: 'never' } });
        expect(await store.events.eraseDetails('user_ada')).toBe(1);
        expect(await events.findOne({})).not.toHaveProperty('details');
      }));
  });
}
