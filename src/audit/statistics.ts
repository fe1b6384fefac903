import type { EventType } from '../domain/audit-event.js';
import { GatewayError } from '../errors/index.js';
import type { CountRequest, EventCount } from '../stores/index.js';

/** Which time is asked for, milliseconds since the epoch, half-open, and into how many stretches it is cut. */
export interface StatisticsRequest {
  readonly occurredAfter: number;
  readonly occurredBefore: number;
  readonly buckets: number;
}

/** What happened in `from <= t < until`. */
export interface StatisticsBucket {
  readonly from: number;
  readonly until: number;
  readonly started: number;
  readonly denied: number;
  readonly ended: number;
}

const MOST_BUCKETS = 200;
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

type Series = 'started' | 'denied' | 'ended';

/** Which of the numbers an event of the type counts in. */
const SERIES: Readonly<Partial<Record<EventType, Series>>> = {
  IMPERSONATION_STARTED: 'started',
  IMPERSONATION_DENIED: 'denied',
  IMPERSONATION_STOPPED: 'ended',
  IMPERSONATION_EXPIRED: 'ended',
  IMPERSONATION_REVOKED: 'ended',
  // It has been counted as a start.
  IMPERSONATION_VOIDED: 'ended',
};

/**
 * What the store has to count. Equal stretches of whole milliseconds: where the time cannot be cut into as many, there are fewer.
 * @throws GatewayError BAD_USER_INPUT: no time, too long a time, or too many stretches.
 */
export function countRequest({ occurredAfter, occurredBefore, buckets }: StatisticsRequest): CountRequest {
  const span = occurredBefore - occurredAfter;
  if (!(span > 0)) throw badInput('`occurredBefore` must be after `occurredAfter`.');
  if (span > LONGEST_DAYS * DAY_MS) throw badInput(`The time asked for must not be longer than ${LONGEST_DAYS} days.`);
  if (!(buckets >= 1 && buckets <= MOST_BUCKETS)) throw badInput(`\`buckets\` must be from 1 to ${MOST_BUCKETS}.`);
  return {
    types: Object.keys(SERIES) as EventType[],
    from: occurredAfter,
    until: occurredBefore,
    width: Math.ceil(span / buckets),
  };
}

/** Every stretch of the request, oldest first, those in which nothing happened included. */
export function statisticsOf(request: CountRequest, counts: readonly EventCount[]): readonly StatisticsBucket[] {
  const { from, until, width } = request;
  const buckets = Array.from({ length: Math.ceil((until - from) / width) }, (_, index) => ({
    from: from + index * width,
    until: Math.min(from + (index + 1) * width, until),
    started: 0,
    denied: 0,
    ended: 0,
  }));
  for (const { type, stretch, count } of counts) {
    const series = SERIES[type];
    const bucket = buckets[stretch];
    if (series !== undefined && bucket !== undefined) bucket[series] += count;
  }
  return buckets;
}

function badInput(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message });
}
