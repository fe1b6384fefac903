import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../src/domain/identity.js';
import { GatewayError } from '../../../src/errors/index.js';
import {
  assertedIdentity,
  createActorTokenVerifier,
  createIdentityAssertionMinter,
  createTrustedIssuers,
} from '../../../src/tokens/index.js';
import {
  CLAIMS as ACTOR_CLAIMS,
  HEADER as ACTOR_HEADER,
  AUDIENCE,
  ed,
  IDP,
  ISSUER,
  keyring,
  keyrings,
} from './actor-tokens.js';
import { expectRefused, NOW, NOW_SECONDS, rejectionOf, stoppedClock } from './expectations.js';
import { claimsOf, forge, headerOf } from './forge.js';
import {
  ada,
  assertion,
  CLAIMS,
  cleo,
  direct,
  forgedAssertion,
  impersonated,
  person,
  UPSTREAM,
} from './identity-assertions.js';

describe('an identity assertion', () => {
  it.each(['EdDSA', 'RS256'] as const)(
    'names its key, its algorithm %s and its own type, and nothing else',
    async (alg) => {
      const { token } = await assertion(direct(), 'reviews', NOW, keyrings[alg]);
      expect(headerOf(token)).toEqual({ alg, kid: alg === 'EdDSA' ? 'ed-now' : 'rsa-now', typ: 'identity+jwt' });
    },
  );

  it('says of a person acting as themselves who they are, and nothing of an actor', async () => {
    const { token, expiresAt } = await assertion(direct(person('user_dan', ['USER', 'SUPPORT'])), 'reviews', NOW + 400);
    expect(claimsOf(token)).toEqual({
      iss: ISSUER,
      aud: 'reviews',
      sub: 'user_dan',
      jti: 'assertion-1',
      iat: NOW_SECONDS,
      nbf: NOW_SECONDS,
      exp: NOW_SECONDS + 60,
      roles: ['USER', 'SUPPORT'],
    });
    expect(expiresAt).toBe(NOW + 60_000);
  });

  it('says of an impersonation who is in effect, who is acting, in which session and how far', async () => {
    const { token } = await assertion(impersonated(), UPSTREAM, NOW + 999);
    expect(claimsOf(token)).toEqual(CLAIMS);
    const full = await assertion(impersonated({ access: 'FULL' }));
    expect(claimsOf(full.token)).toEqual({ ...CLAIMS, access: 'full' });
  });

  it('names no session where a trusted issuer delegated, and the issuer that vouched for the actor', async () => {
    const delegated = impersonated(
      {},
      { session: null, authentication: { issuer: 'urn:other', authTime: null, amr: [] } },
    );
    const { token } = await assertion(delegated);
    const { sid: _, ...rest } = CLAIMS;
    expect(claimsOf(token)).toEqual({ ...rest, act: { sub: 'user_ada', iss: 'urn:other' } });
  });

  it("holds the viewer's roles, never the actor's", async () => {
    const { token } = await assertion(impersonated());
    expect(JSON.stringify(claimsOf(token))).not.toContain('ADMIN');
  });

  it('is not made for an anonymous request', () => {
    expect(assertedIdentity(ANONYMOUS)).toBeNull();
  });

  it.each<[string, number, number, number]>([
    ['far away', 900_000, 0, 60],
    ['just as far as an assertion lives', 60_000, 0, 60],
    ['in 59.999 s', 59_999, 0, 59],
    ['in 10 s', 10_000, 0, 10],
    ['in 10.999 s', 10_999, 0, 10],
    ['in 1 s', 1_000, 0, 1],
    ['in 1.2 s of a broken second', 2_100, 900, 2],
  ])('never outlives the credential or session that ends %s', async (_, endsIn, at, seconds) => {
    for (const identity of [direct(cleo, { expiresAt: NOW + endsIn }), impersonated({ expiresAt: NOW + endsIn })]) {
      const { token, expiresAt } = await assertion(identity, UPSTREAM, NOW + at);
      expect(claimsOf(token)).toMatchObject({ iat: NOW_SECONDS, exp: NOW_SECONDS + seconds });
      expect(expiresAt).toBe((NOW_SECONDS + seconds) * 1000);
      expect(expiresAt).toBeLessThanOrEqual(NOW + endsIn);
    }
  });

  it.each([0, 999, -1, -60_000, Number.NaN])(
    'is refused for a credential with %d ms left: an upstream would see it expired',
    async (left) => {
      for (const identity of [direct(cleo, { expiresAt: NOW + left }), impersonated({}, { expiresAt: NOW + left })]) {
        const error = await rejectionOf(assertion(identity));
        expect(error).toBeInstanceOf(GatewayError);
        expect((error as GatewayError).code).toBe('TOKEN_EXPIRED');
      }
    },
  );

  it.each(['STOPPED', 'EXPIRED', 'REVOKED'] as const)('is refused for a session that is %s', (status) => {
    expect(() => assertedIdentity(impersonated({ status }))).toThrow(
      expect.objectContaining({ code: 'IMPERSONATION_ENDED' }),
    );
  });

  it.each<[string, Identity]>([
    ['a direct identity whose actor is somebody else', direct(cleo, { actor: ada })],
    ['an impersonation of oneself', impersonated({}, { viewer: ada, session: null })],
    ['a session of another subject', impersonated({ subjectId: 'user_carl' })],
    ['a session of another actor', impersonated({ actorId: 'user_grace' })],
    ['more access than the session', impersonated({}, { access: 'FULL' })],
    ['a viewer without an id', direct(person(''))],
    ['an actor without an issuer', impersonated({ authentication: { issuer: '', authTime: null, amr: [] } })],
  ])('is refused for %s', (_, identity) => {
    expect(() => assertedIdentity(identity)).toThrow(RangeError);
  });

  it.each(['', 'a\nb', 'x'.repeat(256)])('is refused for an upstream named %j', async (upstream) => {
    expect(await rejectionOf(assertion(direct(), upstream))).toBeInstanceOf(RangeError);
  });

  it('is signed by the key that signs now, wherever the old one still verifies', async () => {
    const minter = createIdentityAssertionMinter({ keyring: keyrings.RS256, issuer: ISSUER });
    const asserted = assertedIdentity(direct());
    if (asserted === null) throw new Error('no identity');
    const request = { asserted, upstream: 'reviews', identityExpiresAt: NOW + 90_000, jti: '1', now: NOW };
    expect(headerOf((await minter.mint(request)).token).kid).toBe('rsa-now');
  });
});

describe('presented to the gateway, an identity assertion is refused', () => {
  const asActor = (token: string) =>
    createActorTokenVerifier({ keyring, issuer: ISSUER, audience: AUDIENCE, clock: stoppedClock() }).verify(token);

  it('as an actor token, though issuer, audience and every claim are those of one', async () => {
    for (const identity of [direct(), impersonated()]) {
      const { token } = await assertion(identity, AUDIENCE);
      await expectRefused(asActor(token), 'typ', token);
    }
    // It is the type alone that tells them apart here: the very same claims with the other type are an actor token.
    await expect(asActor(forge(ACTOR_HEADER, ACTOR_CLAIMS, ed.signer))).resolves.toMatchObject({
      subject: 'user_cleo',
    });
    await expect(asActor(forge(ACTOR_HEADER, CLAIMS, ed.signer))).resolves.toMatchObject({ subject: 'user_cleo' });
    await expectRefused(asActor(forgedAssertion()), 'typ');
  });

  it('as an actor token, by its audience too', async () => {
    await expectRefused(asActor(forge(ACTOR_HEADER, { ...CLAIMS, aud: 'reviews' }, ed.signer)), 'aud');
  });

  it('as a session token, even where the gateway is configured to trust its own keys and to accept delegation', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assertion-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const jwks = path.join(folder, 'own.jwks.json');
    await writeFile(jwks, JSON.stringify(keyring.publicJwks));
    const issuers = createTrustedIssuers(
      [{ issuer: ISSUER, audience: AUDIENCE, jwks, algorithms: ['EdDSA'], acceptActorClaim: true }],
      { clock: stoppedClock() },
    );
    for (const identity of [direct(), impersonated()]) {
      const { token } = await assertion(identity, AUDIENCE);
      await expectRefused(issuers.verify(token), 'typ', token);
    }
    await expect(issuers.verify(forge({ ...ACTOR_HEADER }, CLAIMS, ed.signer))).resolves.toMatchObject({
      subject: 'user_cleo',
      act: { sub: 'user_ada', iss: IDP },
    });
    issuers.close();
  });
});
