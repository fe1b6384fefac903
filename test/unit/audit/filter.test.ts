import { describe, expect, it } from 'vitest';
import { passesFilter } from '../../../src/audit/filter.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { storedEvent } from '../../support/store-fixtures.js';

const event = {
  ...storedEvent({ chain: 'a', sequence: 0 }),
  type: 'OPERATION_COMPLETED' as const,
  outcome: 'SUCCESS' as const,
  actorId: 'user_ada',
  subjectId: 'user_cleo',
  sessionId: 'session-1',
  requestId: 'request-1',
  operationName: 'Orders',
  occurredAt: 1_000,
};

describe('a filter of events', () => {
  it.each<[EventFilter, EventFilter]>([
    [{ types: ['AUDIT_READ', 'OPERATION_COMPLETED'] }, { types: ['AUDIT_READ'] }],
    [{ outcome: 'SUCCESS' }, { outcome: 'FAILURE' }],
    [{ actorId: 'user_ada' }, { actorId: 'user_cleo' }],
    [{ subjectId: 'user_cleo' }, { subjectId: 'user_ada' }],
    [{ sessionId: 'session-1' }, { sessionId: 'session-2' }],
    [{ requestId: 'request-1' }, { requestId: 'request-2' }],
    [{ operationName: 'Orders' }, { operationName: '' }],
    [{ occurredAfter: 1_000 }, { occurredAfter: 1_001 }],
    [{ occurredBefore: 1_001 }, { occurredBefore: 1_000 }],
  ])('%j lets the event through, and %j does not, with whatever else there is', (fits, fitsNot) => {
    const others: EventFilter = { outcome: 'SUCCESS', actorId: 'user_ada', operationName: 'Orders' };
    expect([passesFilter(event, fits), passesFilter(event, { ...others, ...fits })]).toEqual([true, true]);
    expect([passesFilter(event, fitsNot), passesFilter(event, { ...others, ...fitsNot })]).toEqual([false, false]);
  });

  it('that names nothing lets everything through, and one of no types nothing', () => {
    expect([passesFilter(event, {}), passesFilter(event, { types: [] })]).toEqual([true, false]);
  });
});
