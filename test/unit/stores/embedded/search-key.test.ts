import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixEnd, searchKey } from '../../../../src/stores/embedded/search-key.js';
import { SEED } from '../../../support/seeded-random.js';

/** SQLite's order: text by its UTF-8 bytes, every BLOB after every TEXT. */
function isBefore(text: string, end: string | Uint8Array): boolean {
  return typeof end !== 'string' || Buffer.compare(Buffer.from(text), Buffer.from(end)) < 0;
}

describe('the end of a prefix', () => {
  it('lies just behind the last text that starts with it', () => {
    expect(prefixEnd('abc')).toBe('abd');
    expect(prefixEnd('a%')).toBe('a&');
    expect(prefixEnd('a\ud7ff')).toBe('a\ue000');
    expect(prefixEnd('a\u{10ffff}')).toBe('b');
    expect(prefixEnd('\u{10ffff}\u{10ffff}')).toEqual(new Uint8Array(0));
  });

  it(`separates, with the prefix itself, exactly the texts that start with it (TEST_SEED=${SEED})`, () => {
    const character = fc.oneof(
      fc.constantFrom('a', 'b', '%', '\u007f', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10fffe}', '\u{10ffff}'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const text = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''));
    const pair = fc.oneof(
      fc.tuple(text, text),
      fc.tuple(text, text).map(([prefix, tail]) => [prefix, prefix + tail] as const),
    );
    fc.assert(
      fc.property(pair, ([prefix, candidate]) => {
        fc.pre(prefix !== '');
        const inRange =
          Buffer.compare(Buffer.from(candidate), Buffer.from(prefix)) >= 0 && isBefore(candidate, prefixEnd(prefix));
        expect(inRange).toBe(candidate.startsWith(prefix));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe('a search key', () => {
  it('is the same for every case of the letters, the final sigma included', () => {
    expect(searchKey('ÉMILE')).toBe(searchKey('émile'));
    expect(searchKey('ΟΔΥΣΣΕΑΣ Σ').startsWith(searchKey('ΟΔΥΣΣΕΑΣ'))).toBe(true);
    expect(searchKey('ΟΔΥΣΣ').length).toBe(5);
    expect(searchKey('οδυσσεας').startsWith(searchKey('ΟΔΥΣ'))).toBe(true);
  });
});
