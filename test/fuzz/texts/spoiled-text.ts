import fc from 'fast-check';
import { oddText } from './odd-text.js';

/** Where, as a share of the text, and what is done there. */
interface Spoiling {
  readonly at: number;
  readonly length: number;
  readonly what: 'cut' | 'twice' | 'put' | 'flip' | 'end';
  readonly text: string;
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 12 }),
  what: fc.constantFrom('cut', 'twice', 'put', 'flip', 'end'),
  text: oddText,
});

/** Changes to a text that are not known of it beforehand: applied in turn. */
export const spoilings: fc.Arbitrary<readonly Spoiling[]> = fc.array(spoiling, { minLength: 1, maxLength: 3 });

/** The text with the changes. */
export function spoiled(text: string, changes: readonly Spoiling[]): string {
  return changes.reduce((before, { at, length, what, text: put }) => {
    const place = Math.floor(at * before.length);
    const piece = before.slice(place, place + length);
    const rest = before.slice(place + length);
    const start = before.slice(0, place);
    if (what === 'cut') return start + rest;
    if (what === 'twice') return start + piece + piece + rest;
    if (what === 'put') return start + put + before.slice(place);
    if (what === 'flip')
      return start + String.fromCharCode((before.charCodeAt(place) || 0) ^ length) + before.slice(place + 1);
    return start;
  }, text);
}

export type { Spoiling };
