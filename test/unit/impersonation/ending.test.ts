import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { TestClock } from '../../support/test-clock.js';
import { EPOCH, expectValidChains } from '../audit/drafts.js';
import { ANONYMOUS, ada, cleo, delegated, direct, session } from '../policy/people.js';
import { grace, openReplica, outcome, pass, REQUEST, Stores } from './replicas.js';
import { open, RUNNING, revoke, stop, sweeps, under } from './running-session.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

describe('stopping', () => {
  it('ends the session the request runs under, gives back the actor and leaves one event', async () => {
    const gateway = open();
    expect(await outcome(stop(gateway.replica))).toMatchObject({
      actor: { id: 'user_ada' },
      session: { status: 'STOPPED', endedAt: EPOCH, endedById: 'user_ada', endReason: null },
    });
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_STOPPED -']);
    expect(gateway.events.stored[0]).toMatchObject({ actorId: 'user_ada', subjectId: 'user_cleo', sessionId: 's' });
    expect(gateway.sessions.claims.size).toBe(0);
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
  });

  it('from the actor’s own token ends the one that is named', async () => {
    const gateway = open();
    expect(await outcome(stop(gateway.replica, direct(ada), 's'))).toMatchObject({ session: { status: 'STOPPED' } });
  });

  it('under a session may name that one, and no other of the same actor', async () => {
    const gateway = open([RUNNING, session({ id: 't', startedAt: EPOCH, expiresAt: EPOCH + 600_000 })]);
    expect(await outcome(stop(gateway.replica, under(), 't'))).toBe('SESSION_NOT_FOUND');
    expect(gateway.sessions.sessions.get('t')?.status).toBe('ACTIVE');
    expect(await outcome(stop(gateway.replica, under(), 's'))).toMatchObject({
      session: { id: 's', status: 'STOPPED' },
    });
  });

  const refusals: readonly [string, string, Identity, string | null, string[]][] = [
    ['without any session', 'NOT_IMPERSONATING', direct(ada), null, ['IMPERSONATION_DENIED NOT_IMPERSONATING']],
    [
      'under a trusted issuer’s delegation',
      'NOT_IMPERSONATING',
      delegated(ada, cleo, 'FULL'),
      null,
      ['IMPERSONATION_DENIED NOT_IMPERSONATING'],
    ],
    ['of somebody else’s session', 'SESSION_NOT_FOUND', direct(grace), 's', ['IMPERSONATION_DENIED SESSION_NOT_FOUND']],
    ['of an unknown session', 'SESSION_NOT_FOUND', direct(ada), 'no', ['IMPERSONATION_DENIED SESSION_NOT_FOUND']],
    [
      'of another session than the request’s',
      'SESSION_NOT_FOUND',
      under(),
      'no',
      ['IMPERSONATION_DENIED SESSION_NOT_FOUND'],
    ],
    ['by the subject', 'SESSION_NOT_FOUND', direct(cleo), 's', ['IMPERSONATION_DENIED SESSION_NOT_FOUND']],
    ['of a session with a malformed id', 'BAD_USER_INPUT', direct(ada), ' s', ['IMPERSONATION_DENIED BAD_USER_INPUT']],
    ['by nobody', 'UNAUTHENTICATED', ANONYMOUS, 's', []],
  ];
  it.each(refusals)('%s is refused (%s)', async (_, code, identity, id, told) => {
    const gateway = open();
    expect(await outcome(stop(gateway.replica, identity, id))).toBe(code);
    expect(gateway.stores.told()).toEqual(told);
    expect(gateway.sessions.sessions.get('s')?.status).toBe('ACTIVE');
  });

  it('a second time is refused and leaves nothing', async () => {
    const gateway = open();
    await outcome(stop(gateway.replica));
    expect(await outcome(stop(gateway.replica))).toBe('IMPERSONATION_ENDED');
    expect(await outcome(stop(gateway.other, direct(ada), 's'))).toBe('IMPERSONATION_ENDED');
    expect(gateway.stores.told()).toHaveLength(1);
  });
});

describe('revoking', () => {
  it('ends anybody’s session at once, in the words of whoever did', async () => {
    const gateway = open();
    expect(await outcome(revoke(gateway.replica, 's', '  enough  '))).toMatchObject({
      status: 'REVOKED',
      endedById: 'user_grace',
      endReason: 'enough',
    });
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_REVOKED -']);
    expect(gateway.events.stored[0]).toMatchObject({ actorId: 'user_grace', subjectId: 'user_cleo', sessionId: 's' });
    expect(gateway.events.stored[0]?.details?.text).toContain('"reason":"enough"');
  });

  it.each([
    ['under an impersonation', 'FORBIDDEN', 's', 'a reason', under(), []],
    ['by nobody', 'FORBIDDEN', 's', 'a reason', ANONYMOUS, []],
    [
      'of an unknown session',
      'SESSION_NOT_FOUND',
      'no',
      'a reason',
      direct(grace),
      ['IMPERSONATION_DENIED SESSION_NOT_FOUND'],
    ],
    ['without a reason', 'BAD_USER_INPUT', 's', '  x  ', direct(grace), ['IMPERSONATION_DENIED BAD_USER_INPUT']],
    ['of a malformed id', 'BAD_USER_INPUT', '', 'a reason', direct(grace), ['IMPERSONATION_DENIED BAD_USER_INPUT']],
  ] as const)('%s is refused (%s)', async (_, code, id, reason, identity, told) => {
    const gateway = open();
    expect(await outcome(revoke(gateway.replica, id, reason, identity))).toBe(code);
    expect(gateway.stores.told()).toEqual(told);
    expect(gateway.sessions.sessions.get('s')?.status).toBe('ACTIVE');
  });

  it('of a session that has ended is refused', async () => {
    const gateway = open();
    await outcome(revoke(gateway.replica));
    expect(await outcome(revoke(gateway.other))).toBe('IMPERSONATION_ENDED');
    expect(gateway.stores.told()).toHaveLength(1);
    const { values } = await gateway.replica.metrics.impersonations.get();
    expect(values.map(({ labels, value }) => [labels.event, labels.code, value])).toEqual([
      ['IMPERSONATION_REVOKED', '', 1],
    ]);
  });
});

describe('refused attempts to end', () => {
  it('name the actor, the session the request ran under and the request, and no text that was refused', async () => {
    const gateway = open();
    await outcome(stop(gateway.replica, under(), ' padded'));
    const secret = '\u0000 not a reason at all';
    await outcome(revoke(gateway.replica, 's', secret));
    const [stopped, revoked] = gateway.events.stored;
    expect(stopped).toMatchObject({ actorId: 'user_ada', sessionId: 's', requestId: 'request-1', outcome: 'FAILURE' });
    expect(revoked).toMatchObject({ actorId: 'user_grace', sessionId: null, requestId: 'request-1' });
    expect(gateway.events.stored.map(({ details }) => details?.text).join()).not.toContain('not a reason');
  });

  it('name the field that is wrong', async () => {
    const { replica } = open();
    const fieldOf = (work: Promise<unknown>) => outcome(work.catch(({ extensions }) => extensions.field));
    expect(await fieldOf(stop(replica, direct(ada), ' s'))).toBe('sessionId');
    expect(await fieldOf(revoke(replica, ' s'))).toBe('sessionId');
    expect(await fieldOf(revoke(replica, 's', 'x'))).toBe('reason');
  });

  it('hold the reason that was given, where it could be one', async () => {
    const gateway = open();
    await outcome(revoke(gateway.replica, 'no', 'a good reason'));
    await outcome(revoke(gateway.replica, ' s', 'a good reason'));
    const reasons = gateway.events.stored.map(({ details }) => JSON.parse(details?.text ?? '{}').reason);
    expect(reasons).toEqual(['a good reason', undefined]);
  });

  it('name the operation that they were part of', async () => {
    const gateway = open();
    const operation = {
      name: 'Stop',
      type: 'MUTATION',
      fields: ['Mutation.stopImpersonation'],
      documentHash: 'hash',
      errorCodes: [],
      durationMs: null,
    } as const;
    await outcome(gateway.replica.stop(direct(ada), 'no', REQUEST, operation));
    await outcome(gateway.replica.stop(under(), null, REQUEST, operation));
    const told = gateway.events.stored.map(({ body }) => JSON.parse(body).operation);
    expect(told).toEqual([operation, operation].map((one) => expect.objectContaining({ fields: one.fields })));
  });

  it('are counted for each actor by themselves, and without one for each address', async () => {
    const gateway = open();
    const from = (ipAddress: string | null) => ({ ...REQUEST, ipAddress });
    const deny = (identity: Identity, ipAddress: string | null) =>
      outcome(gateway.replica.recordDenial({ identity, request: from(ipAddress), code: 'FORBIDDEN' }), 0);
    const stored = () => gateway.events.stored.length;
    for (let n = 0; n < 100; n++) await deny(direct(ada), '192.0.2.7');
    expect(stored()).toBe(60);
    // Neither another actor at that address, nor nobody there, nor at another or at none.
    const others: readonly [Identity, string | null][] = [
      [direct(grace), '192.0.2.7'],
      [ANONYMOUS, '192.0.2.7'],
      [ANONYMOUS, '192.0.2.8'],
      [ANONYMOUS, null],
    ];
    for (const [at, [identity, ipAddress]] of others.entries()) {
      for (let n = 0; n < 100; n++) await deny(identity, ipAddress);
      expect(stored(), String(at)).toBe(60 * (at + 2));
    }
    // Under an impersonation it is the actor still.
    await deny(under(), '192.0.2.9');
    expect(stored()).toBe(300);
  });

  it('are folded where they come as a flood, and all are counted', async () => {
    const gateway = open();
    for (let n = 0; n < 100; n++) await outcome(stop(gateway.replica, direct(ada)), 0);
    for (let n = 0; n < 100; n++) await outcome(revoke(gateway.replica, '', 'a reason', direct(ada)), 0);
    expect(gateway.events.stored.length).toBeLessThanOrEqual(60);
    await pass(62_000);
    const counts = gateway.events.stored.map(({ body }) => JSON.parse(body).count ?? 1);
    expect(counts.reduce((sum, count) => sum + count)).toBe(200);
  });

  it('of which nobody can say whether the session is there are told too, without keeping the caller waiting', async () => {
    const gateway = open();
    gateway.sessions.behaviour = 'refuse';
    gateway.events.behaviour = 'refuse';
    expect(await outcome(stop(gateway.replica, direct(ada), 'unknown'), 100)).toBe('REVOCATION_UNAVAILABLE');
    expect(await outcome(revoke(gateway.replica, 'unknown'), 100)).toBe('REVOCATION_UNAVAILABLE');
    gateway.events.behaviour = 'ok';
    await pass(5_000);
    expect(gateway.stores.told()).toEqual([
      'IMPERSONATION_DENIED REVOCATION_UNAVAILABLE',
      'IMPERSONATION_DENIED REVOCATION_UNAVAILABLE',
    ]);
  });
});

describe('an end after the session’s time is up, before any sweep', () => {
  const over = session({ id: 's', startedAt: EPOCH - 600_000, expiresAt: EPOCH });
  const ways: readonly [string, (gateway: ReturnType<typeof open>) => Promise<unknown>, unknown][] = [
    ['a stop by its name', ({ replica }) => stop(replica, direct(ada), 's'), 'IMPERSONATION_ENDED'],
    ['a stop under its own token', ({ replica }) => stop(replica, under(over)), 'IMPERSONATION_ENDED'],
    ['a revocation', ({ replica }) => revoke(replica), 'IMPERSONATION_ENDED'],
    ['a demotion', ({ replica }) => replica.revokeUnfit(over, 'ACTOR_DEMOTED'), undefined],
    ['the moment itself', ({ replica }) => replica.revokeUnfit(over, 'EXPIRED'), undefined],
  ];
  it.each(ways)('%s finds it expired, at the moment it did, and tells so', async (_, act, answer) => {
    const gateway = open([over]);
    expect(await outcome(act(gateway))).toEqual(answer);
    expect(gateway.sessions.sessions.get('s')).toMatchObject({
      status: 'EXPIRED',
      endedAt: EPOCH,
      endedById: null,
      endReason: null,
    });
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_EXPIRED -']);
    // Nobody did it: it is filed under the session's own actor, without anybody's request.
    expect(gateway.events.stored[0]).toMatchObject({ actorId: 'user_ada', occurredAt: EPOCH });
    expect(gateway.events.stored[0]?.requestId).not.toBe('request-1');
    await sweeps(gateway, 40);
    expect(gateway.stores.ends('s')).toHaveLength(1);
  });

  it('is enforced and expired also where the store is away, by whoever sweeps first', async () => {
    const gateway = open([over]);
    gateway.sessions.behaviours.end = 'refuse';
    expect(await outcome(stop(gateway.replica, under(over)))).toBe('IMPERSONATION_ENDED');
    expect(gateway.replica.view.hasEnded('s')).toBe(true);
    gateway.sessions.behaviours.end = 'ok';
    await sweeps(gateway, 2);
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_EXPIRED -']);
  });

  it('one millisecond earlier is a stop, at the replica whose clock says so', async () => {
    const gateway = open([{ ...over, expiresAt: EPOCH + 1 }]);
    expect(await outcome(stop(gateway.replica, direct(ada), 's'))).toMatchObject({ session: { status: 'STOPPED' } });
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_STOPPED -']);
  });

  it.each([-3_000, 3_000])('never gives two ends to one session where clocks differ by %i ms', async (skew) => {
    for (let offset = -4_000; offset <= 4_000; offset += 500) {
      const one = session({ id: 's', startedAt: Date.now(), expiresAt: Date.now() + 60_000 });
      const stores = new Stores();
      stores.sessions.sessions.set('s', one);
      const replica = openReplica(stores);
      const clock = new TestClock();
      clock.advance(skew);
      const other = openReplica(stores, { clock });
      await pass(60_000 + offset);
      const stopping = outcome(stop(replica, direct(ada), 's'), 0);
      await sweeps({ replica, other }, 10);
      await stopping;
      const ended = stores.sessions.sessions.get('s');
      expect(stores.ends('s')).toEqual([`IMPERSONATION_${ended?.status} -`]);
      if (ended?.status === 'EXPIRED') expect(ended.endedAt).toBe(one.expiresAt);
      else expect(ended?.endedAt).toBeLessThan(one.expiresAt);
    }
  });
});

describe('however many end a session at once, on whatever replica', () => {
  it('it has one end, and one event of it', async () => {
    const gateway = open([session({ id: 's', startedAt: EPOCH - 600_000, expiresAt: EPOCH })]);
    const rivals = [gateway.replica, gateway.other].flatMap((replica) => [
      ...Array.from({ length: 5 }, () => outcome(stop(replica))),
      ...Array.from({ length: 5 }, () => outcome(revoke(replica))),
      outcome(replica.sweeper.sweep()),
      outcome(replica.revokeUnfit(RUNNING, 'ACTOR_DEMOTED')),
    ]);
    const answers = await Promise.all(rivals);
    const won = answers.filter((answer) => typeof answer === 'object');
    expect(won.length).toBeLessThanOrEqual(1);
    expect(gateway.stores.ends('s')).toHaveLength(1);
    await sweeps(gateway, 40);
    expect(gateway.stores.ends('s')).toHaveLength(1);
    expect(gateway.sessions.claims.size).toBe(0);
  });
});

describe('expiry', () => {
  const due = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      session({ id: `s${n}`, startedAt: EPOCH - 600_000, expiresAt: EPOCH - n, actorId: `actor-${n}` }),
    );

  it('ends what is due, at the moment it was due, filed under the session’s own actor', async () => {
    const gateway = open([...due(1), RUNNING]);
    await outcome(gateway.replica.sweeper.sweep());
    expect(gateway.sessions.sessions.get('s0')).toMatchObject({ status: 'EXPIRED', endedAt: EPOCH, endedById: null });
    expect(gateway.sessions.sessions.get('s')?.status).toBe('ACTIVE');
    expect(gateway.stores.told()).toEqual(['IMPERSONATION_EXPIRED -']);
    expect(gateway.events.stored[0]).toMatchObject({ actorId: 'actor-0', occurredAt: EPOCH });
  });

  it('ends any number of them, once each, whoever sweeps', async () => {
    const gateway = open(due(450));
    await sweeps(gateway, 3);
    expect(gateway.stores.told()).toHaveLength(450);
    expect(new Set(gateway.events.stored.map(({ sessionId }) => sessionId)).size).toBe(450);
    expect(gateway.sessions.claims.size).toBe(0);
    expectValidChains(gateway.events.stored);
  });

  it('ends all of them in one round, however many, also where another ends some meanwhile', async () => {
    const gateway = open(due(450));
    const end = gateway.sessions.end.bind(gateway.sessions);
    // Another replica has just been there.
    gateway.sessions.end = async (id, ending, claim) => {
      const ended = await end(id, ending, claim);
      return ['s3', 's250'].includes(id) ? null : ended;
    };
    await outcome(gateway.replica.sweeper.sweep());
    const active = [...gateway.sessions.sessions.values()].filter((one) => one.status === 'ACTIVE');
    expect([active.length, gateway.stores.told().length]).toEqual([0, 448]);
  });

  it('comes to an end where the store can be read but not written', async () => {
    const gateway = open(due(250));
    gateway.sessions.behaviours.end = 'refuse';
    await outcome(gateway.replica.sweeper.sweep().catch(() => undefined));
    expect(gateway.sessions.count('dueForExpiry')).toBeLessThan(5);
    gateway.sessions.behaviours.end = 'ok';
    await sweeps(gateway, 40);
    expect(gateway.stores.told()).toHaveLength(250);
  });
});

describe('a session that is unfit to go on', () => {
  it.each([
    ['ACTOR_GONE', 'FORBIDDEN'],
    ['ACTOR_DISABLED', 'FORBIDDEN'],
    ['ACTOR_DEMOTED', 'FORBIDDEN'],
    ['SUBJECT_GONE', 'USER_NOT_FOUND'],
    ['SUBJECT_DISABLED', 'SUBJECT_DISABLED'],
    ['SUBJECT_PROTECTED', 'SUBJECT_PROTECTED'],
  ] as const)('%s is revoked for good, with the code a start would meet (%s)', async (why, code) => {
    const gateway = open();
    await outcome(gateway.replica.revokeUnfit(RUNNING, why));
    expect(gateway.sessions.sessions.get('s')).toMatchObject({ status: 'REVOKED', endedById: null, endReason: why });
    expect(gateway.stores.told()).toEqual([`IMPERSONATION_REVOKED ${code}`]);
    expect(gateway.events.stored[0]?.actorId).toBeNull();
    await outcome(gateway.replica.revokeUnfit(RUNNING, why));
    expect(gateway.stores.told()).toHaveLength(1);
  });
});

describe('the list of sessions', () => {
  it('shows one whose time is up as expired, also before anybody has ended it', async () => {
    const stopped = session({ id: 'stopped', expiresAt: EPOCH, status: 'STOPPED', endedAt: EPOCH - 1 });
    const gateway = open([RUNNING, session({ id: 'over', expiresAt: EPOCH }), stopped]);
    const { items } = await gateway.replica.list({}, { limit: 10, direction: 'forward' });
    const shown = [
      ['s', 'ACTIVE', null],
      ['over', 'EXPIRED', EPOCH],
      ['stopped', 'STOPPED', EPOCH - 1],
    ];
    expect(items.map(({ id, status, endedAt }) => [id, status, endedAt])).toEqual(shown);
    const one = await Promise.all(['s', 'over', 'stopped'].map((id) => gateway.replica.one(id)));
    expect(one.map((each) => [each?.id, each?.status, each?.endedAt])).toEqual(shown);
    expect(await gateway.replica.one('none')).toBeNull();
  });
});
