import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime } from '../../../src/domain/date-time.js';

describe('a moment as it is written', () => {
  it('is what a Date gives, for every moment there is, one after the other', () => {
    const moment = fc.oneof(
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
      fc.integer({ min: 1_767_225_600_000, max: 1_767_225_600_000 + 172_800_000 }),
      fc.double({ min: -1e13, max: 1e13, noNaN: true }),
      fc.constantFrom(
        0,
        -0,
        -1,
        0.5,
        -0.5,
        86_399_999,
        86_400_000,
        -86_400_000,
        253_402_300_799_999,
        253_402_300_800_000,
      ),
    );
    fc.assert(
      fc.property(moment, (time) => {
        expect(formatDateTime(time)).toBe(new Date(time).toISOString());
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, -8.64e15 - 1])('is none for %d', (time) => {
    expect(formatDateTime(8.64e15)).toBe('+275760-09-13T00:00:00.000Z');
    expect(() => formatDateTime(time)).toThrow(RangeError);
  });
});
