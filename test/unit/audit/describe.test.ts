import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import {
  describeActor,
  describeOrigin,
  describeSession,
  describeSessionActor,
  draftEvent,
} from '../../../src/audit/describe.js';
import { passesFilter } from '../../../src/audit/filter.js';
import { RecordedEvent } from '../../../src/audit/recorded-event.js';
import type { EventFilter } from '../../../src/stores/index.js';
import { ANONYMOUS, ada, cleo, direct, impersonated, session } from '../policy/people.js';
import { draft, EPOCH } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

const REQUEST = { id: 'r', ipAddress: '192.0.2.7', userAgent: 'curl/8', traceparent: 'tp' };

describe('events describe', () => {
  it('the person really acting, never the one acted for', () => {
    expect(describeActor(impersonated(ada, cleo))).toMatchObject({ id: 'user_ada', amr: ['pwd', 'otp'] });
    expect(describeActor(direct(cleo))?.id).toBe('user_cleo');
    expect(describeActor(ANONYMOUS)).toBeNull();
  });

  it('no name, address or role of a person', () => {
    expect(Object.keys(describeActor(direct(ada)) ?? {}).sort()).toEqual(['amr', 'authTime', 'id', 'issuer']);
    expect(Object.keys(describeSessionActor(session())).sort()).toEqual(['amr', 'authTime', 'id', 'issuer']);
    expect(Object.keys(describeSession(session())).sort()).toEqual(['access', 'expiresAt', 'id', 'startedAt']);
  });

  it('the origin only as far as it is known', () => {
    expect(describeOrigin(REQUEST)).toEqual({ ipAddress: '192.0.2.7', userAgent: 'curl/8' });
    expect(describeOrigin({ ...REQUEST, ipAddress: null, userAgent: null })).toEqual({});
  });

  it('what is not said as absent, and one attempt', () => {
    const required = { type: 'AUDIT_READ', outcome: 'SUCCESS', occurredAt: 1, request: REQUEST } as const;
    expect(draftEvent(required)).toEqual({
      type: 'AUDIT_READ',
      outcome: 'SUCCESS',
      occurredAt: 1,
      code: null,
      actor: null,
      subjectId: null,
      session: null,
      operation: null,
      request: { id: 'r', traceparent: 'tp' },
      count: 1,
      details: { ipAddress: '192.0.2.7', userAgent: 'curl/8' },
    });
    expect(draftEvent(required, { count: 3, details: { reason: 'why' } })).toMatchObject({
      count: 3,
      details: { ipAddress: '192.0.2.7', userAgent: 'curl/8', reason: 'why' },
    });
  });
});

describe('a recorded event', () => {
  const [stored] = openChain({ instance: 'i', version: '1' }).extend([draft('r', { details: { reason: 'why' } })]);
  if (stored === undefined) throw new Error('no event');

  it('reads body and details once', () => {
    const event = new RecordedEvent(stored);
    expect(event.body).toBe(event.body);
    expect(event.details).toBe(event.details);
    expect(event.details).toEqual({ reason: 'why' });
    expect(event.body.actor?.id).toBe('user_ada');
  });

  it('has no details once they are erased', () => {
    expect(new RecordedEvent({ ...stored, details: null }).details).toEqual({});
  });
});

describe('a filter means to the live tail what it means to the store', () => {
  const events = openChain({ instance: 'i', version: '1' }).extend([
    draft('a'),
    draft('b', { type: 'AUDIT_READ', outcome: 'FAILURE', occurredAt: EPOCH + 10, session: null }),
    draft('c', { actor: null, subjectId: null, occurredAt: EPOCH + 20 }),
    draft('d', {
      occurredAt: EPOCH + 20,
      operation: { name: 'Op', type: 'QUERY', fields: [], documentHash: '', errorCodes: [], durationMs: null },
    }),
  ]);
  const filters: EventFilter[] = [
    {},
    { types: [] },
    { types: ['AUDIT_READ'] },
    { types: ['AUDIT_READ', 'OPERATION_COMPLETED'] },
    { outcome: 'FAILURE' },
    { actorId: 'user_ada' },
    { subjectId: 'user_cleo' },
    { sessionId: 'session-1' },
    { requestId: 'c' },
    { operationName: 'Op' },
    { occurredAfter: EPOCH + 10 },
    { occurredBefore: EPOCH + 10 },
    { occurredAfter: EPOCH + 10, occurredBefore: EPOCH + 20 },
    { actorId: 'user_ada', sessionId: 'session-1', occurredAfter: EPOCH + 1 },
    { actorId: 'nobody' },
  ];
  it.each(filters.map((filter) => [JSON.stringify(filter), filter] as const))('%s', async (_, filter) => {
    const store = new MemoryEvents();
    store.write(events);
    const { items } = await store.page(filter, { limit: 100, direction: 'forward' });
    const passing = events.filter((event) => passesFilter(event, filter));
    expect(passing.map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort());
  });
});
