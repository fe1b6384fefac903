import type { QueryLimits } from '../../../domain/query-limits.js';
import { TooComplex } from './too-complex.js';

/** What ends a line, as graphql-js counts them. */
const LINE_ENDS = /\r\n|[\n\r]/g;

/**
 * Holds a text against the limits that can be known before it is parsed. Few tokens may stand among any number of characters and lines,
 * and each error counts the lines before it: a document of blank lines, and a hundred mistakes, took seconds.
 */
export function checkText(limits: QueryLimits, text: string): TooComplex | null {
  if (text.length > limits.characters) return new TooComplex('characters', limits.characters, text.length);
  let lines = 1;
  for (const _ of text.matchAll(LINE_ENDS)) lines += 1;
  return lines > limits.lines ? new TooComplex('lines', limits.lines, lines) : null;
}
