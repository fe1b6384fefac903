import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { createSessionTokenStrategy } from '../../../src/identity/index.js';
import type { Sender } from '../../../src/identity/sender.js';
import type { DelegatedActor, SessionTokenClaims } from '../../../src/tokens/index.js';
import { ada, audrey, cleo, dora, sam } from '../policy/people.js';
import { judged, people, REQUEST, RULES } from './setting.js';

const ISSUER = 'https://id.example';

/** What `act` says of somebody. */
const by = (sub: string, more: Partial<DelegatedActor> = {}): DelegatedActor => ({
  sub,
  iss: null,
  authTime: null,
  amr: [],
  ...more,
});

function open(more: Partial<SessionTokenClaims> | GatewayError = {}) {
  const { clock, directory, users } = people();
  const claims: SessionTokenClaims = {
    issuer: ISSUER,
    subject: cleo.id,
    expiresAt: 1_800_000_000_000,
    issuedAt: null,
    authTime: 1_767_225_000,
    amr: ['pwd'],
    act: null,
    access: null,
    boundTo: null,
    ...more,
  };
  const accepted: string[] = [];
  const strategy = createSessionTokenStrategy({
    issuers: {
      vouchesFor: () => true,
      has: (issuer) => issuer === ISSUER,
      verify: async () => (more instanceof GatewayError ? Promise.reject(more) : claims),
      recall: () => (more instanceof GatewayError ? null : claims),
      close: () => undefined,
    },
    users,
    rules: RULES,
    clock,
    onDenied: async () => undefined,
    onBegun: () => undefined,
    onAccepted: ({ actor, viewer }, issuer) => void accepted.push(`${actor.id}>${viewer.id} by ${issuer}`),
  });
  const resolve = (token = 'token') => judged(strategy.resolve(token, REQUEST));
  return { strategy, directory, clock, accepted, resolve };
}

describe('a session token', () => {
  it('of a trusted issuer alone is judged here', () => {
    expect(open().strategy.accepts(ISSUER)).toBe(true);
    expect(open().strategy.accepts('https://other.example')).toBe(false);
  });

  it('makes one person viewer and actor, as the directory knows them', async () => {
    const resolved = await open().resolve();
    expect(resolved).toEqual({
      identity: {
        kind: 'direct',
        viewer: cleo,
        actor: cleo,
        session: null,
        authentication: { issuer: ISSUER, authTime: 1_767_225_000, amr: ['pwd'] },
        boundTo: null,
        expiresAt: 1_800_000_000_000,
      },
      unconfirmed: null,
    });
  });

  it('of a person who was asked about within the second is judged by that word, whether the directory answers or not', async () => {
    const { resolve, directory } = open();
    const first = await resolve();
    expect(await resolve()).toEqual(first);
    directory.reachable = false;
    expect(await resolve()).toEqual(first);
    expect(directory.lookUps).toBe(1);
  });

  it.each(['TOKEN_INVALID', 'TOKEN_EXPIRED'] as const)('that is refused (%s) becomes nobody else', async (code) => {
    expect(await open(new GatewayError(code)).resolve()).toBe(code);
  });

  it('of a person the directory does not know, or who is disabled, is refused', async () => {
    expect(await open({ subject: 'user_nobody' }).resolve()).toBe('TOKEN_INVALID');
    expect(await open({ subject: dora.id }).resolve()).toBe('TOKEN_INVALID');
  });

  it('takes roles and disabled states from the directory within a second', async () => {
    const { resolve, directory, clock } = open();
    await resolve();
    directory.change(cleo.id, { roles: ['SUPPORT'] });
    clock.advance(1_000);
    expect(await resolve()).toMatchObject({ identity: { viewer: { roles: ['SUPPORT'] } } });
    directory.change(cleo.id, { disabled: true });
    clock.advance(1_000);
    expect(await resolve()).toBe('TOKEN_INVALID');
  });

  it('that was verified and refused is not resolved at once: whoever is let in for the first time is on record', async () => {
    const { strategy, accepted } = open();
    const refusing: Sender = {
      check() {
        throw new GatewayError('TOKEN_INVALID');
      },
    };
    await expect(strategy.resolve('token', REQUEST, 'digest', refusing)).rejects.toThrow(GatewayError);
    expect(strategy.recall('digest')).toBeNull();
    expect(accepted).toEqual([]);
    await strategy.resolve('token', REQUEST, 'digest');
    expect(accepted).toHaveLength(1);
    expect(strategy.recall('digest')).not.toBeNull();
  });

  it('that is bound is asked for a proof last of all: what is refused otherwise takes no room among the proofs', async () => {
    const asked: (string | null)[] = [];
    const proving: Sender = { check: (boundTo) => void asked.push(boundTo) };
    for (const subject of ['user_nobody', dora.id]) {
      const { strategy } = open({ subject, boundTo: 'key' });
      expect(await judged(strategy.resolve('token', REQUEST, 'digest', proving))).toBe('TOKEN_INVALID');
    }
    expect(asked).toEqual([]);
    expect(await judged(open({ boundTo: 'key' }).strategy.resolve('token', REQUEST, 'digest', proving))).toMatchObject({
      identity: { viewer: cleo, boundTo: 'key' },
    });
    expect(asked).toEqual(['key']);
  });

  it('that is bound and comes without a proof is refused before the directory is asked', async () => {
    const { resolve, directory } = open({ boundTo: 'key' });
    expect(await resolve()).toBe('TOKEN_INVALID');
    expect(directory.lookUps).toBe(0);
  });

  it('that was verified before is resolved at once, to the same object as long as the person is, and not once a second is over', async () => {
    const { strategy, resolve, directory, clock } = open();
    expect(strategy.recall('digest')).toBeNull();
    const resolved = await resolve();
    const recalled = strategy.recall('digest');
    expect(recalled).toEqual(resolved);
    expect(strategy.recall('digest')).toBe(recalled);
    directory.change(cleo.id, { roles: ['SUPPORT'] });
    clock.advance(1_000);
    expect(strategy.recall('digest')).toBeNull();
    await resolve();
    expect(strategy.recall('digest')?.identity.viewer?.roles).toEqual(['SUPPORT']);
  });

  it('that was verified before is not resolved at once where the person is disabled, unknown, or acts for another', async () => {
    for (const more of [{ subject: dora.id }, { subject: 'user_nobody' }, { act: by(ada.id) }]) {
      const { strategy, resolve } = open(more);
      await resolve();
      expect([more, strategy.recall('digest')]).toEqual([more, null]);
    }
  });

  it('that was not verified before is neither resolved at once nor known', () => {
    const { strategy } = open(new GatewayError('TOKEN_INVALID'));
    expect([strategy.recall('digest'), strategy.isKnown('digest')]).toEqual([null, false]);
    expect(open().strategy.isKnown('digest')).toBe(true);
  });

  it('while the directory is down is unconfirmed for people known lately, and refused for others', async () => {
    const { resolve, directory, clock } = open();
    await resolve();
    directory.reachable = false;
    clock.advance(1_000);
    expect(await resolve()).toMatchObject({ identity: { kind: 'direct' }, unconfirmed: 'UPSTREAM_UNAVAILABLE' });
    clock.advance(15 * 60_000);
    expect(await resolve()).toBe('UPSTREAM_UNAVAILABLE');
    const unknown = open();
    unknown.directory.reachable = false;
    expect(await unknown.resolve()).toBe('UPSTREAM_UNAVAILABLE');
  });
});

describe('that a session token was accepted', () => {
  it('is told once for each token, however often it comes and whatever is asked anew meanwhile', async () => {
    const { resolve, accepted, clock, directory } = open();
    await Promise.all([resolve(), resolve(), resolve()]);
    clock.advance(1_000);
    directory.change(cleo.id, { roles: ['SUPPORT'] });
    await resolve();
    await resolve('another token');
    expect(accepted).toEqual([`user_cleo>user_cleo by ${ISSUER}`, `user_cleo>user_cleo by ${ISSUER}`]);
  });

  it('is told with actor and subject where a trusted issuer delegates', async () => {
    const { resolve, accepted } = open({ act: by(ada.id) });
    await resolve();
    await resolve();
    expect(accepted).toEqual([`user_ada>user_cleo by ${ISSUER}`]);
  });

  it('is not told of one that is refused, nor of somebody who could not be confirmed; but as soon as they are', async () => {
    const refused = open({ subject: dora.id });
    await refused.resolve();
    expect(refused.accepted).toEqual([]);
    refused.directory.change(dora.id, { disabled: false });
    refused.clock.advance(1_000);
    await refused.resolve();
    expect(refused.accepted).toHaveLength(1);

    const { resolve, accepted, directory, clock } = open();
    await resolve('first');
    directory.reachable = false;
    clock.advance(1_000);
    await resolve('second');
    expect(accepted).toHaveLength(1);
    directory.reachable = true;
    clock.advance(1_000);
    await resolve('second');
    expect(accepted).toHaveLength(2);
  });
});

describe('a session token by which a trusted issuer delegates', () => {
  const act = by(ada.id);

  it('makes the actor act as the subject, read-only unless it says otherwise', async () => {
    expect(await open({ act }).resolve()).toMatchObject({
      identity: {
        kind: 'impersonated',
        viewer: cleo,
        actor: ada,
        access: 'READ_ONLY',
        session: null,
        authentication: { issuer: ISSUER },
        expiresAt: 1_800_000_000_000,
      },
      unconfirmed: null,
    });
    expect(await open({ act, access: 'read_only' }).resolve()).toMatchObject({ identity: { access: 'READ_ONLY' } });
    expect(await open({ act, access: 'full' }).resolve()).toMatchObject({ identity: { access: 'FULL' } });
  });

  it('names the issuer that vouched for the actor, where it says', async () => {
    expect(await open({ act: by(ada.id, { iss: 'https://other.example' }) }).resolve()).toMatchObject({
      identity: { authentication: { issuer: 'https://other.example' } },
    });
  });

  it('lasts as long as the token where no age of a sign-in is demanded, whatever is said of it', async () => {
    expect(await open({ act: by(ada.id, { authTime: 1_767_225_000 }) }).resolve()).toMatchObject({
      identity: { authentication: { authTime: 1_767_225_000 }, expiresAt: 1_800_000_000_000 },
    });
  });

  it.each([
    ['who is the subject', by(cleo.id), cleo.id],
    ['who may not impersonate', by(sam.id), cleo.id],
    ['who is unknown', by('user_nobody'), cleo.id],
    ['as somebody unknown', act, 'user_nobody'],
    ['as somebody disabled', act, dora.id],
    ['as somebody protected', act, audrey.id],
  ])('by an actor %s is refused', async (_, actor, subject) => {
    expect(await open({ act: actor, subject }).resolve()).toBe('TOKEN_INVALID');
  });

  it('by an admin who is disabled meanwhile is refused', async () => {
    const { resolve, directory } = open({ act });
    directory.change(ada.id, { disabled: true });
    expect(await resolve()).toBe('TOKEN_INVALID');
  });

  it('while the directory is down is unconfirmed at best', async () => {
    const { resolve, directory, clock } = open({ act, access: 'full' });
    await resolve();
    directory.reachable = false;
    clock.advance(2_000);
    expect(await resolve()).toMatchObject({ unconfirmed: 'UPSTREAM_UNAVAILABLE', identity: { access: 'FULL' } });
  });
});

describe('a session token that is bound to a key', () => {
  const holds = { check: async (boundTo: string | null) => expect(boundTo).toBe('key') };

  it('is refused without a proof, and resolved with one, to an identity that says so', async () => {
    const { strategy, resolve } = open({ boundTo: 'key' });
    expect(await resolve()).toBe('TOKEN_INVALID');
    const resolved = await strategy.resolve('token', REQUEST, 'digest', holds);
    expect(resolved.identity).toMatchObject({ kind: 'direct', boundTo: 'key' });
    expect(strategy.recall('digest', 'key')?.identity).toMatchObject({ kind: 'direct', boundTo: 'key' });
    for (const key of [undefined, null, '', 'another']) expect(strategy.recall('digest', key)).toBeNull();
  });

  it('of a person whom the directory does not know is no reason to ask about them', async () => {
    const { directory, resolve } = open({ boundTo: 'key', subject: 'user_nobody' });
    const before = directory.lookUps;
    expect(await resolve()).toBe('TOKEN_INVALID');
    expect(directory.lookUps).toBe(before);
  });
});
