import { describe, expect, it } from 'vitest';
import { chartedStretch, chosenStretch, seriesOf } from '../../../../web/console/src/audit/chart/series.js';

const NOW = Date.parse('2026-01-31T12:00:30Z');
const bucket = (hour: number, started: number, denied: number, ended: number) => ({
  from: new Date(Date.UTC(2026, 0, 31, hour)).toISOString(),
  until: new Date(Date.UTC(2026, 0, 31, hour + 1)).toISOString(),
  started,
  denied,
  ended,
});

describe('the chart', () => {
  it('has a column for each count, in order of time, and their sums', () => {
    const series = seriesOf([bucket(2, 5, 0, 1), bucket(1, 1, 2, 3)]);
    expect(series).toEqual({
      at: [Date.UTC(2026, 0, 31, 1, 30) / 1_000, Date.UTC(2026, 0, 31, 2, 30) / 1_000],
      started: [1, 5],
      denied: [2, 0],
      ended: [3, 1],
      totals: { started: 6, denied: 2, ended: 4 },
      isEmpty: false,
    });
    expect(seriesOf([bucket(1, 0, 0, 0)]).isEmpty).toBe(true);
    expect(seriesOf([]).at).toEqual([]);
  });

  it('shows the time of the filter, or the last 24 hours before its end', () => {
    expect(chartedStretch({}, NOW)).toEqual({
      occurredAfter: '2026-01-30T12:01:00.000Z',
      occurredBefore: '2026-01-31T12:01:00.000Z',
    });
    expect(chartedStretch({ occurredBefore: '2026-01-10T00:00:00.000Z' }, NOW)).toEqual({
      occurredAfter: '2026-01-09T00:00:00.000Z',
      occurredBefore: '2026-01-10T00:00:00.000Z',
    });
    expect(chartedStretch({ occurredAfter: '2026-01-31T11:00:00.000Z' }, NOW).occurredAfter).toBe(
      '2026-01-31T11:00:00.000Z',
    );
  });

  it('never asks for a time that ends before it begins', () => {
    const { occurredAfter, occurredBefore } = chartedStretch({ occurredAfter: '2030-01-01T00:00:00.000Z' }, NOW);
    expect(Date.parse(occurredAfter)).toBeLessThan(Date.parse(occurredBefore));
  });

  it('takes a drag in either direction for a time, and a click for none', () => {
    const from = NOW / 1_000;
    const chosen = { occurredAfter: '2026-01-31T12:00:30.000Z', occurredBefore: '2026-01-31T12:01:30.000Z' };
    expect(chosenStretch(from, from + 60)).toEqual(chosen);
    expect(chosenStretch(from + 60, from)).toEqual(chosen);
    expect(chosenStretch(from, from + 0.5)).toBeNull();
    expect(chosenStretch(Number.NaN, from)).toBeNull();
  });
});
