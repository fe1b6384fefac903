import { describe, expect, it } from 'vitest';
import { loadKeyring, mintSessionToken, type RefusalReason } from '../../../src/tokens/index.js';
import { expectExpired, expectRefused, NOW, NOW_SECONDS } from './expectations.js';
import { claimsOf, headerOf, type Json, pair } from './forge.js';
import { AUDIENCE, DELEGATE, ed, es, forged, ISSUER, jwksFile, rsa, verify, verifyWith } from './session-tokens.js';

describe('a session token is accepted', () => {
  it.each([ed, rsa, es])('from a trusted issuer that signs with $alg', async ({ alg, kid, signer }) => {
    await expect(verify(forged({ alg, kid }, {}, signer))).resolves.toEqual({
      issuer: ISSUER,
      subject: 'user_ada',
      expiresAt: NOW + 3_600_000,
      issuedAt: NOW,
      authTime: null,
      amr: [],
      act: null,
      access: null,
      boundTo: null,
    });
  });

  it('and tells when and how the person signed in, where the issuer says so', async () => {
    const told = { auth_time: NOW_SECONDS - 60, amr: ['pwd', 'otp'] };
    await expect(verify(forged({}, told))).resolves.toMatchObject({
      authTime: NOW_SECONDS - 60,
      amr: ['pwd', 'otp'],
    });
  });

  it.each<Json>([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])(
    'with typ %j',
    async (typ) => {
      await expect(verify(forged({ typ }))).resolves.toMatchObject({ subject: 'user_ada' });
    },
  );

  it.each<Json>([AUDIENCE, 'https://old.example', [AUDIENCE], ['x', AUDIENCE], [AUDIENCE, AUDIENCE]])(
    'with aud %j',
    async (aud) => {
      await expect(verify(forged({}, { aud }))).resolves.toMatchObject({ subject: 'user_ada' });
    },
  );

  it('without kid, where exactly one key of the issuer fits', async () => {
    await expect(verify(forged({ kid: undefined }))).resolves.toMatchObject({ subject: 'user_ada' });
    const both = [ed.jwk, pair('EdDSA', 'ed-2').jwk];
    const token = forged({ kid: undefined });
    await expectRefused(verifyWith({ jwks: jwksFile('two.json', both) }, token), 'ambiguous-key', token);
  });

  it('without iat and nbf', async () => {
    await expect(verify(forged({}, { iat: undefined }))).resolves.toMatchObject({ issuedAt: null });
  });

  it('with a sub of 255 characters, and with one beyond ASCII', async () => {
    for (const sub of ['x'.repeat(255), 'Zoë', '用户', '🙂', 'user@example.com', 'auth0|7', ' ']) {
      await expect(verify(forged({}, { sub }))).resolves.toMatchObject({ subject: sub });
    }
  });

  it('where the built-in issuer minted it', async () => {
    const keyring = await loadKeyring({ keys: [rsa.privateJwk] }, { algorithm: 'RS256' });
    const request = {
      keyring,
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: 'user_sam',
      ttlSeconds: 60,
      now: NOW + 999,
    };
    const plain = await mintSessionToken(request);
    expect(headerOf(plain)).toEqual({ alg: 'RS256', kid: 'rsa', typ: 'JWT' });
    expect(claimsOf(plain)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'user_sam',
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + 60,
    });
    const full = await mintSessionToken({ ...request, authTime: NOW_SECONDS, amr: ['mfa'] });
    await expect(verify(full)).resolves.toMatchObject({
      subject: 'user_sam',
      expiresAt: NOW + 60_000,
      authTime: NOW_SECONDS,
      amr: ['mfa'],
    });
    for (const ttlSeconds of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(mintSessionToken({ ...request, ttlSeconds })).rejects.toBeInstanceOf(RangeError);
    }
  });
});

describe('the times of a session token', () => {
  it('have five seconds of tolerance, to the millisecond', async () => {
    const token = forged({}, { nbf: NOW_SECONDS, exp: NOW_SECONDS + 60 });
    await expect(verify(token, NOW - 5_000)).resolves.toBeDefined();
    await expectRefused(verify(token, NOW - 5_001), 'nbf', token);
    await expect(verify(token, NOW + 64_999)).resolves.toMatchObject({ expiresAt: NOW + 60_000 });
    await expectExpired(verify(token, NOW + 65_000), token);
  });

  it('refuse what was issued, or signed in for, in the future', async () => {
    await expect(verify(forged({}, { iat: NOW_SECONDS + 5, auth_time: NOW_SECONDS + 5 }))).resolves.toBeDefined();
    await expectRefused(verify(forged({}, { iat: NOW_SECONDS + 6 })), 'iat');
    await expectRefused(verify(forged({}, { auth_time: NOW_SECONDS + 6 })), 'auth_time');
  });

  it('may be fractions of a second', async () => {
    await expect(verify(forged({}, { exp: NOW_SECONDS + 0.5 }))).resolves.toMatchObject({ expiresAt: NOW + 500 });
  });

  it('may be the first and the last moment that a date can be, and none beyond', async () => {
    const [first, last] = [0, 8_640_000_000_000];
    const told = { nbf: first, iat: first, auth_time: first, exp: last };
    await expect(verify(forged({}, told))).resolves.toMatchObject({
      issuedAt: 0,
      authTime: 0,
      expiresAt: last * 1_000,
    });
    await expectRefused(verify(forged({}, { exp: last + 1 })), 'exp');
    await expectExpired(verify(forged({}, { exp: first })), forged({}, { exp: first }));
  });

  it('are called expired only where everything else is right', async () => {
    const past = { exp: NOW_SECONDS - 60 };
    await expectExpired(verify(forged({}, past)), forged({}, past));
    const wrong: [string, RefusalReason][] = [
      [forged({}, past, { with: 'EdDSA', key: pair('EdDSA', 'x').privateKey }), 'signature'],
      [forged({ typ: 'dpop+jwt' }, past), 'typ'],
      [forged({}, { ...past, aud: 'x' }), 'aud'],
      [forged({}, { ...past, sub: '' }), 'sub'],
      [forged({}, { ...past, nbf: NOW_SECONDS + 60 }), 'nbf'],
      [forged({}, { ...past, iat: 'x' }), 'iat'],
      [forged({}, { ...past, amr: 'pwd' }), 'amr'],
      [forged({}, { ...past, auth_time: 'x' }), 'auth_time'],
      [forged({}, { ...past, act: { sub: 'user_sam' } }), 'act'],
      [forged({}, { ...past, iss: DELEGATE, act: { sub: 'user_sam' }, access: 'x' }), 'access'],
    ];
    for (const [token, reason] of wrong) await expectRefused(verify(token), reason, token);
  });
});
