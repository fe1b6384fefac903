import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSessionTokenStrategy } from '../../../src/identity/index.js';
import type { ImpersonationRules } from '../../../src/policy/index.js';
import type { DelegatedActor, SessionTokenClaims } from '../../../src/tokens/index.js';
import { ada, audrey, cleo, NOW, person, sam } from '../policy/people.js';
import { judged, people, REQUEST, RULES } from './setting.js';

const ISSUER = 'https://id.example';
const CUSTOMERS = Array.from({ length: 6 }, (_, at) => person(`user_${at}`, ['USER']));

/** What was recorded and noticed, in order, e.g. `denied RATE_LIMITED ada>cleo`. */
let told: string[];
beforeEach(() => {
  told = [];
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

function setting(more: Partial<ImpersonationRules>) {
  const { clock, users, directory } = people([ada, sam, audrey, cleo, person('user_grace', ['ADMIN']), ...CUSTOMERS]);
  let claims: SessionTokenClaims;
  const strategy = createSessionTokenStrategy({
    issuers: {
      has: () => true,
      vouchesFor: () => true,
      verify: async () => claims,
      recall: () => null,
      close: () => undefined,
    },
    users,
    rules: { ...RULES, ...more },
    clock,
    onDenied: async ({ actor, viewer }, code) => void told.push(`denied ${code} ${actor.id}>${viewer.id}`),
    onBegun: ({ actor, viewer }) => void told.push(`begun ${actor.id}>${viewer.id}`),
    onAccepted: () => undefined,
  });
  const ago = (seconds: number) => clock.now() / 1000 - seconds;
  return {
    clock,
    directory,
    ago,
    /** Ada acts for Cleo, unless it is said otherwise; for ten minutes. */
    act: (by: Partial<DelegatedActor> = {}, rest: Partial<SessionTokenClaims> = {}) => {
      claims = {
        issuer: ISSUER,
        subject: cleo.id,
        expiresAt: clock.now() + 600_000,
        issuedAt: null,
        authTime: null,
        amr: [],
        access: null,
        boundTo: null,
        ...rest,
        act: { sub: ada.id, iss: null, authTime: null, amr: [], ...by },
      };
      return judged(strategy.resolve('token', REQUEST));
    },
  };
}

describe('where a recent and strong sign-in is demanded, a delegation', () => {
  const demanding = { maxAuthAgeSeconds: 300, requiredAmr: ['mfa'] };

  it('is honoured where the issuer says so of the actor, and lasts no longer than that sign-in is recent', async () => {
    const { act, ago, clock } = setting(demanding);
    const authTime = ago(100);
    expect(await act({ authTime, amr: ['pwd', 'mfa'] })).toMatchObject({
      identity: {
        actor: ada,
        viewer: cleo,
        authentication: { issuer: ISSUER, authTime, amr: ['pwd', 'mfa'] },
        expiresAt: clock.now() + 200_000,
      },
    });
    expect(await act({ authTime, amr: ['mfa'] }, { expiresAt: clock.now() + 5_000 })).toMatchObject({
      identity: { expiresAt: clock.now() + 5_000 },
    });
  });

  it.each<[string, (ago: (seconds: number) => number) => [Partial<DelegatedActor>, Partial<SessionTokenClaims>?]]>([
    ['signed in too long ago', (ago) => [{ authTime: ago(301), amr: ['mfa'] }]],
    ['did not use what is demanded', (ago) => [{ authTime: ago(1), amr: ['pwd'] }]],
    ['is not said to have signed in', () => [{ amr: ['mfa'] }]],
    ['is vouched for by nothing but the sign-in of the subject', (ago) => [{}, { authTime: ago(1), amr: ['mfa'] }]],
    ['signed in in the future', (ago) => [{ authTime: ago(-60), amr: ['mfa'] }]],
  ])('of an actor who %s is refused, on record', async (_, claims) => {
    const { act, ago } = setting(demanding);
    expect(await act(...claims(ago))).toBe('STEP_UP_REQUIRED');
    expect(told).toEqual(['denied STEP_UP_REQUIRED user_ada>user_cleo']);
  });

  it('is judged with each request, not once', async () => {
    const { act, ago, clock } = setting(demanding);
    const authTime = ago(299);
    expect(await act({ authTime, amr: ['mfa'] })).toMatchObject({ identity: { actor: ada } });
    clock.advance(2_000);
    expect(await act({ authTime, amr: ['mfa'] })).toBe('STEP_UP_REQUIRED');
  });
});

describe('delegations that one actor begins within a minute', () => {
  const each = async (act: ReturnType<typeof setting>['act'], by = ada.id) => {
    const codes: string[] = [];
    for (const { id } of CUSTOMERS) {
      const resolved = await act({ sub: by }, { subject: id });
      codes.push(typeof resolved === 'string' ? resolved : 'yes');
    }
    return codes;
  };

  it('are as many as starts of sessions may be, on record beyond that, and more once a minute is over', async () => {
    const { act, clock } = setting({ startsPerMinute: 4 });
    expect(await each(act)).toEqual(['yes', 'yes', 'yes', 'yes', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(told.slice(3)).toEqual([
      'begun user_ada>user_3',
      'denied RATE_LIMITED user_ada>user_4',
      'denied RATE_LIMITED user_ada>user_5',
    ]);
    clock.advance(59_999);
    expect(await act({}, { subject: 'user_4' })).toBe('RATE_LIMITED');
    clock.advance(1);
    expect(await each(act)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes', 'yes']);
  });

  it('are counted for each actor', async () => {
    const { act } = setting({ startsPerMinute: 4 });
    await each(act);
    expect((await each(act, 'user_grace')).slice(0, 4)).toEqual(['yes', 'yes', 'yes', 'yes']);
  });

  it('are not what goes on: neither more requests nor a new token for the same people', async () => {
    const { act, clock } = setting({ startsPerMinute: 1 });
    for (let times = 0; times < 5; times += 1) {
      clock.advance(1_000);
      expect(await act({}, { expiresAt: clock.now() + 2_000 })).toMatchObject({ identity: { viewer: cleo } });
    }
    expect(told).toEqual(['begun user_ada>user_cleo']);
  });

  it('are what begins again after every token has expired', async () => {
    const { act, clock } = setting({ startsPerMinute: 1 });
    await act({}, { expiresAt: clock.now() + 10_000 });
    await act({}, { expiresAt: clock.now() + 2_000 });
    clock.advance(9_999);
    expect(await act()).toMatchObject({ identity: { viewer: cleo } });
    const { act: later, clock: time } = setting({ startsPerMinute: 1 });
    await later({}, { expiresAt: time.now() + 10_000 });
    time.advance(10_000);
    expect(await later()).toBe('RATE_LIMITED');
  });

  it('are not counted where they are refused', async () => {
    const { act } = setting({ startsPerMinute: 1, requiredAmr: ['mfa'] });
    expect(await act()).toBe('STEP_UP_REQUIRED');
    expect(await act({ amr: ['mfa'] }, { subject: 'user_1' })).toMatchObject({ identity: { actor: ada } });
  });
});

describe('a delegation that the people do not allow', () => {
  it.each([
    ['by somebody without the role', sam.id, cleo.id],
    ['for somebody protected', ada.id, audrey.id],
  ])('%s is refused as no token of ours to judge, and on record', async (_, actor, subject) => {
    const { act } = setting({});
    expect(await act({ sub: actor }, { subject })).toBe('TOKEN_INVALID');
    expect(told).toEqual([`denied TOKEN_INVALID ${actor}>${subject}`]);
  });

  it('is bound to a key, and comes without a proof: on record, and counted for nothing', async () => {
    const { act } = setting({ startsPerMinute: 1 });
    expect(await act({}, { boundTo: 'key' })).toBe('TOKEN_INVALID');
    expect(told).toEqual([`denied TOKEN_INVALID ${ada.id}>${cleo.id}`]);
    expect(await act({}, { subject: 'user_1' })).toMatchObject({ identity: { actor: ada } });
  });

  it('leaves no record of people whom the directory does not know', async () => {
    const { act } = setting({});
    expect(await act({ sub: 'user_nobody' })).toBe('TOKEN_INVALID');
    expect(await act({}, { subject: 'user_nobody' })).toBe('TOKEN_INVALID');
    expect(told).toEqual([]);
  });
});
