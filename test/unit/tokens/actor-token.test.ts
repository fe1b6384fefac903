import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { GatewayError } from '../../../src/errors/index.js';
import {
  createActorTokenMinter,
  createActorTokenVerifier,
  expiredSessionOf,
  loadKeyring,
  type RefusalReason,
  refusalReasonOf,
  tokenDigest,
} from '../../../src/tokens/index.js';
import {
  AUDIENCE,
  CLAIMS,
  ed,
  forged,
  HEADER,
  IDP,
  ISSUER,
  keyring,
  keyrings,
  mint,
  old,
  session,
  stranger,
  verify,
} from './actor-tokens.js';
import { THUMBPRINT } from './confirmations.js';
import {
  everythingShownOf,
  expectExpired,
  expectRefused,
  NOW,
  NOW_SECONDS,
  rejectionOf,
  stoppedClock,
} from './expectations.js';
import { claimsOf, headerOf } from './forge.js';

describe('a minted actor token', () => {
  it('carries exactly the header and the claims of the contract', async () => {
    const token = await mint();
    expect(headerOf(token)).toEqual(HEADER);
    expect(claimsOf(token)).toEqual(CLAIMS);
  });

  it('says full where the session allows changes, and is RS256 where that is selected', async () => {
    const token = await mint({ access: 'FULL' }, keyrings.RS256);
    expect(headerOf(token)).toEqual({ alg: 'RS256', kid: 'rsa-now', typ: 'JWT' });
    expect(claimsOf(token).access).toBe('full');
    await expect(verify(token)).resolves.toMatchObject({ access: 'full' });
  });

  it('never outlives its session: exp is cut to the whole second', async () => {
    for (const expiresAt of [NOW + 60_000, NOW + 60_001, NOW + 60_999]) {
      expect(claimsOf(await mint({ expiresAt })).exp).toBe(NOW_SECONDS + 60);
    }
  });

  it.each<[string, Partial<ImpersonationSession>]>([
    ['stopped', { status: 'STOPPED' }],
    ['expired', { status: 'EXPIRED' }],
    ['revoked', { status: 'REVOKED' }],
    ['past its expiry', { expiresAt: NOW - 1 }],
    ['over within this second', { expiresAt: NOW + 999 }],
    ['without an expiry', { expiresAt: Number.NaN }],
  ])('is not made for a session that is %s', async (_, changes) => {
    expect(await rejectionOf(mint(changes))).toBeInstanceOf(RangeError);
  });

  it('verifies, and says who acts as whom in which session until when', async () => {
    expect(await verify(await mint())).toEqual({
      issuer: ISSUER,
      subject: 'user_cleo',
      act: { sub: 'user_ada', iss: IDP },
      sessionId: 'session-1',
      tokenId: 'token-1',
      issuedAt: NOW,
      notBefore: NOW,
      expiresAt: NOW + 600_000,
      roles: ['USER'],
      access: 'read_only',
      boundTo: null,
    });
  });

  it('is bound to the key that the actor’s own token is bound to, and to none where that is bound to none', async () => {
    const minter = createActorTokenMinter({ keyring, issuer: ISSUER, audience: AUDIENCE });
    const request = { session, subjectRoles: ['USER'], jti: 'token-1', now: NOW };
    const bound = await minter.mint({ ...request, boundTo: THUMBPRINT });
    expect(claimsOf(bound).cnf).toEqual({ jkt: THUMBPRINT });
    expect((await verify(bound)).boundTo).toBe(THUMBPRINT);
    expect(claimsOf(await minter.mint({ ...request, boundTo: null }))).not.toHaveProperty('cnf');
  });

  it('verifies with an older key of the keyring too', async () => {
    await expect(verify(forged({ kid: 'ed-old' }, {}, old.signer))).resolves.toMatchObject({ subject: 'user_cleo' });
  });

  it('no longer verifies once its key has left the keyring', async () => {
    const token = await mint();
    const rotated = await loadKeyring({ keys: [stranger.privateJwk] }, { algorithm: 'EdDSA' });
    const verifier = createActorTokenVerifier({
      keyring: rotated,
      issuer: ISSUER,
      audience: AUDIENCE,
      clock: stoppedClock(),
    });
    await expectRefused(verifier.verify(token), 'unknown-key', token);
  });
});

describe('the expiry of an actor token', () => {
  it('is exact: valid one millisecond before exp, expired at exp', async () => {
    const token = await mint();
    await expect(verify(token, NOW + 599_999)).resolves.toBeDefined();
    await expectExpired(verify(token, NOW + 600_000), token);
    await expectExpired(verify(token, NOW + 86_400_000), token);
  });

  it('tells the caller the session, and nobody who logs, prints or serialises the error', async () => {
    const token = await mint();
    const error = await expectExpired(verify(token, NOW + 600_000), token);
    expect(expiredSessionOf(error)).toBe('session-1');
    expect(everythingShownOf(error)).not.toContain('session-1');
    expect(JSON.stringify({ error, cause: error.cause })).not.toContain('session-1');
  });

  it('is only told where everything else is right', async () => {
    const past = { exp: NOW_SECONDS - 1 };
    const wrong: [string, RefusalReason][] = [
      [forged({}, past, stranger.signer), 'signature'],
      [forged({}, { ...past, aud: 'https://elsewhere.example' }), 'aud'],
      [forged({}, { ...past, iss: 'https://elsewhere.example' }), 'iss'],
      [forged({}, { ...past, act: { sub: 'user_ada' } }), 'act'],
      [forged({}, { ...past, sid: '' }), 'sid'],
      [forged({}, { ...past, jti: 7 }), 'jti'],
      [forged({}, { ...past, access: 'admin' }), 'access'],
      [forged({}, { ...past, roles: 'USER' }), 'roles'],
      [forged({}, { ...past, nbf: NOW_SECONDS + 60 }), 'nbf'],
      [forged({}, { ...past, sub: undefined }), 'sub'],
      [forged({ typ: 'at+jwt' }, past), 'typ'],
    ];
    for (const [token, reason] of wrong) {
      expect(expiredSessionOf(await expectRefused(verify(token), reason, token))).toBeNull();
    }
    expect(expiredSessionOf(await expectExpired(verify(forged({}, past)), forged({}, past)))).toBe('session-1');
  });

  it('is null for errors of any other kind', () => {
    for (const other of [null, undefined, 'x', new Error('x'), new GatewayError('TOKEN_EXPIRED')]) {
      expect(expiredSessionOf(other)).toBeNull();
      expect(refusalReasonOf(other)).toBeNull();
    }
  });
});

describe('nbf and iat of an actor token', () => {
  it('may be ten seconds ahead, as of a replica whose clock is, and not a second more', async () => {
    await expect(verify(forged({}, { nbf: NOW_SECONDS + 10, iat: NOW_SECONDS + 10 }))).resolves.toBeDefined();
    await expectRefused(verify(forged({}, { nbf: NOW_SECONDS + 11 })), 'nbf');
    await expectRefused(verify(forged({}, { iat: NOW_SECONDS + 11 })), 'iat');
  });
});

it('a verifier and a minter show no key to an inspector', async () => {
  const parts = { keyring, issuer: ISSUER, audience: AUDIENCE };
  const shown = inspect(
    [createActorTokenMinter(parts), createActorTokenVerifier({ ...parts, clock: stoppedClock() })],
    {
      depth: 20,
      showHidden: true,
    },
  );
  expect(shown).not.toContain(String(ed.privateJwk.d));
});

describe('an actor token that was verified before', () => {
  it('is recalled by its digest until it expires, to the millisecond, and not where the clock was set back', async () => {
    const clock = stoppedClock(NOW + 1_000);
    const verifier = createActorTokenVerifier({ keyring, issuer: ISSUER, audience: AUDIENCE, clock });
    const token = await mint();
    const digest = tokenDigest(token);
    expect(verifier.recall(digest)).toBeNull();
    const claims = await verifier.verify(token);
    clock.time = claims.expiresAt - 1;
    expect(verifier.recall(digest)).toBe(claims);
    expect(verifier.recall(token)).toBeNull();
    clock.time = claims.expiresAt;
    expect(verifier.recall(digest)).toBeNull();
    clock.time = NOW + 999;
    expect(verifier.recall(digest)).toBeNull();
  });

  it('that was refused is never recalled', async () => {
    const verifier = createActorTokenVerifier({ keyring, issuer: ISSUER, audience: AUDIENCE, clock: stoppedClock() });
    const token = forged({}, { aud: 'https://elsewhere.example' });
    await expect(verifier.verify(token)).rejects.toThrow();
    expect(verifier.recall(tokenDigest(token))).toBeNull();
  });
});
