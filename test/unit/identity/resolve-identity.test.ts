import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAttemptRecorder } from '../../../src/audit/attempts.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import { ANONYMOUS } from '../../../src/domain/identity.js';
import { GatewayError } from '../../../src/errors/index.js';
import {
  createRefusalRecorder,
  createResolveIdentity,
  type IdentityStrategy,
  type ResolvedIdentity,
} from '../../../src/identity/index.js';
import { BEARER } from '../../../src/identity/sender.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, EPOCH } from '../audit/drafts.js';
import { MemoryEvents } from '../audit/memory-events.js';
import { ada, direct } from '../policy/people.js';
import { judged, REQUEST, session } from './setting.js';

const resolved = { identity: direct(ada), unconfirmed: null } as const;

function strategy(issuer: string, resolve: IdentityStrategy['resolve'] = async () => resolved) {
  return {
    accepts: (claimed: string) => claimed === issuer,
    resolve: vi.fn(resolve),
    recall: (): ResolvedIdentity | null => null,
    isKnown: () => false,
  };
}
const digest = (token: string) => `digest of ${token}`;

describe('a credential', () => {
  it('that was not sent, and that alone, means anonymous', async () => {
    const one = strategy('one');
    const resolve = createResolveIdentity([one], () => 'one', digest);
    expect(await resolve(null, REQUEST)).toEqual({ identity: ANONYMOUS, unconfirmed: null });
    expect(one.resolve).not.toHaveBeenCalled();
    expect(await resolve('', REQUEST)).toBe(resolved);
  });

  it.each([
    ['without a readable issuer', null],
    ['of an issuer nobody trusts', 'three'],
  ])('%s is refused', async (_, issuer) => {
    const resolve = createResolveIdentity([strategy('one'), strategy('two')], () => issuer, digest);
    expect(await judged(Promise.resolve(resolve('token', REQUEST)))).toBe('TOKEN_INVALID');
  });

  it('is judged by the first strategy whose it is, finally: what one refuses no other is asked about', async () => {
    const one = strategy('one', () => Promise.reject(new GatewayError('TOKEN_EXPIRED')));
    const again = strategy('one');
    const two = strategy('two');
    const resolve = createResolveIdentity([two, one, again], () => 'one', digest);
    expect(await judged(Promise.resolve(resolve('token', REQUEST)))).toBe('TOKEN_EXPIRED');
    expect(one.resolve).toHaveBeenCalledWith('token', REQUEST, 'digest of token', BEARER);
    expect([again.resolve.mock.calls, two.resolve.mock.calls]).toEqual([[], []]);
  });
});

describe('a credential that a strategy recalls', () => {
  it('is resolved at once, by its digest, and nobody judges it again', () => {
    const one = strategy('one');
    const two = { ...strategy('two'), recall: (known: string) => (known === 'digest of token' ? resolved : null) };
    const resolve = createResolveIdentity([one, two], () => 'one', digest);
    expect(resolve('token', REQUEST)).toBe(resolved);
    expect([one.resolve.mock.calls, two.resolve.mock.calls]).toEqual([[], []]);
  });
});

describe('the record of an actor token that is not honoured any more', () => {
  beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
  afterEach(() => void vi.useRealTimers());

  function open(findSession: () => Promise<ReturnType<typeof session> | null>) {
    const events = new MemoryEvents();
    const clock = new TestClock();
    const { logger, lines } = collectedLog();
    const trail = createAuditTrail({ events: events.port, clock, gateway: { instance: 'i', version: '1' }, logger });
    const attempts = createAttemptRecorder({ trail, clock, logger, perMinute: 2 });
    const record = createRefusalRecorder({ attempts, findSession, clock, logger });
    return { events, lines, record };
  }

  it('names session, actor, subject and reason', async () => {
    const { events, record } = open(async () => session());
    const recorded = record('session-1', 'IMPERSONATION_ENDED', REQUEST);
    await vi.advanceTimersByTimeAsync(10);
    await recorded;
    expect(events.stored[0]).toMatchObject({
      type: 'OPERATION_DENIED',
      outcome: 'FAILURE',
      actorId: 'user_ada',
      subjectId: 'user_cleo',
      sessionId: 'session-1',
      requestId: 'request-1',
    });
    expect(JSON.parse(events.stored[0]?.body ?? '').code).toBe('IMPERSONATION_ENDED');
  });

  it('is bounded per session, whoever uses it', async () => {
    const { events, record } = open(async () => session());
    for (let n = 0; n < 20; n++) void record('session-1', 'TOKEN_EXPIRED', REQUEST);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(events.stored.map(({ body }) => JSON.parse(body).count)).toEqual([1, 1, 18]);
  });

  it('is bounded for each session by itself: the token of one keeps nothing of another from the record', async () => {
    let used = session();
    const { events, record } = open(async () => used);
    for (let n = 0; n < 20; n++) void record('session-1', 'TOKEN_EXPIRED', REQUEST);
    await vi.advanceTimersByTimeAsync(10);
    used = session({ id: 'session-2' });
    const recorded = record('session-2', 'TOKEN_EXPIRED', REQUEST);
    await vi.advanceTimersByTimeAsync(10);
    await recorded;
    expect(events.stored.map(({ sessionId }) => sessionId)).toEqual(['session-1', 'session-1', 'session-2']);
  });

  it.each([
    ['does not exist', async () => null],
    ['cannot be looked up', () => Promise.reject(new Error('down'))],
  ])('goes to the log where the session %s, and never throws', async (_, findSession) => {
    const { events, lines, record } = open(findSession);
    await record('session-1', 'TOKEN_EXPIRED', REQUEST);
    expect(events.stored).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        msg: 'an authentic actor token of an unknown session was refused',
        sessionId: 'session-1',
        code: 'TOKEN_EXPIRED',
        requestId: 'request-1',
      },
    ]);
  });

  it('never keeps a refusal from standing where the trail is down', async () => {
    const { events, record } = open(async () => session());
    events.behaviour = 'refuse';
    const recorded = record('session-1', 'TOKEN_EXPIRED', REQUEST);
    await vi.advanceTimersByTimeAsync(2_500);
    await expect(recorded).resolves.toBeUndefined();
  });
});
