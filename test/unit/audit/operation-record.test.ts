import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAttemptRecorder } from '../../../src/audit/attempts.js';
import {
  createOperationRecord,
  type OperationActivity,
  type OperationFacts,
} from '../../../src/audit/operation-record.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import type { OperationKind } from '../../../src/domain/audit-event.js';
import type { Identity } from '../../../src/domain/identity.js';
import { createCallerLog } from '../../../src/platform/caller-log.js';
import { TestClock } from '../../support/test-clock.js';
import { ANONYMOUS, ada, cleo, delegated, direct, impersonated, session } from '../policy/people.js';
import { collectedLog, EPOCH, expectValidChains } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

const REQUEST = { id: 'request-1', ipAddress: '192.0.2.7', userAgent: 'curl/8', traceparent: null };

function facts(type: OperationKind): OperationFacts {
  return { name: 'Op', type, fields: ['X.a', 'X.b'], documentHash: 'ff', rootKeys: ['a', 'b'], activeKeys: ['a', 'b'] };
}

function open(identity: Identity = impersonated(ada, cleo), note?: OperationActivity['note']) {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger, lines } = collectedLog();
  const trail = createAuditTrail({ events: events.port, clock, gateway: { instance: 'i', version: '1' }, logger });
  const attempts = createAttemptRecorder({ trail, clock, logger, perMinute: 60 });
  const refusalLog = createCallerLog({ logger, clock, perMinute: 60, mostPerMinute: 600, leftOut: 'more' });
  const parts = { identity, request: REQUEST, trail, attempts, clock, logger, refusalLog };
  const record = createOperationRecord(
    note === undefined ? parts : { ...parts, activity: { isMarked: () => false, note } },
  );
  return { events, record, lines, trail };
}

/** The recorded events in short: `TYPE OUTCOME CODE errorCodes`; without those about an outage of the trail itself. */
function told(events: MemoryEvents): string[] {
  return events.stored.flatMap(({ body }) => {
    const { type, outcome, code, operation } = JSON.parse(body);
    if (type === 'AUDIT_GAP') return [];
    return [type, outcome, code ?? '-', (operation?.errorCodes ?? []).join('+') || '-'].join(' ');
  });
}

async function settle(work: void | Promise<void>, ms = 10_000): Promise<string> {
  let state = 'waiting';
  Promise.resolve(work).then(
    () => {
      state = 'resolved';
    },
    (error) => {
      state = error.code;
    },
  );
  await pass(ms);
  return state;
}

type Denied = 'none' | 'inner' | 'some' | 'all';
/** Plays an operation the way the guards of the schema do. */
async function play(record: ReturnType<typeof open>['record'], type: OperationKind, denied: Denied, codes: string[]) {
  record.begin(facts(type), null);
  const attempts: string[] = [];
  if (type === 'SUBSCRIPTION') attempts.push(await settle(record.attempt()));
  for (const key of ['a', 'b']) {
    const refused = denied === 'all' || (denied === 'some' && key === 'b');
    if (refused) record.denied('FORBIDDEN', key);
    else if (type === 'MUTATION') attempts.push(await settle(record.attempt()));
  }
  if (denied === 'inner') record.denied('SENSITIVE_FIELD', null);
  return { attempts, finished: await settle(record.finish(codes)) };
}

const cases = (['QUERY', 'MUTATION', 'SUBSCRIPTION'] as const).flatMap((type) =>
  (['none', 'inner', 'some', 'all'] as const).flatMap((denied) =>
    [[], ['INTERNAL_SERVER_ERROR']].map((codes) => ({ type, denied, codes, errors: codes.join() || 'no' })),
  ),
);

describe('under an impersonation', () => {
  it.each(cases)('$type, $denied roots denied, $errors errors: leaves exactly its events, in order', async (c) => {
    const { events, record } = open();
    expect(await play(record, c.type, c.denied, c.codes)).toMatchObject({ finished: 'resolved' });
    const errors = c.codes.join('+') || '-';
    const expected: string[] = [];
    const attempted = c.type === 'SUBSCRIPTION' || (c.type === 'MUTATION' && c.denied !== 'all');
    if (attempted) expected.push('OPERATION_ATTEMPTED UNKNOWN - -');
    if (attempted || (c.type === 'QUERY' && c.denied !== 'all')) {
      expected.push(`OPERATION_COMPLETED ${errors === '-' ? 'SUCCESS' : 'FAILURE'} - ${errors}`);
    }
    if (c.denied !== 'none') {
      expected.push(`OPERATION_DENIED FAILURE ${c.denied === 'inner' ? 'SENSITIVE_FIELD' : 'FORBIDDEN'} ${errors}`);
    }
    expect(told(events)).toEqual(expected);
    expectValidChains(events.stored);
  });

  it.each(cases)('$type, $denied roots denied, $errors errors, the trail down: withholds what it must', async (c) => {
    const { events, record } = open();
    events.behaviour = 'refuse';
    const { attempts, finished } = await play(record, c.type, c.denied, c.codes);
    expect(attempts.every((state) => state === 'AUDIT_UNAVAILABLE')).toBe(true);
    // Of a query that ran nothing may leave; of everything else nothing has run.
    expect(finished).toBe(c.type === 'QUERY' && c.denied !== 'all' ? 'AUDIT_UNAVAILABLE' : 'resolved');
    events.behaviour = 'ok';
    await pass(3_000);
    const types = told(events).map((line) => line.split(' ').slice(0, 3).join(' '));
    if (attempts.length > 0) {
      // The attempt was on its way to the store when it was given up; what followed says that nothing ran.
      expect(types).toEqual(['OPERATION_ATTEMPTED UNKNOWN -', 'OPERATION_DENIED FAILURE AUDIT_UNAVAILABLE']);
    } else {
      expect(types.filter((line) => line.startsWith('OPERATION_COMPLETED')).length).toBeLessThanOrEqual(1);
      expect(types.some((line) => line.startsWith('OPERATION_ATTEMPTED'))).toBe(false);
    }
    expectValidChains(events.stored);
  });

  it.each(['MUTATION', 'QUERY'] as const)(
    '%s: is on record as of its own time, however long its activity took to store',
    async (type) => {
      const { events, record } = open(undefined, async () => {
        // As where the process stands still: the session may be over since.
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return true;
      });
      record.begin(facts(type), null);
      const work = type === 'MUTATION' ? record.attempt() : record.finish([]);
      expect(await settle(work, 61_000)).toBe('resolved');
      const [{ body = '' } = {}] = events.stored;
      const { occurredAt, operation } = JSON.parse(body);
      expect(Date.parse(occurredAt) - (operation.durationMs ?? 0)).toBeLessThanOrEqual(EPOCH);
    },
  );

  it.each([
    ['MUTATION', 'has ended', 'IMPERSONATION_ENDED', ['OPERATION_DENIED FAILURE IMPERSONATION_ENDED -']],
    ['MUTATION', 'cannot be asked about', 'AUDIT_UNAVAILABLE', ['OPERATION_DENIED FAILURE AUDIT_UNAVAILABLE -']],
    ['QUERY', 'has ended', 'resolved', ['OPERATION_COMPLETED SUCCESS - -']],
    ['QUERY', 'cannot be asked about', 'AUDIT_UNAVAILABLE', ['OPERATION_DENIED FAILURE AUDIT_UNAVAILABLE -']],
  ] as const)(
    '%s whose session %s when its activity is to be stored: %s, and so on record',
    async (type, how, state, lines) => {
      const { events, record } = open(undefined, () =>
        how === 'has ended' ? Promise.resolve(false) : Promise.reject(new Error('no answer')),
      );
      record.begin(facts(type), null);
      const begun = type === 'MUTATION' ? await settle(record.attempt()) : null;
      const finished = await settle(record.finish([]));
      expect(begun ?? finished).toBe(state);
      expect(told(events)).toEqual(lines);
    },
  );

  it('that runs nothing of a mutation, as one that asks for its type alone, is on the record', async () => {
    const { events, record } = open();
    record.begin(facts('MUTATION'), null);
    expect(await settle(record.finish([]))).toBe('resolved');
    expect(told(events)).toEqual(['OPERATION_COMPLETED SUCCESS - -']);
  });

  it('that leaves an event of its own leaves none here', async () => {
    const { events, record } = open();
    record.begin(facts('MUTATION'), null);
    record.leavesItsOwn();
    expect(await settle(record.finish([]))).toBe('resolved');
    expect(told(events)).toEqual([]);
  });

  it('makes the mutation’s attempt durable before it resolves, once however many fields there are', async () => {
    const { events, record } = open();
    record.begin(facts('MUTATION'), '{"a":1}');
    events.hold();
    let durable = false;
    const first = Promise.resolve(record.attempt()).then(() => {
      durable = true;
    });
    const second = record.attempt();
    await pass(500);
    expect(durable).toBe(false);
    events.release();
    await pass();
    await Promise.all([first, second, record.attempt()]);
    expect(told(events)).toEqual(['OPERATION_ATTEMPTED UNKNOWN - -']);
    expect(events.stored[0]?.details?.text).toContain('"variables":"{\\"a\\":1}"');
  });

  it('does not let a mutation’s answer wait longer than two seconds for its completion, which is recorded all the same', async () => {
    const { events, record } = open();
    record.begin(facts('MUTATION'), null);
    expect(await settle(record.attempt(), 10)).toBe('resolved');
    events.behaviour = 'refuse';
    const finishing = record.finish([]);
    expect(await settle(finishing, 1_900)).toBe('waiting');
    expect(await settle(finishing, 200)).toBe('resolved');
    await pass(60_000);
    events.behaviour = 'ok';
    await pass(2_000);
    expect(told(events)).toEqual(['OPERATION_ATTEMPTED UNKNOWN - -', 'OPERATION_COMPLETED SUCCESS - -']);
  });

  it('does not let a query’s result leave before its event is durable', async () => {
    const { events, record } = open();
    record.begin(facts('QUERY'), null);
    events.hold();
    const finishing = record.finish([]);
    expect(await settle(finishing, 1_000)).toBe('waiting');
    events.release();
    expect(await settle(finishing, 1)).toBe('resolved');
    expect(events.stored).toHaveLength(1);
  });

  it.each(['QUERY', 'MUTATION', 'SUBSCRIPTION'] as const)(
    'records a %s that was refused as a whole as denied and nothing else',
    async (type) => {
      const { events, record } = open();
      record.begin(facts(type), null);
      record.refused('BAD_USER_INPUT');
      expect(await settle(record.finish(['BAD_USER_INPUT']))).toBe('resolved');
      expect(told(events)).toEqual(['OPERATION_DENIED FAILURE BAD_USER_INPUT BAD_USER_INPUT']);
    },
  );

  it('names the first reason where several fields are denied', async () => {
    const { events, record } = open();
    record.begin(facts('QUERY'), null);
    record.denied('SENSITIVE_FIELD', 'a');
    record.denied('FORBIDDEN', 'b');
    await settle(record.finish(['SENSITIVE_FIELD', 'FORBIDDEN']));
    expect(told(events)).toEqual(['OPERATION_DENIED FAILURE SENSITIVE_FIELD SENSITIVE_FIELD+FORBIDDEN']);
  });

  it('leaves no denial of its own where an event of its own says so already', async () => {
    const { events, record } = open();
    record.begin(facts('MUTATION'), null);
    record.denied(null, 'a');
    record.denied(null, 'b');
    expect(await settle(record.finish(['NESTED_IMPERSONATION']))).toBe('resolved');
    expect(events.stored).toEqual([]);
  });

  it('names actor, subject, session, operation and origin', async () => {
    const { events, record } = open();
    record.begin(facts('QUERY'), '{"x":1}');
    await settle(record.finish([]));
    const [event] = events.stored;
    const { id, access, startedAt, expiresAt } = session();
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      actor: { id: 'user_ada', issuer: 'https://issuer.example.test', amr: ['pwd', 'otp'] },
      subject: { id: 'user_cleo' },
      session: {
        id,
        access,
        startedAt: new Date(startedAt).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
      },
      operation: { name: 'Op', type: 'QUERY', fields: ['X.a', 'X.b'], documentHash: 'ff', errorCodes: [] },
      request: { id: 'request-1', traceparent: null },
    });
    expect(JSON.parse(event?.body ?? '').operation.durationMs).toBeGreaterThanOrEqual(0);
    expect(event?.details?.text).toBe('{"ipAddress":"192.0.2.7","userAgent":"curl/8","variables":"{\\"x\\":1}"}');
  });

  it('of a trusted issuer’s delegation, without a session, records as well', async () => {
    const { events, record } = open(delegated(ada, cleo, 'FULL'));
    expect((await play(record, 'MUTATION', 'some', [])).finished).toBe('resolved');
    expect(told(events)).toHaveLength(3);
    expect(events.stored.every((event) => event.sessionId === null && event.actorId === 'user_ada')).toBe(true);
  });

  it('names the upstreams that were asked by then, each once and sorted, in the event that follows', async () => {
    const { events, record } = open(impersonated(ada, cleo, 'FULL'));
    record.begin(facts('MUTATION'), null);
    expect(await settle(record.attempt())).toBe('resolved');
    const { touched } = record;
    for (const upstream of ['shipping', 'orders', 'shipping']) touched(upstream);
    expect(record.describe()?.upstreams).toEqual(['orders', 'shipping']);
    expect(await settle(record.finish([]))).toBe('resolved');
    const named = events.stored.map(({ body }) => JSON.parse(body).operation.upstreams);
    expect(named).toEqual([undefined, ['orders', 'shipping']]);
  });

  it('records nothing where no operation began', async () => {
    const { events, record } = open();
    record.refused('GRAPHQL_PARSE_FAILED');
    expect(record.describe()).toBeNull();
    expect(await settle(record.finish(['GRAPHQL_PARSE_FAILED']))).toBe('resolved');
    expect(events.stored).toEqual([]);
  });
});

describe('outside an impersonation', () => {
  it.each([
    ['nobody', ANONYMOUS],
    ['a person as themselves', direct(ada)],
  ])('leaves no event, and does not wait, for %s', async (_, identity) => {
    const { events, record } = open(identity);
    record.begin(facts('MUTATION'), null);
    expect(record.attempt()).toBeUndefined();
    record.denied('FORBIDDEN', 'a');
    expect(record.finish(['FORBIDDEN'])).toBeUndefined();
    await pass(100);
    expect(events.stored).toEqual([]);
    expect(record.describe()).toMatchObject({ name: 'Op', type: 'MUTATION', errorCodes: [], durationMs: null });
  });

  it('waits for a piece of recording that somebody else began', async () => {
    const { record } = open(direct(ada));
    record.begin(facts('MUTATION'), null);
    let done = () => {};
    record.await(
      new Promise<void>((resolve) => {
        done = resolve;
      }),
    );
    const finishing = record.finish([]);
    expect(await settle(finishing, 100)).toBe('waiting');
    done();
    expect(await settle(finishing, 1)).toBe('resolved');
  });
});

describe('what is refused outside impersonation', () => {
  const ROLE = { role: ['ADMIN'], of: 'VIEWER' } as const;
  const said = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

  it('leaves no event, and one line: by which rules, which fields, to whom, from where', async () => {
    const { events, record, lines } = open(direct(cleo));
    record.begin(facts('QUERY'), null);
    record.denied('FORBIDDEN', 'a', { coordinate: 'X.a', requires: ROLE });
    for (let each = 0; each < 1_000; each += 1) record.denied('FORBIDDEN', null, { coordinate: 'Y.c', requires: ROLE });
    record.denied('UNAUTHENTICATED', null, { coordinate: 'Y.d' });
    await record.finish(['FORBIDDEN', 'UNAUTHENTICATED']);
    await record.finish(['FORBIDDEN']);
    expect(told(events)).toEqual([]);
    expect(said(lines)).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'an operation, or a part of it, was refused',
        requestId: 'request-1',
        code: 'FORBIDDEN',
        operation: { name: 'Op', type: 'QUERY' },
        refused: [
          { code: 'FORBIDDEN', rule: '@requiresRole(role: [ADMIN], of: VIEWER)', fields: ['X.a', 'Y.c'] },
          { code: 'UNAUTHENTICATED', rule: '@authenticated', fields: ['Y.d'] },
        ],
        viewerId: cleo.id,
        actorId: cleo.id,
        ipAddress: '192.0.2.7',
      }),
    ]);
  });

  it('names twenty fields of each rule at most, and says that there are more', async () => {
    const { record, lines } = open(ANONYMOUS);
    record.begin(facts('QUERY'), null);
    for (let n = 0; n < 5_000; n += 1) record.denied('UNAUTHENTICATED', null, { coordinate: `X.f${n}` });
    await record.finish(['UNAUTHENTICATED']);
    const [{ refused, viewerId }] = said(lines);
    expect(viewerId).toBeNull();
    expect(refused[0].fields).toHaveLength(20);
    expect(refused[0].andMore).toBe(true);
  });

  it('is told of a whole operation, and of what a resolver refuses by itself, but not of mistakes in a request', async () => {
    const codesOf = async (play: (record: ReturnType<typeof open>['record']) => void, errors: string[]) => {
      const { record, lines } = open(direct(cleo));
      play(record);
      await record.finish(errors);
      return said(lines).map(({ code, refused }) => [code, refused[0].rule]);
    };
    const begun = (record: ReturnType<typeof open>['record']) => record.begin(facts('QUERY'), null);
    expect(await codesOf((record) => record.refused('RATE_LIMITED'), ['RATE_LIMITED'])).toEqual([
      ['RATE_LIMITED', 'of the whole operation'],
    ]);
    expect(await codesOf(begun, ['FORBIDDEN'])).toEqual([['FORBIDDEN', 'of the whole operation']]);
    expect(await codesOf((record) => record.refused('BAD_USER_INPUT'), ['BAD_USER_INPUT'])).toEqual([]);
    expect(await codesOf(begun, ['INTERNAL_SERVER_ERROR'])).toEqual([]);
    expect(await codesOf(begun, [])).toEqual([]);
  });

  it('is not told where an event of its own says so, nor under an impersonation, where events do', async () => {
    const attempt = open(direct(cleo));
    attempt.record.begin(facts('MUTATION'), null);
    attempt.record.await(Promise.resolve());
    attempt.record.denied(null, 'a');
    await attempt.record.finish(['FORBIDDEN']);
    const { record, lines } = open();
    record.begin(facts('QUERY'), null);
    record.denied('SENSITIVE_FIELD', 'a', { coordinate: 'X.a' });
    await settle(record.finish(['SENSITIVE_FIELD']));
    expect([...attempt.lines, ...lines]).toEqual([]);
  });
});

it('counts the refusals of each session for itself, and without one those of whoever is acting', async () => {
  const { trail } = open();
  const keys: string[] = [];
  const attempts = { refused: async (key: string) => void keys.push(key) } as unknown as Parameters<
    typeof createOperationRecord
  >[0]['attempts'];
  const one = impersonated(ada, cleo);
  const other = { ...one, session: { ...one.session, id: 'another-session' } } as Identity;
  for (const identity of [one, other, delegated(ada, cleo, 'FULL')]) {
    const { logger } = collectedLog();
    const clock = new TestClock();
    const refusalLog = createCallerLog({ logger, clock, perMinute: 60, mostPerMinute: 600, leftOut: 'more' });
    const record = createOperationRecord({ identity, request: REQUEST, trail, attempts, clock, logger, refusalLog });
    record.begin(facts('QUERY'), null);
    record.refused('FORBIDDEN');
    await settle(record.finish(['FORBIDDEN']));
  }
  expect(keys).toEqual([`session:${one.session?.id}`, 'session:another-session', `session:${ada.id}`]);
});
