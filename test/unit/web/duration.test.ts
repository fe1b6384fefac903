import { describe, expect, it } from 'vitest';
import { durationChoices } from '../../../web/console/src/impersonation/duration-choices.js';
import { countdown, durationInWords } from '../../../web/console/src/ui/duration.js';

describe('a count-down', () => {
  it.each([
    [600_000, '10:00'],
    [599_001, '10:00'],
    [599_000, '9:59'],
    [59_999, '1:00'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [3_600_000, '1:00:00'],
    [3_725_000, '1:02:05'],
  ])('shows %i ms as %s: never more than is left of the last second, never below zero', (left, shown) => {
    expect(countdown(left)).toBe(shown);
  });
});

describe('a length of time', () => {
  it.each([
    [45, '45 s'],
    [65, '1 min 5 s'],
    [600, '10 min'],
    [3_600, '1 h'],
    [5_400, '1 h 30 min'],
  ])('of %i s is "%s"', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });
});

describe('the durations offered', () => {
  it('are in order, none above the maximum, the default and the maximum among them', () => {
    const offered = durationChoices(420, 2_000).map(({ value }) => Number(value));
    expect(offered).toEqual([300, 420, 600, 900, 1_800, 2_000]);
  });
});
