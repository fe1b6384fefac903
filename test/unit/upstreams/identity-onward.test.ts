import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../src/domain/identity.js';
import { createIdentityAssertionMinter, type IdentityAssertionMinter } from '../../../src/tokens/index.js';
import { createIdentityOnward, RENEWAL_MARGIN_MS } from '../../../src/upstreams/identity-onward.js';
import { IDP, ISSUER, keyring } from '../tokens/actor-tokens.js';
import { NOW, NOW_SECONDS, rejectionOf } from '../tokens/expectations.js';
import { claimsOf } from '../tokens/forge.js';
import { cleo, direct, impersonated, person } from '../tokens/identity-assertions.js';

/** The real minter, with a count of what it signs. */
function setting(mostKept?: number) {
  const real = createIdentityAssertionMinter({ keyring, issuer: ISSUER });
  const counted = { signed: 0 };
  const minter: IdentityAssertionMinter = {
    mint(request) {
      counted.signed += 1;
      return real.mint(request);
    },
  };
  const options = mostKept === undefined ? {} : { mostKept };
  let made = 0;
  const onward = createIdentityOnward({ minter, newId: () => `id-${++made}`, ...options });
  const claims = async (identity: Identity, upstream: string, now: number) =>
    claimsOf((await onward.assertionFor(identity, upstream, now)) ?? '');
  return { onward, counted, claims };
}

describe('who is in effect is told onward', () => {
  it('by nothing at all where nobody is signed in', async () => {
    const { onward, counted } = setting();
    expect(await onward.assertionFor(ANONYMOUS, 'orders', NOW)).toBeNull();
    expect(counted.signed).toBe(0);
  });

  it('by one assertion for each identity and upstream, signed once until shortly before its end', async () => {
    const { onward, counted } = setting();
    const identity = impersonated();
    const first = await onward.assertionFor(identity, 'orders', NOW);
    for (const later of [0, 1, 1_000, 60_000 - RENEWAL_MARGIN_MS - 1]) {
      expect(await onward.assertionFor(identity, 'orders', NOW + later)).toBe(first);
    }
    expect(counted.signed).toBe(1);
    const renewed = await onward.assertionFor(identity, 'orders', NOW + 60_000 - RENEWAL_MARGIN_MS);
    expect(claimsOf(renewed ?? '')).toMatchObject({ iat: NOW_SECONDS + 45, exp: NOW_SECONDS + 105, jti: 'id-2' });
    expect(counted.signed).toBe(2);
  });

  it('by an assertion of its own for each call, where the service takes none twice', async () => {
    const { onward, counted } = setting();
    const identity = impersonated();
    const one = () => onward.assertionFor(identity, 'orders', NOW, 'single-use');
    const shared = await onward.assertionFor(identity, 'orders', NOW);
    const ids = (await Promise.all([one(), one(), one()])).map((token) => claimsOf(token ?? '').jti);
    expect(new Set([claimsOf(shared ?? '').jti, ...ids]).size).toBe(4);
    expect(counted.signed).toBe(4);
    expect(await onward.assertionFor(ANONYMOUS, 'orders', NOW, 'single-use')).toBeNull();
    const ended = onward.assertionFor(impersonated({ status: 'REVOKED' }), 'orders', NOW, 'single-use');
    expect(await rejectionOf(ended)).toMatchObject({ code: 'IMPERSONATION_ENDED' });
  });

  it('by the same assertion where only the identity object is new, since the directory was read again', async () => {
    const { onward, counted } = setting();
    const first = await onward.assertionFor(impersonated(), 'orders', NOW);
    expect(await onward.assertionFor(impersonated(), 'orders', NOW + 1_000)).toBe(first);
    expect(await onward.assertionFor(impersonated({}, { viewer: { ...cleo } }), 'orders', NOW + 2_000)).toBe(first);
    expect(counted.signed).toBe(1);
  });

  it.each<[string, Identity, Record<string, unknown>]>([
    ['role', impersonated({}, { viewer: person('user_cleo', ['USER', 'VIP']) }), { roles: ['USER', 'VIP'] }],
    ['lost role', impersonated({}, { viewer: person('user_cleo', []) }), { roles: [] }],
    ['session', impersonated({ id: 'session-2' }), { sid: 'session-2' }],
    ['access', impersonated({ access: 'FULL' }), { access: 'full' }],
    ['end of the session', impersonated({ expiresAt: NOW + 30_000 }), { exp: NOW_SECONDS + 30 }],
    ['actor', impersonated({ actorId: 'g' }, { actor: person('g', ['ADMIN']) }), { act: { sub: 'g', iss: IDP } }],
    ['viewer', impersonated({ subjectId: 'user_carl' }, { viewer: person('user_carl') }), { sub: 'user_carl' }],
    [
      "actor's issuer",
      impersonated({ authentication: { issuer: 'urn:other', authTime: null, amr: [] } }),
      { act: { sub: 'user_ada', iss: 'urn:other' } },
    ],
    ['delegation without a session', impersonated({}, { session: null }), { sid: undefined }],
    ['way of being in effect', direct(cleo), { act: undefined, sid: undefined, access: undefined }],
  ])('by a new assertion where the %s is another, at the same moment', async (_, changed, says) => {
    const { claims } = setting();
    const before = await claims(impersonated(), 'orders', NOW);
    const after = await claims(changed, 'orders', NOW);
    expect(after.jti).not.toBe(before.jti);
    for (const [claim, value] of Object.entries(says)) {
      expect(after[claim]).toEqual(value);
      expect(before[claim]).not.toEqual(value);
    }
    expect((await claims(impersonated(), 'orders', NOW)).jti).toBe(before.jti);
  });

  it('by no assertion once the session has ended, though one was kept', async () => {
    const { onward } = setting();
    await onward.assertionFor(impersonated(), 'orders', NOW);
    const error = await rejectionOf(onward.assertionFor(impersonated({ status: 'REVOKED' }), 'orders', NOW + 1));
    expect(error).toMatchObject({ code: 'IMPERSONATION_ENDED' });
  });

  it('until the session ends and no longer: what cannot be prolonged is used to its end, then refused', async () => {
    const { onward, counted } = setting();
    const identity = impersonated({ expiresAt: NOW + 10_000 });
    const first = await onward.assertionFor(identity, 'orders', NOW);
    expect(claimsOf(first ?? '').exp).toBe(NOW_SECONDS + 10);
    expect(await onward.assertionFor(identity, 'orders', NOW + 9_999)).toBe(first);
    expect(counted.signed).toBe(1);
    for (const at of [10_000, 11_000, 3_600_000]) {
      expect(await rejectionOf(onward.assertionFor(identity, 'orders', NOW + at))).toMatchObject({
        code: 'TOKEN_EXPIRED',
      });
    }
  });

  it('anew where the clock was set back: what was minted later is not valid yet', async () => {
    const { claims } = setting();
    await claims(direct(), 'orders', NOW);
    expect(await claims(direct(), 'orders', NOW - 60_000)).toMatchObject({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS });
  });

  it('with one signature for callers at the same moment', async () => {
    const { onward, counted } = setting();
    const identity = impersonated();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => onward.assertionFor(identity, 'orders', NOW)));
    expect(new Set(tokens).size).toBe(1);
    expect(counted.signed).toBe(1);
  });

  it('again after a signature failed: the failure reaches who waited, and is not kept', async () => {
    const real = createIdentityAssertionMinter({ keyring, issuer: ISSUER });
    let fails = true;
    const minter: IdentityAssertionMinter = {
      mint: (request) => (fails ? Promise.reject(new Error('no entropy')) : real.mint(request)),
    };
    const onward = createIdentityOnward({ minter, newId: () => 'id' });
    const both = [onward.assertionFor(direct(), 'orders', NOW), onward.assertionFor(direct(), 'orders', NOW)];
    for (const one of both) expect(await rejectionOf(one)).toMatchObject({ message: 'no entropy' });
    fails = false;
    expect(await onward.assertionFor(direct(), 'orders', NOW)).toEqual(expect.any(String));
  });

  it('with a bounded memory: the least recently used is signed again', async () => {
    const { onward, counted } = setting(10);
    for (let index = 0; index < 100; index += 1) await onward.assertionFor(direct(person(`p${index}`)), 'orders', NOW);
    expect(counted.signed).toBe(100);
    await onward.assertionFor(direct(person('p99')), 'orders', NOW);
    expect(counted.signed).toBe(100);
    await onward.assertionFor(direct(person('p0')), 'orders', NOW);
    expect(counted.signed).toBe(101);
  });

  it('without cross-talk: 500 identities at once towards 3 upstreams each get their own, again and again', async () => {
    const { onward, counted } = setting();
    const upstreams = ['orders', 'reviews', 'accounts'];
    const identities: Identity[] = Array.from({ length: 500 }, (_, index) =>
      index % 2 === 0
        ? direct(person(`user_${index}`, [`ROLE_${index}`]))
        : impersonated(
            { id: `session_${index}`, actorId: `actor_${index % 7}`, subjectId: `user_${index}` },
            { viewer: person(`user_${index}`, [`ROLE_${index}`]), actor: person(`actor_${index % 7}`, ['ADMIN']) },
          ),
    );
    for (const round of [0, 1]) {
      await Promise.all(
        identities.flatMap((identity, index) =>
          upstreams.map(async (upstream) => {
            const claims = claimsOf((await onward.assertionFor(identity, upstream, NOW + round)) ?? '');
            expect(claims).toMatchObject({ aud: upstream, sub: `user_${index}`, roles: [`ROLE_${index}`] });
            expect(claims.sid).toBe(index % 2 === 0 ? undefined : `session_${index}`);
            expect(claims.act).toEqual(
              index % 2 === 0
                ? undefined
                : {
                    sub: `actor_${index % 7}`,
                    iss: IDP,
                  },
            );
          }),
        ),
      );
      expect(counted.signed).toBe(1_500);
    }
  });

  it('without mixing up names that run into each other', async () => {
    const { claims } = setting();
    expect(await claims(direct(person('b","c')), 'a', NOW)).toMatchObject({ aud: 'a', sub: 'b","c' });
    expect(await claims(direct(person('c')), 'a","b', NOW)).toMatchObject({ aud: 'a","b', sub: 'c' });
    expect(await claims(direct(person('x', ['A,B'])), 'a', NOW)).toMatchObject({ roles: ['A,B'] });
    expect(await claims(direct(person('x', ['A', 'B'])), 'a', NOW)).toMatchObject({ roles: ['A', 'B'] });
  });
});
