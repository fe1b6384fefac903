import { describe, expect, it } from 'vitest';
import { callerOf, type Impersonation, type OwnSession, viewerOf } from '../../../web/console/src/identity/identity.js';
import { createIdentityStore, type StampedState } from '../../../web/console/src/identity/identity-store.js';

const ADA = { id: 'user_ada', name: 'Ada', email: 'ada@example.com', roles: ['ADMIN'] } as const;
const CLEO = { id: 'user_cleo', name: 'Cleo', email: 'cleo@example.org', roles: ['USER'] } as const;
const OWN: OwnSession = { key: 'k1', token: 'own-token', person: ADA };
const SESSION: Impersonation = {
  sessionId: 's1',
  actorToken: 'actor-token',
  subject: CLEO,
  access: 'READ_ONLY',
  reason: 'Case 4711',
  ticket: null,
  startedAt: 0,
  expiresAt: 600_000,
};

function tab(name: string, now: () => number = () => 1) {
  const told: StampedState[] = [];
  const abandoned: Impersonation[] = [];
  const store = createIdentityStore({
    tab: name,
    now,
    tell: (state) => told.push(state),
    abandon: (impersonation) => abandoned.push(impersonation),
  });
  return { store, told, abandoned };
}

function impersonating(name = 'a') {
  const made = tab(name);
  made.store.signIn(OWN);
  made.store.begin(SESSION);
  return made;
}

describe('whose identity requests are made with', () => {
  it('is nobody before anybody has signed in', () => {
    const { store } = tab('a');
    expect(callerOf(store.read(), 'own')).toBeNull();
    expect(callerOf(store.read(), 'effective')).toBeNull();
    expect(viewerOf(store.read())).toBeNull();
  });

  it('is the subject while impersonating, and the own one only where that is asked for', () => {
    const { store } = impersonating();
    expect(callerOf(store.read(), 'effective')).toEqual({ key: 'session:s1', token: 'actor-token' });
    expect(callerOf(store.read(), 'own')).toEqual({ key: 'own:k1', token: 'own-token' });
    expect(viewerOf(store.read())).toBe(CLEO);
  });

  it('has another cache key at every sign-in of the same person', () => {
    const { store } = tab('a');
    store.signIn(OWN);
    const first = callerOf(store.read(), 'own')?.key;
    store.signOut();
    store.signIn({ ...OWN, key: 'k2' });
    expect(callerOf(store.read(), 'own')?.key).not.toBe(first);
  });
});

describe('the end of an impersonation', () => {
  it('by Stop leaves the own identity and nothing to be told', () => {
    const { store } = impersonating();
    store.stop('s1');
    expect(store.read()).toEqual({ own: OWN, impersonation: null, notice: null });
  });

  it('elsewhere leaves the own identity, and says what ended and why', () => {
    const { store } = impersonating();
    store.end('s1', 'ROLE_LOST');
    expect(store.read().impersonation).toBeNull();
    expect(store.read().notice).toEqual({ kind: 'impersonation-ended', cause: 'ROLE_LOST', impersonation: SESSION });
  });

  it('of another session changes nothing', () => {
    const { store } = impersonating();
    store.end('s0', 'ENDED');
    store.stop('s0');
    expect(store.read().impersonation).toBe(SESSION);
  });

  it.each([
    ['IMPERSONATION_ENDED', 'ENDED'],
    ['TOKEN_INVALID', 'ENDED'],
    ['TOKEN_EXPIRED', 'EXPIRED'],
  ] as const)('follows from its token being refused with %s', (code, cause) => {
    const { store } = impersonating();
    store.refused('actor-token', code);
    expect(store.read().own).toBe(OWN);
    expect(store.read().notice).toMatchObject({ kind: 'impersonation-ended', cause });
  });

  it('is no news while the person’s own Stop waits for its answer', () => {
    const { store } = impersonating();
    const stopped = store.stopping('s1');
    store.refused('actor-token', 'IMPERSONATION_ENDED');
    expect(store.read().impersonation).toBe(SESSION);
    store.stop('s1');
    stopped();
    expect(store.read()).toEqual({ own: OWN, impersonation: null, notice: null });
  });

  it('is told once a Stop has failed because of it, and at once where it is not what was asked for', () => {
    const { store } = impersonating();
    const stopped = store.stopping('s1');
    store.refused('actor-token', 'IMPERSONATION_ENDED');
    stopped();
    expect(store.read().notice).toEqual({ kind: 'impersonation-ended', cause: 'ENDED', impersonation: SESSION });

    for (const [code, cause] of [
      ['TOKEN_EXPIRED', 'EXPIRED'],
      ['TOKEN_INVALID', 'ENDED'],
    ] as const) {
      const other = impersonating();
      other.store.stopping('s1');
      other.store.refused('actor-token', code);
      expect(other.store.read().notice).toMatchObject({ cause });
    }
    const another = impersonating();
    another.store.stopping('s0');
    another.store.refused('actor-token', 'IMPERSONATION_ENDED');
    expect(another.store.read().notice).toMatchObject({ cause: 'ENDED' });
  });

  it('is told again where the person tries a Stop that has failed before', () => {
    const { store } = impersonating();
    store.stopping('s1')();
    expect(store.read().impersonation).toBe(SESSION);
    store.refused('actor-token', 'IMPERSONATION_ENDED');
    expect(store.read().notice).toMatchObject({ cause: 'ENDED' });
  });

  it.each(['REVOCATION_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', 'FORBIDDEN', 'READ_ONLY_SESSION'])(
    'does not follow from %s: the session may go on',
    (code) => {
      const { store } = impersonating();
      store.refused('actor-token', code);
      expect(store.read().impersonation).toBe(SESSION);
    },
  );
});

describe('the own token being refused', () => {
  it('signs out, and ends at the gateway what nobody looks after any more', () => {
    const { store, abandoned } = impersonating();
    store.refused('own-token', 'TOKEN_EXPIRED');
    expect(store.read()).toEqual({
      own: null,
      impersonation: null,
      notice: { kind: 'signed-out', cause: 'TOKEN_EXPIRED', impersonationStopped: true },
    });
    expect(abandoned).toEqual([SESSION]);
  });

  it('of an earlier sign-in changes nothing', () => {
    const { store } = tab('a');
    store.signIn(OWN);
    store.refused('older-token', 'TOKEN_INVALID');
    expect(store.read().own).toBe(OWN);
  });
});

describe('two tabs', () => {
  it('come to the same truth, whatever order they hear of it in', () => {
    const one = impersonating('a');
    const two = tab('b');
    for (const told of one.told.toReversed()) two.store.adopt(told);
    expect(two.store.read()).toEqual(one.store.read());
  });

  it('agree where both change something at once', () => {
    const one = impersonating('a');
    const two = tab('b');
    two.store.adopt(one.store.stamped());
    one.store.stop('s1');
    two.store.signOut();
    const [fromOne, fromTwo] = [one.store.stamped(), two.store.stamped()];
    one.store.adopt(fromTwo);
    two.store.adopt(fromOne);
    expect(one.store.read()).toEqual(two.store.read());
  });

  it('agree on the later sign-in, however much has happened in a tab that was asleep and heard nothing of it', () => {
    let clock = 1_000;
    const asleep = tab('z', () => clock);
    asleep.store.signIn(OWN);
    for (let round = 0; round < 9; round += 1) {
      asleep.store.begin(SESSION);
      asleep.store.stop('s1');
    }
    clock += 60_000;
    const grace: OwnSession = { key: 'k2', token: 'graces-token', person: { ...ADA, id: 'user_grace', name: 'Grace' } };
    const later = tab('a', () => clock);
    later.store.signIn(grace);
    later.store.adopt(asleep.store.stamped());
    expect(later.store.read().own).toBe(grace);
    asleep.store.adopt(later.store.stamped());
    expect(asleep.store.read().own).toBe(grace);
  });

  it('agree on what followed, though the clock was set back meanwhile', () => {
    let clock = 60_000;
    const one = tab('a', () => clock);
    const two = tab('b', () => clock);
    one.store.signIn(OWN);
    two.store.adopt(one.store.stamped());
    clock = 1_000;
    two.store.signOut();
    one.store.adopt(two.store.stamped());
    expect(one.store.read().own).toBeNull();
  });

  it('go on without one that is put away, which keeps nothing and tells nobody', () => {
    const one = impersonating('a');
    const two = tab('b');
    two.store.adopt(one.store.stamped());
    const before = one.told.length;
    one.store.putAway();
    expect([one.store.read().own, one.store.read().impersonation, one.told.length]).toEqual([null, null, before]);
    two.store.adopt(one.store.stamped());
    expect(two.store.read().impersonation).toBe(SESSION);
    one.store.adopt(two.store.stamped());
    expect(one.store.read().impersonation).toBe(SESSION);
  });

  it('a new one does not talk a signed-in one out of its identity', () => {
    const one = impersonating('a');
    one.store.adopt(tab('z').store.stamped());
    expect(one.store.read().impersonation).toBe(SESSION);
  });

  it('each have to be read what has ended: reading it in one does not hide it in the other', () => {
    const one = impersonating('a');
    const two = tab('b');
    one.store.end('s1', 'EXPIRED');
    two.store.adopt(one.store.stamped());
    one.store.dismissNotice();
    expect(one.store.read().notice).toBeNull();
    expect(two.store.read().notice).not.toBeNull();
  });
});
