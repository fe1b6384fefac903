/**
 * Case-insensitive prefixes without collation. An index with a collation would fold accents into letters as well, and every
 * comparison of the query would run under it: ids that differ in case alone would be one place in the order and pages would
 * lose people; the role `admin` would pass for `ADMIN`. A plain index serves a handful of exact ranges instead, one for each
 * spelling of the first letters, and an anchored pattern decides.
 */

/** Most spellings of the first letters that are looked up as ranges of their own: three letters with two cases each. */
const RANGE_LIMIT = 8;

/**
 * The capitals (first to last code point) that are not the one capital of their small letter: titlecase digraphs, theta, sharp s,
 * Greek with iota subscript, and the signs for ohm, kelvin and angstrom. Unicode 15; property-tested.
 */
const FURTHER_CAPITALS: readonly (readonly [first: number, last: number])[] = [
  [0x1c5, 0x1c5],
  [0x1c8, 0x1c8],
  [0x1cb, 0x1cb],
  [0x1f2, 0x1f2],
  [0x3f4, 0x3f4],
  [0x1e9e, 0x1e9e],
  [0x1f88, 0x1f8f],
  [0x1f98, 0x1f9f],
  [0x1fa8, 0x1faf],
  [0x1fbc, 0x1fbc],
  [0x1fcc, 0x1fcc],
  [0x1ffc, 0x1ffc],
  [0x2126, 0x2126],
  [0x212a, 0x212b],
];

/** Small letter → its spellings that upper-casing it does not give; the two small sigmas stand for each other. */
const FURTHER_SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['\u03c3', ['\u03c2']],
  ...FURTHER_CAPITALS.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index): [string, string[]] => {
      const capital = String.fromCodePoint(first + index);
      return [capital.toLowerCase(), [capital]];
    }),
  ),
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
  const small = oneCharacter(character.toLowerCase()) ?? character;
  const capital = oneCharacter(small.toUpperCase()) ?? small;
  const again = oneCharacter(capital.toLowerCase()) ?? small;
  const further = [small, again].flatMap((letter) => FURTHER_SPELLINGS.get(letter) ?? []);
  return [...new Set([character, small, capital, again, ...further])];
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
