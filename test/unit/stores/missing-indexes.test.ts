import { describe, expect, it } from 'vitest';
import { missingIndexes } from '../../../src/stores/mongo/index-definitions.js';
import { EVENT_INDEXES, OPENING_INDEX, SEAL_INDEXES, SESSION_INDEXES } from '../../../src/stores/mongo/indexes.js';

const WANTED = [...EVENT_INDEXES, OPENING_INDEX, ...SEAL_INDEXES, ...SESSION_INDEXES];
const SLOT = { key: { activeSlot: 1 }, unique: true, sparse: true };

/** As a server tells of them. */
const told = (index: object) => ({ v: 2, name: 'any', ns: 'db.any', background: true, ...index });

describe('the indexes that are missing', () => {
  it('are none where all are there, in whatever words the server tells of them', () => {
    expect(missingIndexes(WANTED, WANTED.map(told))).toEqual([]);
    expect(missingIndexes([SLOT], [told({ ...SLOT, hidden: false })])).toEqual([]);
  });

  it('are all where there is no collection', () => {
    expect(missingIndexes(WANTED, [])).toEqual(WANTED);
    expect(missingIndexes(WANTED, [told({ key: { _id: 1 } })])).toEqual(WANTED);
  });

  it.each([
    ['that is not unique', { key: SLOT.key, sparse: true }],
    ['that is not sparse', { key: SLOT.key, unique: true }],
    ['that is hidden', { ...SLOT, hidden: true }],
    ['that deletes what it finds after a time', { ...SLOT, expireAfterSeconds: 60 }],
    ['of a part of the documents', { ...SLOT, partialFilterExpression: { status: 'ACTIVE' } }],
    ['that takes two spellings for one', { ...SLOT, collation: { locale: 'en', strength: 2 } }],
    ['over more', { ...SLOT, key: { activeSlot: 1, _id: 1 } }],
    ['the other way round', { ...SLOT, key: { activeSlot: -1 } }],
  ])('count one as missing that has only a look-alike: one %s', (_, found) => {
    expect(missingIndexes([SLOT], [told(found)])).toEqual([SLOT]);
  });

  it('count keys in another order as another index', () => {
    const wanted = { key: { chain: 1, sequence: 1 } };
    expect(missingIndexes([wanted], [told({ key: { sequence: 1, chain: 1 } })])).toEqual([wanted]);
  });

  it.each([[null], ['text'], [{}], [{ key: null }], [{ key: 'activeSlot' }]])('take nothing for one: %j', (found) => {
    expect(missingIndexes([SLOT], [found])).toEqual([SLOT]);
  });
});
