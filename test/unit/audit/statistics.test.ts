import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRequest, type StatisticsBucket, statisticsOf } from '../../../src/audit/statistics.js';
import { EVENT_TYPES, type EventType, type StoredEvent } from '../../../src/domain/audit-event.js';
import type { CountRequest, EventCount } from '../../../src/stores/index.js';
import { SEED } from '../../support/seeded-random.js';
import { EPOCH, storedEvent } from '../../support/store-fixtures.js';

const DAY = 86_400_000;
/** What a store counts, counted one by one. */
function counted(events: readonly StoredEvent[], { types, from, until, width }: CountRequest): readonly EventCount[] {
  return events
    .filter(({ type, occurredAt }) => types.includes(type) && occurredAt >= from && occurredAt < until)
    .map(({ type, occurredAt }) => ({ type, stretch: Math.floor((occurredAt - from) / width), count: 1 }));
}

const ENDS: readonly EventType[] = [
  'IMPERSONATION_STOPPED',
  'IMPERSONATION_EXPIRED',
  'IMPERSONATION_REVOKED',
  'IMPERSONATION_VOIDED',
];

describe(`statistics (TEST_SEED=${SEED})`, () => {
  it('are what counting the events of each stretch gives, and the stretches cover the time without gap or overlap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ type: fc.constantFrom(...EVENT_TYPES), at: fc.integer({ min: -50, max: 1_050 }) })),
        fc.integer({ min: -50, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 200 }),
        (drawn, start, length, buckets) => {
          const events = drawn.map(({ type, at }, sequence) => storedEvent({ type, sequence, occurredAt: EPOCH + at }));
          const occurredAfter = EPOCH + start;
          const occurredBefore = occurredAfter + length;
          const request = countRequest({ occurredAfter, occurredBefore, buckets });
          const statistics = statisticsOf(request, counted(events, request));

          expect(statistics.length).toBeGreaterThan(0);
          expect(statistics.length).toBeLessThanOrEqual(buckets);
          expect(statistics[0]?.from).toBe(occurredAfter);
          expect(statistics.at(-1)?.until).toBe(occurredBefore);
          expect(statistics.slice(1).map(({ from }) => from)).toEqual(
            statistics.slice(0, -1).map(({ until }) => until),
          );
          const within = ({ from, until }: StatisticsBucket, types: readonly EventType[]) =>
            events.filter((event) => types.includes(event.type) && event.occurredAt >= from && event.occurredAt < until)
              .length;
          for (const bucket of statistics) {
            expect(bucket.until).toBeGreaterThan(bucket.from);
            expect(bucket).toMatchObject({
              started: within(bucket, ['IMPERSONATION_STARTED']),
              denied: within(bucket, ['IMPERSONATION_DENIED']),
              ended: within(bucket, ENDS),
            });
          }
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('have as many stretches as asked for where the time can be cut so', () => {
    for (const buckets of [1, 24, 48, 200]) {
      const request = countRequest({ occurredAfter: EPOCH, occurredBefore: EPOCH + DAY, buckets });
      expect(statisticsOf(request, [])).toHaveLength(buckets);
    }
    const short = countRequest({ occurredAfter: EPOCH, occurredBefore: EPOCH + 3, buckets: 200 });
    expect(statisticsOf(short, []).map(({ from }) => from - EPOCH)).toEqual([0, 1, 2]);
  });

  it.each([
    ['no time', 0, 48, /must be after/],
    ['a time that runs backwards', -1, 48, /must be after/],
    ['more than 366 days', 366 * DAY + 1, 48, /not be longer than 366 days/],
    ['no stretches', DAY, 0, /from 1 to 200/],
    ['too many stretches', DAY, 201, /from 1 to 200/],
  ])('of %s are refused', (_what, length, buckets, sentence) => {
    const ask = () => countRequest({ occurredAfter: EPOCH, occurredBefore: EPOCH + length, buckets });
    expect(ask).toThrow(sentence);
    expect(ask).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('of a leap year are given', () => {
    expect(countRequest({ occurredAfter: EPOCH, occurredBefore: EPOCH + 366 * DAY, buckets: 200 }).types).toHaveLength(
      6,
    );
  });
});
