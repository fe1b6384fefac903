/**
 * Case-insensitive prefixes without collation. An index with a collation would fold accents into letters as well, and every
 * comparison of the query would run under it: ids that differ in case alone would be one place in the order and pages would
 * lose people; the role `admin` would pass for `ADMIN`. A plain index serves a handful of exact ranges instead, one for each
 * spelling of the first letters, and an anchored pattern decides.
 */

/** Most spellings of the first letters that are looked up as ranges of their own: three letters with two cases each. */
const RANGE_LIMIT = 8;

/** Letters whose other spellings toLowerCase and toUpperCase do not lead to. */
const FURTHER_SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['k', ['\u212a']], // KELVIN SIGN
  ['å', ['\u212b']], // ANGSTROM SIGN
  ['ω', ['\u2126']], // OHM SIGN
  ['ß', ['\u1e9e']], // LATIN CAPITAL LETTER SHARP S
  ['σ', ['\u03c2']], // GREEK SMALL LETTER FINAL SIGMA
]);

/** All strings that start with one exact prefix: `from <= s < until`, in the order of code points; null: no end. */
export interface PrefixRange {
  readonly from: string;
  readonly until: string | null;
}

/** Ranges that together hold every string which starts with `prefix` in any case, and little else. */
export function prefixRanges(prefix: string): PrefixRange[] {
  let starts = [''];
  for (const character of prefix) {
    const forms = spellings(character);
    if (starts.length * forms.length > RANGE_LIMIT) break;
    starts = starts.flatMap((start) => forms.map((form) => start + form));
  }
  return starts.map((from) => ({ from, until: successor(from) }));
}

/**
 * A regular expression that matches exactly the strings which start with `prefix` in any case. It spells the cases out,
 * because what the option `i` folds differs from server to server, and takes every other character literally.
 */
export function prefixPattern(prefix: string): string {
  const parts = Array.from(prefix, (character) => {
    const forms = spellings(character).map(literal);
    return forms.length === 1 ? forms.join('') : `(?:${forms.join('|')})`;
  });
  return `^${parts.join('')}`;
}

/** Every spelling of one character in upper, lower and title case, itself included. */
function spellings(character: string): string[] {
  const upper = oneCharacter(character.toUpperCase()) ?? character;
  const lower = oneCharacter(upper.toLowerCase()) ?? character;
  const own = oneCharacter(character.toLowerCase()) ?? character;
  return [...new Set([character, upper, lower, own, ...(FURTHER_SPELLINGS.get(lower) ?? [])])];
}

function oneCharacter(text: string): string | undefined {
  return [...text].length === 1 ? text : undefined;
}

/** BSON ends a pattern at a NUL, so that one is written as an escape. */
function literal(character: string): string {
  return character === '\0' ? '\\x00' : character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
}

/** The first string after all that start with `text`, or null where there is none. */
function successor(text: string): string | null {
  const characters = [...text];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    if (next <= 0x10ffff) return characters.join('') + String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
  }
  return null;
}
