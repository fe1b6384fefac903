import { describe, expect, it } from 'vitest';
import { clockDifference, countdown, pauseBefore } from '../../../web/banner/time-left.js';

describe('the time left', () => {
  it.each([
    [600_000, '10:00'],
    [599_001, '10:00'],
    [599_000, '9:59'],
    [60_000, '1:00'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [4_500_000, '75:00'],
  ])('%i ms are shown as %s', (milliseconds, shown) => {
    expect(countdown(milliseconds)).toBe(shown);
  });
});

describe('the difference of the clocks', () => {
  const now = Date.UTC(2026, 0, 15, 12, 0, 0);
  const header = (milliseconds: number) => new Date(now + milliseconds).toUTCString();

  it('is what the gateway says it is', () => {
    expect(clockDifference(header(3_600_000), now)).toBe(3_600_500);
    expect(clockDifference(header(-3_600_000), now)).toBe(-3_599_500);
  });

  it('is none where whole seconds and the way explain it', () => {
    for (const milliseconds of [-2_000, -1_000, 0, 1_000]) expect(clockDifference(header(milliseconds), now)).toBe(0);
  });

  it.each([null, '', 'yesterday'])('is not known from %j', (value) => {
    expect(clockDifference(value, now)).toBeNaN();
  });
});

describe('the pause before the next look', () => {
  it('begins looks at an interval, and never one upon the other', () => {
    expect(pauseBefore(0, 900, 100)).toBe(800);
    expect(pauseBefore(0, 900, 5_000)).toBe(50);
  });

  it('grows with every look that was not answered, up to a bound', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 100, 5_000].map((unanswered) => pauseBefore(unanswered, 900, 0));
    expect(pauses).toEqual([1_800, 3_600, 7_200, 14_400, 15_000, 15_000, 15_000, 15_000]);
  });
});
