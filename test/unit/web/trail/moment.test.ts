import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asMoment, fromLocal, toLocal, zoneInWords } from '../../../../web/console/src/trail/filter/moment.js';

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => void vi.unstubAllEnvs());

describe('a moment in local time', () => {
  it.each([
    ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00'],
    ['2026-07-31T12:00:00.000Z', '2026-07-31T14:00:00'],
    ['2026-07-31T12:00:00.007Z', '2026-07-31T14:00:00.007'],
    ['1999-12-31T23:30:00.000Z', '2000-01-01T00:30:00'],
  ])('%s is %s here, there and back', (moment, local) => {
    expect(toLocal(moment)).toBe(local);
    expect(fromLocal(local)).toBe(moment);
  });

  it('may leave out the seconds', () => {
    expect(fromLocal('2026-01-31T13:00')).toBe('2026-01-31T12:00:00.000Z');
    expect(fromLocal('2026-01-31T13:00:00.5')).toBe('2026-01-31T12:00:00.500Z');
  });

  it('is none where the clocks skip it, and the earlier one where they show it twice', () => {
    expect(fromLocal('2026-03-29T02:30')).toBeNull();
    expect(fromLocal('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  it.each(['', 'yesterday', '2026-02-30T12:00', '2026-01-31'])('is none where the text is "%s"', (text) => {
    expect(fromLocal(text)).toBeNull();
  });

  it('names its zone and how far that is from UTC at the time', () => {
    expect(zoneInWords(new Date('2026-01-31T12:00:00Z'))).toMatch(/UTC\+01:00$/);
    expect(zoneInWords(new Date('2026-07-31T12:00:00Z'))).toMatch(/UTC\+02:00$/);
  });
});

describe('a moment in an address', () => {
  it('is written in one way', () => {
    expect(asMoment('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
    expect(asMoment('2026-01-31T12:00:00.123456789+00:00')).toBe('2026-01-31T12:00:00.123Z');
  });

  it.each([
    '2026-01-31',
    '2026-01-31T24:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    ' 2026-01-31T12:00:00Z',
  ])('is not "%s"', (text) => {
    expect(asMoment(text)).toBeNull();
  });
});
