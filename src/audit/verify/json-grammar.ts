/**
 * Pieces of regular expressions for JSON in the one spelling that JSON.stringify gives it. Matching a text against such a
 * grammar settles in one pass, several times as fast as parsing and printing it again: no member too many, too few, twice
 * or out of order, no white space, no second spelling of a string or number.
 */

/** Inside a string: what needs no escape, and the escapes JSON.stringify uses, lone surrogates included. */
const ESCAPE = '\\\\(?:["\\\\bfnrt]|u(?:00(?:0[0-7bef]|1[0-9a-f])|d[89a-f][0-9a-f]{2}))';
const PLAIN = '[^"\\\\\\u0000-\\u001f]*';

export const TEXT = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`;
/** A whole number that JavaScript holds exactly. */
export const COUNT = '(?:0|[1-9]\\d{0,14})';
export const NUMBER = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:e[+-]\\d+)?';
export const SHA256_HEX = '[0-9a-f]{64}';
/** RFC 3339, UTC, milliseconds. Whether the day exists is for {@link instantReader} to say. */
export const INSTANT = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
/** 16 and 64 bytes in base64url: the last character carries no spare bits, so that bytes have one spelling. */
export const BYTES_16 = '[\\w-]{21}[AQgw]';
export const BYTES_64 = '[\\w-]{85}[AQgw]';
export const BASE64URL = '[\\w-]+';

export function quoted(content: string): string {
  return `"${content}"`;
}

export function nullable(value: string): string {
  return `(?:null|${value})`;
}

export function list(value: string): string {
  return `\\[(?:${value}(?:,${value})*)?\\]`;
}

export function oneOf(words: readonly string[]): string {
  return `(?:${words.join('|')})`;
}

/** An object with exactly these members, in this order. */
export function object(members: readonly (readonly [name: string, value: string])[], after = ''): string {
  return `\\{${members.map(([name, value]) => `"${name}":${value}`).join(',')}${after}\\}`;
}

/** The string a {@link TEXT} spells. */
export function textOf(spelled: string): string {
  return spelled.includes('\\') ? JSON.parse(spelled) : spelled.slice(1, -1);
}

/** Names the capturing groups of a grammar while it is put together, in the order in which they open; none inside another. */
export class Captures {
  readonly #names: string[] = [];

  capture(name: string, value: string): string {
    this.#names.push(name);
    return `(${value})`;
  }

  /** The number of the group. */
  at(name: string): number {
    return this.#names.indexOf(name) + 1;
  }
}
