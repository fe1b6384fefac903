import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import type { ImpersonationDependencies } from '../../../src/impersonation/index.js';
import type { StartInput } from '../../../src/impersonation/input.js';
import type { StartedImpersonation } from '../../../src/impersonation/start.js';
import { EPOCH, expectValidChains } from '../audit/drafts.js';
import { ANONYMOUS, ada, audrey, cleo, direct, dora, impersonated, sam } from '../policy/people.js';
import { carl, grace, openReplica, outcome, pass, REQUEST, RULES, Stores } from './replicas.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH + 789 }));
afterEach(() => void vi.useRealTimers());

const INPUT: StartInput = { userId: cleo.id, reason: '  a good reason ', ticket: ' CASE-1 ' };

function open(options: Partial<ImpersonationDependencies> = {}) {
  const stores = new Stores();
  return { stores, ...stores, replica: openReplica(stores, options) };
}
type Opened = ReturnType<typeof open>;
const start = ({ replica }: Opened, input: Partial<StartInput> = {}, identity: Identity = direct(ada)) =>
  replica.start(identity, { ...INPUT, ...input }, REQUEST, null);

describe('a start', () => {
  it('is durable, then stored, and only then has a token', async () => {
    const journal: string[] = [];
    const gateway = open({
      minter: {
        async mint() {
          journal.push('token');
          return 'token';
        },
      },
    });
    gateway.events.hold();
    gateway.sessions.hold('insert');
    const started = outcome(start(gateway), 500);
    gateway.replica.trail.onRecorded(([event]) => void journal.push(event?.type ?? ''));
    await started;
    expect([journal, gateway.sessions.count('insert')]).toEqual([[], 0]);
    gateway.events.release();
    await pass(100);
    expect([journal, gateway.sessions.count('insert')]).toEqual([['IMPERSONATION_STARTED'], 1]);
    gateway.sessions.release('insert');
    await pass(100);
    expect(journal).toEqual(['IMPERSONATION_STARTED', 'token']);
  });

  it('gives the session as it was asked for, and is known to the view at once', async () => {
    const gateway = open();
    const started = (await outcome(start(gateway, { access: 'FULL', durationSeconds: 60 }))) as StartedImpersonation;
    expect(started.session).toMatchObject({
      status: 'ACTIVE',
      access: 'FULL',
      actorId: 'user_ada',
      subjectId: 'user_cleo',
      reason: 'a good reason',
      ticket: 'CASE-1',
      startedAt: EPOCH + 789,
      // On a whole second, like the `exp` of its token.
      expiresAt: EPOCH + 60_000,
      endedAt: null,
    });
    expect(started.subject.id).toBe('user_cleo');
    expect(started.actorToken).toBe(`actor token of ${started.session.id}`);
    expect(gateway.replica.view.lastKnown(started.session.id)).toEqual(started.session);
    expect(gateway.sessions.sessions.get(started.session.id)).toEqual(started.session);
  });

  it('is read-only and of the default length unless asked otherwise', async () => {
    const gateway = open();
    const started = (await outcome(
      start(gateway, { access: null, durationSeconds: null, ticket: null }),
    )) as StartedImpersonation;
    expect(started.session).toMatchObject({ access: 'READ_ONLY', expiresAt: EPOCH + 600_000, ticket: null });
  });

  it('leaves an event with all its facts', async () => {
    const gateway = open();
    await outcome(start(gateway));
    const [event] = gateway.events.stored;
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      type: 'IMPERSONATION_STARTED',
      outcome: 'SUCCESS',
      actor: { id: 'user_ada', issuer: 'https://issuer.example.test' },
      subject: { id: 'user_cleo' },
      session: { access: 'READ_ONLY', startedAt: '2026-01-01T00:00:00.789Z', expiresAt: '2026-01-01T00:10:00.000Z' },
      request: { id: 'request-1' },
    });
    expect(event?.details?.text).toBe(
      '{"reason":"a good reason","ticket":"CASE-1","ipAddress":"192.0.2.7","userAgent":"curl/8"}',
    );
    expect(gateway.events.stored).toHaveLength(1);
  });

  it('leaves no word of a ticket where there is none', async () => {
    const gateway = open();
    await outcome(start(gateway, { ticket: null }));
    expect(gateway.events.stored[0]?.details?.text).toBe(
      '{"reason":"a good reason","ipAddress":"192.0.2.7","userAgent":"curl/8"}',
    );
  });
});

describe('a refused start leaves its event, no session and no token', () => {
  const refusals: readonly [string, Identity, Partial<StartInput>, Partial<ImpersonationDependencies>][] = [
    ['UNAUTHENTICATED', ANONYMOUS, {}, {}],
    ['FORBIDDEN', direct(sam), {}, {}],
    ['NESTED_IMPERSONATION', impersonated(ada, cleo), { userId: carl.id }, {}],
    ['SELF_IMPERSONATION', direct(ada), { userId: ada.id }, {}],
    ['USER_NOT_FOUND', direct(ada), { userId: 'user_nobody' }, {}],
    ['SUBJECT_PROTECTED', direct(ada), { userId: audrey.id }, {}],
    ['SUBJECT_PROTECTED', direct(ada), { userId: grace.id }, {}],
    ['SUBJECT_DISABLED', direct(ada), { userId: dora.id }, {}],
    ['STEP_UP_REQUIRED', direct(ada), {}, { rules: { ...RULES, requiredAmr: ['hwk'] } }],
    ['SESSION_LIMIT', direct(ada), {}, { rules: { ...RULES, activeSessionLimit: 0 } }],
    ['RATE_LIMITED', direct(ada), {}, { rules: { ...RULES, startsPerMinute: 0 } }],
    ['BAD_USER_INPUT', direct(ada), { reason: 'no' }, {}],
    ['BAD_USER_INPUT', direct(ada), { userId: ' user_cleo' }, {}],
    ['BAD_USER_INPUT', direct(ada), { durationSeconds: 59 }, {}],
    ['BAD_USER_INPUT', direct(ada), { ticket: '' }, {}],
  ];
  it.each(refusals)('%s', async (code, identity, input, options) => {
    const gateway = open(options);
    expect(await outcome(start(gateway, input, identity))).toBe(code);
    expect(gateway.stores.told()).toEqual([`IMPERSONATION_DENIED ${code}`]);
    expect([gateway.sessions.sessions.size, gateway.replica.minted.length]).toEqual([0, 0]);
    // Nobody signed in costs the store nothing.
    if (code === 'UNAUTHENTICATED') expect(gateway.sessions.calls).toEqual([]);
    const [event] = gateway.events.stored;
    expect(event).toMatchObject({ outcome: 'FAILURE', actorId: identity.actor?.id ?? null });
    // What is not well-formed is not recorded.
    expect(event?.subjectId).toBe(input.userId === ' user_cleo' ? null : (input.userId ?? cleo.id));
    expect(event?.details?.text.includes('a good reason')).toBe(code !== 'BAD_USER_INPUT');
    expect(event?.details?.text.includes('"ticket":"CASE-1"')).toBe(code !== 'BAD_USER_INPUT');
  });

  it('and is answered once that is durable, or cannot be had', async () => {
    const gateway = open();
    gateway.events.hold();
    const refused = start(gateway, {}, direct(sam));
    expect(await outcome(refused, 500)).toBe('waiting');
    gateway.events.release();
    expect(await outcome(refused, 100)).toBe('FORBIDDEN');
    gateway.events.behaviour = 'refuse';
    expect(await outcome(start(gateway, {}, direct(sam)), 3_000)).toBe('FORBIDDEN');
  });

  it('is counted by its code, as starts are', async () => {
    const gateway = open();
    await outcome(start(gateway));
    await outcome(start(gateway, {}, direct(sam)));
    await outcome(start(gateway, {}, direct(sam)));
    const { values } = await gateway.replica.metrics.impersonations.get();
    expect(values.map(({ labels, value }) => [labels.event, labels.code, value])).toEqual([
      ['IMPERSONATION_STARTED', '', 1],
      ['IMPERSONATION_DENIED', 'FORBIDDEN', 2],
    ]);
  });

  it('under an impersonation, names the session it came from', async () => {
    const gateway = open();
    await outcome(start(gateway, {}, impersonated(ada, cleo)));
    expect(gateway.events.stored[0]).toMatchObject({ sessionId: 'session-1', actorId: 'user_ada' });
  });
});

describe('a start that fails half-way', () => {
  it('at its event: nothing is stored, no token exists, and the refusal is recorded when the trail can', async () => {
    const gateway = open();
    gateway.events.behaviour = 'refuse';
    expect(await outcome(start(gateway), 2_100)).toBe('AUDIT_UNAVAILABLE');
    expect([gateway.sessions.count('insert'), gateway.replica.minted.length]).toEqual([0, 0]);
    gateway.events.behaviour = 'ok';
    await pass(3_000);
    expect(gateway.stores.told()).toContain('IMPERSONATION_DENIED AUDIT_UNAVAILABLE');
    // The event may have been on its way when it was given up: such a start is void.
    await pass(31_000);
    await outcome(gateway.replica.sweeper.sweep());
    const told = gateway.stores.told();
    expect(told.filter((event) => event.startsWith('IMPERSONATION_VOIDED')).length).toBe(
      told.filter((event) => event.startsWith('IMPERSONATION_STARTED')).length,
    );
    expect(gateway.sessions.sessions.size).toBe(0);
  });

  it('at the look-ups it needs', async () => {
    for (const method of ['countActive', 'countStartedSince'] as const) {
      const gateway = open();
      gateway.sessions.behaviours[method] = 'refuse';
      expect(await outcome(start(gateway))).toBe('AUDIT_UNAVAILABLE');
      expect(gateway.stores.told()).toEqual(['IMPERSONATION_DENIED AUDIT_UNAVAILABLE']);
    }
    const gateway = open({ findUser: () => Promise.reject(new StoreUnavailableError('down')) });
    expect(await outcome(start(gateway))).toBe('AUDIT_UNAVAILABLE');
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_DENIED AUDIT_UNAVAILABLE']);
  });

  it('at its session, which was not stored: it is refused and later found void, once', async () => {
    const gateway = open();
    gateway.sessions.behaviours.insert = 'refuse';
    expect(await outcome(start(gateway))).toBe('AUDIT_UNAVAILABLE');
    expect(gateway.replica.minted).toEqual([]);
    await pass(31_000);
    for (let round = 0; round < 3; round++) {
      await outcome(gateway.replica.sweeper.sweep(), 20_000);
    }
    expect(gateway.stores.told()).toEqual([
      'IMPERSONATION_STARTED -',
      'IMPERSONATION_DENIED AUDIT_UNAVAILABLE',
      'IMPERSONATION_VOIDED -',
    ]);
  });

  it('at its session, which was stored though the answer was lost: the session without a token is ended', async () => {
    const gateway = open();
    gateway.sessions.behaviours.insert = 'lose-answer';
    expect(await outcome(start(gateway))).toBe('AUDIT_UNAVAILABLE');
    expect([...gateway.sessions.sessions.values()]).toMatchObject([
      { status: 'REVOKED', endReason: 'AUDIT_UNAVAILABLE' },
    ]);
    expect(gateway.replica.minted).toEqual([]);
    expect(gateway.stores.told()).toEqual([
      'IMPERSONATION_STARTED -',
      'IMPERSONATION_REVOKED AUDIT_UNAVAILABLE',
      'IMPERSONATION_DENIED AUDIT_UNAVAILABLE',
    ]);
  });

  it('at its session, with the store gone for a while: what was stored is ended when it is back', async () => {
    const gateway = open();
    gateway.sessions.behaviours.insert = 'lose-answer';
    gateway.sessions.behaviours.end = 'refuse';
    expect(await outcome(start(gateway))).toBe('AUDIT_UNAVAILABLE');
    const [session] = gateway.sessions.sessions.values();
    expect(gateway.replica.view.hasEnded(session?.id ?? '')).toBe(true);
    gateway.sessions.behaviours.end = 'ok';
    await outcome(gateway.replica.sweeper.sweep());
    expect(gateway.stores.ends(session?.id ?? '')).toEqual(['IMPERSONATION_REVOKED AUDIT_UNAVAILABLE']);
    expect(gateway.sessions.claims.size).toBe(0);
  });

  it('at its token: the session is ended, and the failure not shown to the client', async () => {
    const gateway = open({ minter: { mint: () => Promise.reject(new Error('the key is gone')) } });
    expect(await outcome(start(gateway))).toBe('INTERNAL_SERVER_ERROR');
    expect([...gateway.sessions.sessions.values()]).toMatchObject([{ status: 'REVOKED' }]);
    expect(gateway.stores.told()).toEqual([
      'IMPERSONATION_STARTED -',
      'IMPERSONATION_REVOKED INTERNAL_SERVER_ERROR',
      'IMPERSONATION_DENIED INTERNAL_SERVER_ERROR',
    ]);
    expectValidChains(gateway.events.stored);
  });

  it('because it was found void meanwhile: it is refused, and void once', async () => {
    const gateway = open();
    gateway.sessions.scripts.insert = ['ok'];
    const insert = gateway.sessions.insert.bind(gateway.sessions);
    gateway.sessions.insert = async (session, limit) => {
      await pass(31_000);
      await gateway.replica.sweeper.sweep();
      return insert(session, limit);
    };
    expect(await outcome(start(gateway), 60_000)).toBe('AUDIT_UNAVAILABLE');
    expect(gateway.stores.told().filter((event) => event.startsWith('IMPERSONATION_VOIDED'))).toHaveLength(1);
    expect([gateway.sessions.sessions.size, gateway.replica.minted.length]).toEqual([0, 0]);
  });

  it('does not keep its caller waiting for the event that it is void', async () => {
    const gateway = open({ rules: { ...RULES, activeSessionLimit: 1 } });
    await outcome(start(gateway, {}, direct(grace)));
    gateway.sessions.countActive = async () => 0;
    const insert = gateway.sessions.insert.bind(gateway.sessions);
    gateway.sessions.insert = (session, limit) => {
      gateway.events.behaviour = 'refuse';
      return insert(session, limit);
    };
    expect(await outcome(start(gateway, {}, direct(grace)), 5_000)).toBe('SESSION_LIMIT');
  });
});

describe('the limits of an actor', () => {
  it('hold for starts at the same moment', async () => {
    const gateway = open();
    const answers = await Promise.all(Array.from({ length: 12 }, () => outcome(start(gateway))));
    expect(answers.filter((answer) => answer === 'SESSION_LIMIT')).toHaveLength(9);
    expect([gateway.sessions.sessions.size, gateway.replica.minted.length]).toEqual([3, 3]);
    // One after the other: what does not fit is refused before it is announced.
    const started = gateway.stores.told().filter((event) => event.startsWith('IMPERSONATION_STARTED'));
    expect([started.length, gateway.sessions.count('voidStart')]).toEqual([3, 0]);
  });

  it('hold for starts at the same moment on several replicas: what does not fit is void', async () => {
    const gateway = open();
    const other = openReplica(gateway.stores);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => outcome(start(n % 2 === 0 ? gateway : { ...gateway, replica: other }))),
    );
    expect(answers.filter((answer) => answer === 'SESSION_LIMIT')).toHaveLength(7);
    expect(gateway.sessions.sessions.size).toBe(3);
    const told = gateway.stores.told().map((event) => event.split(' ')[0]);
    const count = (type: string) => told.filter((event) => event === type).length;
    expect(count('IMPERSONATION_STARTED')).toBe(3 + count('IMPERSONATION_VOIDED'));
    expect(count('IMPERSONATION_DENIED')).toBe(7);
  });

  it('do not hold for another actor, nor do the starts of one wait for those of another', async () => {
    const gateway = open();
    gateway.sessions.hold('countActive');
    const stuck = outcome(start(gateway), 0);
    await stuck;
    gateway.sessions.release('countActive');
    gateway.events.hold();
    void outcome(start(gateway), 0);
    gateway.events.release();
    expect(await outcome(start(gateway, {}, direct(grace)), 100)).toMatchObject({ session: { actorId: 'user_grace' } });
  });

  it('hold for a start that comes while another waits for its turn', async () => {
    const gateway = open({ rules: { ...RULES, startsPerMinute: 2 } });
    const answers: unknown[] = [];
    const note = (answer: unknown) => void answers.push(typeof answer === 'string' ? answer : 'started');
    const begin = () => start(gateway).then(note, (error) => note(error.code));
    // The third comes as soon as the first is done, in the middle of the second.
    const all = [begin().then(begin), begin()];
    await pass(1_000);
    await Promise.all(all);
    expect(answers).toEqual(['started', 'started', 'RATE_LIMITED']);
  });

  it('count a start for a minute, to the millisecond', async () => {
    const gateway = open({ rules: { ...RULES, startsPerMinute: 1 } });
    await outcome(start(gateway), 0);
    await pass(59_999);
    expect(await outcome(start(gateway), 0)).toBe('RATE_LIMITED');
    const late = open({ rules: { ...RULES, startsPerMinute: 1 } });
    const first = (await outcome(start(late), 100)) as StartedImpersonation;
    vi.setSystemTime(first.session.startedAt + 60_000);
    expect(await outcome(start(late), 100)).toMatchObject({ actorToken: expect.any(String) });
  });

  it('count starts within the last minute', async () => {
    const gateway = open({ rules: { ...RULES, activeSessionLimit: 100 } });
    for (let n = 0; n < 10; n++)
      expect(await outcome(start(gateway), 10)).toMatchObject({ actorToken: expect.any(String) });
    expect(await outcome(start(gateway), 10)).toBe('RATE_LIMITED');
    await pass(60_000);
    expect(await outcome(start(gateway), 10)).toMatchObject({ actorToken: expect.any(String) });
  });

  it('give back the place of a session whose time is up but which nobody has ended yet', async () => {
    const gateway = open({ rules: { ...RULES, activeSessionLimit: 1 } });
    const first = (await outcome(start(gateway, { durationSeconds: 60 }))) as StartedImpersonation;
    expect(await outcome(start(gateway))).toBe('SESSION_LIMIT');
    await pass(60_000);
    expect(await outcome(start(gateway))).toMatchObject({ actorToken: expect.any(String) });
    expect(gateway.stores.ends(first.session.id)).toEqual(['IMPERSONATION_EXPIRED -']);
  });
});
