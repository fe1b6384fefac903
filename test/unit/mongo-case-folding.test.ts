import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PrefixRange, prefixPattern, prefixRanges } from '../../src/stores/mongo/case-folding.js';
import { SEED } from '../support/seeded-random.js';

/** MongoDB compares strings by their UTF-8 bytes. */
const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
const holds = ({ from, until }: PrefixRange, text: string) =>
  byBytes(from, text) <= 0 && (until === null || byBytes(text, until) < 0);
const matches = (prefix: string, text: string) => new RegExp(prefixPattern(prefix), 'u').test(text);
const found = (prefix: string, text: string) =>
  prefixRanges(prefix).some((range) => holds(range, text)) && matches(prefix, text);

describe(`case-insensitive prefixes (TEST_SEED=${SEED})`, () => {
  it('match every spelling of the prefix, in Latin, Greek, Cyrillic and beyond the basic plane', () => {
    const pairs: [string, string][] = [
      ['grace', 'GRACE Hopper'],
      ['ÉMI', 'émilie'],
      ['дми', 'ДМИТРИЙ'],
      ['οδυσσεύς', 'ΟΔΥΣΣΕΎΣ'],
      ['straß', 'STRAẞE'],
      ['kel', '\u212aelvin'],
      ['𐐨', '𐐀'],
      ['李', '李 小龙'],
    ];
    for (const [prefix, text] of pairs) {
      expect(found(prefix, text), `${prefix} finds ${text}`).toBe(true);
      expect(found(text, text)).toBe(true);
    }
  });

  it('keep accents, letters and everything that is no letter apart', () => {
    const pairs: [string, string][] = [
      ['emil', 'Émile'],
      ['é', 'e\u0301'],
      ['a.c', 'abc'],
      ['^a', 'a'],
      ['a|b', 'b'],
      ['[ab]', 'a'],
      ['a', ' a'],
      ['ab', 'a'],
      ['\0', 'x00'],
    ];
    for (const [prefix, text] of pairs) expect(found(prefix, text), `${prefix} finds ${text}`).toBe(false);
  });

  it('look up only a handful of ranges, whatever the prefix', () => {
    for (const prefix of ['', 'a', 'abcdefgh', 'ωωωωωω', 'kkkk', '1234567890abc', '𐐨𐐨𐐨𐐨']) {
      expect(prefixRanges(prefix).length).toBeLessThanOrEqual(8);
    }
    expect(
      prefixRanges('ab')
        .map(({ from }) => from)
        .sort(),
    ).toEqual(['AB', 'Ab', 'aB', 'ab']);
  });

  it('end a range right after the last string that starts with the prefix', () => {
    expect(prefixRanges('1')).toEqual([{ from: '1', until: '2' }]);
    expect(prefixRanges('\ud7ff')).toEqual([{ from: '\ud7ff', until: '\ue000' }]);
    expect(prefixRanges('1\u{10ffff}')).toEqual([{ from: '1\u{10ffff}', until: '2' }]);
    expect(prefixRanges('\u{10ffff}')).toEqual([{ from: '\u{10ffff}', until: null }]);
  });

  it('have for every letter all its spellings, through all of Unicode', () => {
    for (let code = 0x21; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      const small = character.toLowerCase();
      if (small === character || [...small].length !== 1) continue;
      const there = found(small, character) && found(character, small);
      if (!there) expect.fail(`U+${code.toString(16)} and its small letter ${small}`);
    }
  });

  it('find any text by any of its own prefixes in either case', () => {
    const grapheme = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(grapheme, fc.nat(), fc.boolean(), (text, cut, capitals) => {
        const characters = [...text].slice(0, 1 + (cut % [...text].length));
        const changed = characters.map((character) => {
          const other = capitals ? character.toUpperCase() : character.toLowerCase();
          return [...other].length === 1 && other.toLowerCase() === character.toLowerCase() ? other : character;
        });
        expect(found(changed.join(''), text)).toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('find nothing that does not start with the prefix once both are folded', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'abAB.*[]$^|\\ 1'), maxLength: 5 });
    fc.assert(
      fc.property(ascii, ascii, (prefix, text) => {
        expect(found(prefix, text)).toBe(text.toLowerCase().startsWith(prefix.toLowerCase()));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
