import { describe, expect, it, vi } from 'vitest';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { createActorTokenStrategy } from '../../../src/identity/index.js';
import type { ActorTokenClaims } from '../../../src/tokens/index.js';
import { expiry, refusal } from '../../../src/tokens/refusal.js';
import { ada, cleo, person, sam } from '../policy/people.js';
import { judged, people, REQUEST, RULES, session } from './setting.js';

const ISSUER = 'https://gateway.example';
const GRACE = person('user_grace', ['ADMIN']);

function claims(more: Partial<ActorTokenClaims> = {}): ActorTokenClaims {
  return {
    issuer: ISSUER,
    subject: cleo.id,
    act: { sub: ada.id, iss: 'https://id.example' },
    sessionId: 'session-1',
    tokenId: 'token-1',
    issuedAt: Date.now(),
    notBefore: Date.now(),
    expiresAt: Date.now() + 600_000,
    roles: ['USER'],
    access: 'read_only',
    boundTo: null,
    ...more,
  };
}

type Lookup = (id: string) => ImpersonationSession | null | Promise<ImpersonationSession | null>;
interface Setup {
  readonly verify?: () => Promise<ActorTokenClaims>;
  readonly lookup?: Lookup;
  readonly lastKnown?: ImpersonationSession | null;
  readonly recalled?: ActorTokenClaims | null;
  readonly fresh?: ImpersonationSession | null;
  readonly vouchesFor?: (issuer: string, personId: string) => boolean;
  readonly settle?: (session: ImpersonationSession) => Promise<ImpersonationSession | null>;
}

function open({
  verify = async () => claims(),
  lookup = () => session(),
  lastKnown = null,
  recalled = null,
  fresh = null,
  vouchesFor = () => true,
  settle = () => Promise.reject(new Error('not asked')),
}: Setup = {}) {
  const { clock, directory, users } = people([ada, GRACE, sam, cleo]);
  const known = { session: fresh };
  const onUnfit = vi.fn(async (_session: ImpersonationSession, _why: string) => undefined);
  const onRefused = vi.fn(async (_id: string, _code: string) => undefined);
  const strategy = createActorTokenStrategy({
    issuer: ISSUER,
    verifier: { verify, recall: () => recalled },
    vouchesFor,
    lookupSession: lookup,
    freshSession: () => known.session,
    lastKnownSession: () => lastKnown,
    users,
    rules: RULES,
    clock,
    settleInactive: settle,
    onUnfit,
    onRefused,
  });
  const unfit = () => onUnfit.mock.calls.map(([, why]) => why);
  const refused = () => onRefused.mock.calls.map(([id, code]) => `${id} ${code}`);
  return {
    strategy,
    directory,
    users,
    clock,
    known,
    unfit,
    refused,
    resolve: () => judged(strategy.resolve('token', REQUEST)),
  };
}
const unavailable = () => Promise.reject(new GatewayError('REVOCATION_UNAVAILABLE'));

describe('an actor token that was verified before', () => {
  const running = session();
  const warm = async (setup: Setup = {}) => {
    const opened = open({ recalled: claims(), fresh: running, ...setup });
    // Also who is neither: it must not be for want of a person that a mix-up is not taken.
    await opened.users.current([running.actorId, running.subjectId, GRACE.id, sam.id]);
    return opened;
  };

  it('is resolved at once, to what resolving it anew gives, and to the same object as long as nothing changes', async () => {
    const opened = await warm({ lookup: () => running });
    const recalled = opened.strategy.recall('digest');
    expect(recalled).toEqual(await opened.resolve());
    expect(recalled?.identity.kind).toBe('impersonated');
    expect(opened.strategy.recall('digest')?.identity).toBe(recalled?.identity);
  });

  it('is resolved at once to what actor, subject and session have become, whichever of them it is', async () => {
    const { strategy, directory, users, clock, known } = open({ recalled: claims(), fresh: running });
    const people = [running.actorId, running.subjectId];
    // Half a second apart, so that one of them at a time is asked about anew.
    await users.current([running.actorId]);
    clock.advance(500);
    await users.current(people);
    expect(strategy.recall('digest')?.identity).toMatchObject({ actor: ada, viewer: cleo, access: 'READ_ONLY' });
    directory.change(ada.id, { roles: ['ADMIN', 'SUPPORT'] });
    clock.advance(500);
    await users.current(people);
    expect(strategy.recall('digest')?.identity.actor?.roles).toEqual(['ADMIN', 'SUPPORT']);
    directory.change(cleo.id, { roles: [] });
    clock.advance(500);
    await users.current(people);
    expect(strategy.recall('digest')?.identity.viewer?.roles).toEqual([]);
    known.session = session({ access: 'FULL' });
    expect(strategy.recall('digest')?.identity).toMatchObject({ access: 'FULL', session: known.session });
  });

  it('is known to have been verified, and no other is', () => {
    expect(open({ recalled: claims() }).strategy.isKnown('digest')).toBe(true);
    expect(open().strategy.isKnown('digest')).toBe(false);
  });

  it.each<[string, Setup, (opened: ReturnType<typeof open>) => void]>([
    ['is not remembered', { recalled: null }, () => undefined],
    ['whose session is not freshly known to go on', { fresh: null }, () => undefined],
    ['whose session has ended', { fresh: session({ status: 'REVOKED' }) }, () => undefined],
    ['whose session has expired', { fresh: session({ expiresAt: 1 }) }, () => undefined],
    ['of another actor than its session', { fresh: session({ actorId: GRACE.id }) }, () => undefined],
    ['of another subject than its session', { fresh: session({ subjectId: sam.id }) }, () => undefined],
    ['whose people were last asked about more than a second ago', {}, ({ clock }) => clock.advance(1_001)],
  ])('but %s is not', async (_, setup, change) => {
    const opened = await warm(setup);
    change(opened);
    expect(opened.strategy.recall('digest')).toBeNull();
    expect(opened.refused()).toEqual([]);
  });

  it.each([
    ['the actor no longer may', { id: running.actorId, roles: ['SUPPORT'] }],
    ['the actor is disabled', { id: running.actorId, disabled: true }],
    ['the subject is disabled', { id: running.subjectId, disabled: true }],
    ['the subject is protected now', { id: running.subjectId, roles: ['ADMIN'] }],
  ])('but not where %s', async (_, { id, ...change }) => {
    const opened = open({ recalled: claims(), fresh: running });
    opened.directory.change(id, change);
    await opened.users.current([running.actorId, running.subjectId]);
    expect(opened.strategy.recall('digest')).toBeNull();
  });
});

describe('an actor token', () => {
  it('of this gateway alone is judged here', () => {
    const { strategy } = open();
    expect(strategy.accepts(ISSUER)).toBe(true);
    for (const other of ['', `${ISSUER}/`, ISSUER.toUpperCase(), 'https://id.example']) {
      expect(strategy.accepts(other)).toBe(false);
    }
  });

  it('makes the subject the viewer and keeps the actor, both as the directory knows them', async () => {
    const { resolve, refused, unfit } = open({ lookup: () => session({ access: 'FULL' }) });
    const resolved = await resolve();
    expect(resolved).toMatchObject({
      identity: { kind: 'impersonated', viewer: cleo, actor: ada, access: 'FULL', session: { id: 'session-1' } },
      unconfirmed: null,
    });
    expect([refused(), unfit()]).toEqual([[], []]);
  });

  it('grants what its session does, not what it says itself', async () => {
    const { resolve } = open({ verify: async () => claims({ access: 'full', roles: ['ADMIN'] }) });
    expect(await resolve()).toMatchObject({ identity: { access: 'READ_ONLY', viewer: { roles: ['USER'] } } });
  });

  it('that is not valid is refused, without a trace in the trail: anybody can make one', async () => {
    const { resolve, refused } = open({ verify: () => Promise.reject(refusal('signature')) });
    expect(await resolve()).toBe('TOKEN_INVALID');
    expect(refused()).toEqual([]);
  });

  it('that has expired is refused, and recorded with its session', async () => {
    const { resolve, refused } = open({ verify: () => Promise.reject(expiry('session-9')) });
    expect(await resolve()).toBe('TOKEN_EXPIRED');
    expect(refused()).toEqual(['session-9 TOKEN_EXPIRED']);
  });

  it('of a session that does not exist is refused and recorded', async () => {
    const { resolve, refused } = open({ lookup: async () => null });
    expect(await resolve()).toBe('IMPERSONATION_ENDED');
    expect(refused()).toEqual(['session-1 IMPERSONATION_ENDED']);
  });

  it.each([
    ['actor', { act: { sub: 'user_grace', iss: 'https://id.example' } }],
    ['subject', { subject: 'user_carl' }],
  ])('that names another %s than its session is refused', async (_, more) => {
    const { resolve, unfit } = open({ verify: async () => claims(more) });
    expect(await resolve()).toBe('TOKEN_INVALID');
    expect(unfit()).toEqual([]);
  });

  it.each([
    ['STOPPED', 'IMPERSONATION_ENDED'],
    ['REVOKED', 'IMPERSONATION_ENDED'],
    ['EXPIRED', 'TOKEN_EXPIRED'],
  ] as const)('of a session that is %s is refused and recorded, and ends nothing', async (status, code) => {
    const { resolve, refused, unfit } = open({ lookup: () => session({ status }) });
    expect(await resolve()).toBe(code);
    expect([refused(), unfit()]).toEqual([[`session-1 ${code}`], []]);
  });

  it('of a session that ends while the directory is asked is refused', async () => {
    for (const [last, code] of [
      [session({ status: 'STOPPED' }), 'IMPERSONATION_ENDED'],
      [null, 'IMPERSONATION_ENDED'],
    ] as const) {
      const answers = [session(), last];
      const { resolve, refused } = open({ lookup: () => answers.shift() ?? null });
      expect(await resolve()).toBe(code);
      expect(refused()).toEqual([`session-1 ${code}`]);
    }
  });

  it('of a session that was in doubt when the directory had answered may only be ended', async () => {
    let asked = 0;
    const lookup = () => (asked++ === 0 ? session() : unavailable());
    const { resolve } = open({ lookup, lastKnown: session() });
    expect(await resolve()).toMatchObject({ unconfirmed: 'REVOCATION_UNAVAILABLE' });
    expect(asked).toBe(2);
  });

  it('of a session whose time is up is refused also before anybody has ended it', async () => {
    const { resolve, refused, unfit } = open({ lookup: () => session({ expiresAt: Date.now() }) });
    expect(await resolve()).toBe('TOKEN_EXPIRED');
    expect([refused(), unfit()]).toEqual([['session-1 TOKEN_EXPIRED'], []]);
  });
});

type Change = (directory: ReturnType<typeof open>['directory']) => void;

describe('what actor and subject have become ends the session for good', () => {
  const changes: readonly [string, string, Change][] = [
    ['the actor is gone', 'ACTOR_GONE', (directory) => directory.remove(ada.id)],
    ['the actor is disabled', 'ACTOR_DISABLED', (directory) => directory.change(ada.id, { disabled: true })],
    ['the actor lost the role', 'ACTOR_DEMOTED', (directory) => directory.change(ada.id, { roles: ['SUPPORT'] })],
    ['the subject is gone', 'SUBJECT_GONE', (directory) => directory.remove(cleo.id)],
    ['the subject is disabled', 'SUBJECT_DISABLED', (directory) => directory.change(cleo.id, { disabled: true })],
    [
      'the subject was promoted',
      'SUBJECT_PROTECTED',
      (directory) => directory.change(cleo.id, { roles: ['USER', 'ADMIN'] }),
    ],
  ];
  it.each(changes)('%s', async (_, why, change) => {
    const { resolve, directory, refused, unfit } = open();
    change(directory);
    expect(await resolve()).toBe('IMPERSONATION_ENDED');
    expect([unfit(), refused()]).toEqual([[why], ['session-1 IMPERSONATION_ENDED']]);
  });

  it('and takes effect within a second', async () => {
    const { resolve, directory, clock } = open();
    expect(await resolve()).toMatchObject({ unconfirmed: null });
    directory.change(ada.id, { roles: [] });
    clock.advance(1_000);
    expect(await resolve()).toBe('IMPERSONATION_ENDED');
  });
});

describe('while something that has to be asked does not answer', () => {
  it('the sessions: one known to be running may be ended, and nothing else', async () => {
    const lookup = vi.fn(unavailable);
    const { resolve } = open({ lookup, lastKnown: session() });
    expect(await resolve()).toMatchObject({
      identity: { viewer: cleo, actor: ada },
      unconfirmed: 'REVOCATION_UNAVAILABLE',
    });
    // Each time costs a wait.
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['unknown', null],
    ['stopped', session({ status: 'STOPPED' })],
  ])('the sessions: one that is %s is refused', async (_, lastKnown) => {
    const { resolve } = open({ lookup: unavailable, lastKnown });
    expect(await resolve()).toBe('REVOCATION_UNAVAILABLE');
  });

  it('the sessions: one whose time is up is refused all the same', async () => {
    const { resolve } = open({ lookup: unavailable, lastKnown: session({ expiresAt: Date.now() }) });
    expect(await resolve()).toBe('TOKEN_EXPIRED');
  });

  it('the directory: people known before make an unconfirmed identity', async () => {
    const { resolve, directory, clock } = open();
    await resolve();
    directory.reachable = false;
    clock.advance(1_500);
    expect(await resolve()).toMatchObject({
      identity: { viewer: cleo, actor: ada },
      unconfirmed: 'REVOCATION_UNAVAILABLE',
    });
  });

  it('the directory: people never seen are refused', async () => {
    const { resolve, directory } = open();
    directory.reachable = false;
    expect(await resolve()).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('the directory: what was last known refuses, but ends no session for good', async () => {
    const { resolve, directory, clock, unfit } = open();
    directory.change(ada.id, { roles: ['SUPPORT'] });
    expect(await resolve()).toBe('IMPERSONATION_ENDED');
    directory.reachable = false;
    clock.advance(1_500);
    expect(await resolve()).toBe('IMPERSONATION_ENDED');
    expect(unfit()).toEqual(['ACTOR_DEMOTED']);
  });

  it('the directory: an unexpected failure refuses too', async () => {
    const { strategy, directory } = open();
    directory.findByIds = () => Promise.reject(new TypeError('a mistake'));
    await expect(strategy.resolve('token', REQUEST)).rejects.toThrow('a mistake');
    directory.findByIds = () => Promise.reject(new StoreUnavailableError('down'));
    await expect(strategy.resolve('token', REQUEST)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('an actor token that is bound to a key', () => {
  const bound = claims({ boundTo: 'key' });
  const refuses = { check: () => Promise.reject(new GatewayError('TOKEN_INVALID')) };
  const holds = { check: async (boundTo: string | null) => expect(boundTo).toBe('key') };

  it('is refused without a proof, on record, before anything else is asked', async () => {
    const lookup = vi.fn(() => session());
    const opened = open({ verify: async () => bound, lookup });
    expect(await opened.resolve()).toBe('TOKEN_INVALID');
    expect(await judged(opened.strategy.resolve('token', REQUEST, 'digest', refuses))).toBe('TOKEN_INVALID');
    expect(opened.refused()).toEqual(['session-1 TOKEN_INVALID', 'session-1 TOKEN_INVALID']);
    expect(lookup).not.toHaveBeenCalled();
    expect(opened.unfit()).toEqual([]);
  });

  it('is resolved with one', async () => {
    const { strategy } = open({ verify: async () => bound });
    expect(await judged(strategy.resolve('token', REQUEST, 'digest', holds))).toMatchObject({
      identity: { kind: 'impersonated', actor: { id: ada.id } },
    });
  });

  it('leaves nothing on record where there was no room for its proof', async () => {
    const opened = open({ verify: async () => bound });
    const full = { check: () => Promise.reject(new GatewayError('RATE_LIMITED')) };
    expect(await judged(opened.strategy.resolve('token', REQUEST, 'digest', full))).toBe('RATE_LIMITED');
    expect(opened.refused()).toEqual([]);
  });

  it('is recalled for the holder of exactly this key', async () => {
    const running = session();
    const { strategy, users } = open({ recalled: bound, fresh: running });
    await users.current([running.actorId, running.subjectId]);
    expect(strategy.recall('digest', 'key')?.identity.kind).toBe('impersonated');
    for (const key of [undefined, null, '', 'another']) expect(strategy.recall('digest', key)).toBeNull();
  });

  it('and one that is bound to none is not recalled for a holder of any', async () => {
    const running = session();
    const { strategy, users } = open({ recalled: claims(), fresh: running });
    await users.current([running.actorId, running.subjectId]);
    expect(strategy.recall('digest')?.identity.kind).toBe('impersonated');
    expect(strategy.recall('digest', 'key')).toBeNull();
  });
});

describe('an actor token whose actor was vouched for by an issuer that is not trusted any more', () => {
  const asked: string[] = [];
  const vouchesFor = (issuer: string, personId: string) => {
    asked.push(`${issuer} ${personId}`);
    return false;
  };

  it('is refused on record, and its session is left to those who trust it', async () => {
    const { resolve, refused, unfit } = open({ vouchesFor });
    expect(await resolve()).toBe('TOKEN_INVALID');
    expect(asked).toContain(`https://id.example ${ada.id}`);
    expect(refused()).toEqual(['session-1 TOKEN_INVALID']);
    expect(unfit()).toEqual([]);
  });

  it('is not recalled either', async () => {
    const running = session();
    const opened = open({ recalled: claims(), fresh: running, vouchesFor });
    await opened.users.current([running.actorId, running.subjectId]);
    expect(opened.strategy.recall('digest')).toBeNull();
  });
});

describe('a session that looks unused here', () => {
  const inactivity = { limitMs: 60_000, endsAt: 1 };
  const unused = session({ inactivity });
  const used = session({ inactivity: { limitMs: 60_000, endsAt: Number.MAX_SAFE_INTEGER } });
  const ended = session({ inactivity, status: 'EXPIRED', endedAt: unused.startedAt, endReason: 'INACTIVITY' });

  it('goes on where it was used elsewhere, and is refused, on record, where it was not', async () => {
    const goesOn = open({ lookup: () => unused, settle: async () => used });
    expect(await goesOn.resolve()).toMatchObject({ identity: { session: used }, unconfirmed: null });
    const over = open({ lookup: () => unused, settle: async () => ended });
    expect(await over.resolve()).toBe('IMPERSONATION_ENDED');
    expect([over.refused(), over.unfit()]).toEqual([['session-1 IMPERSONATION_ENDED'], []]);
  });

  it('may be stopped and nothing else while nobody can tell; the store that did not answer is not asked again', async () => {
    const stoppable = { identity: { session: unused }, unconfirmed: 'REVOCATION_UNAVAILABLE' };
    const silent = vi.fn(() => Promise.reject(new StoreUnavailableError('down')));
    expect(await open({ lookup: () => unused, settle: silent }).resolve()).toMatchObject(stoppable);
    expect(await open({ lookup: () => unused, settle: async () => unused }).resolve()).toMatchObject(stoppable);
    expect(silent).toHaveBeenCalledTimes(1);
    expect(await open({ lookup: unavailable, lastKnown: unused, settle: silent }).resolve()).toMatchObject(stoppable);
    expect(silent).toHaveBeenCalledTimes(1);
  });
});
