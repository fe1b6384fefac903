import { describe, expect, it } from 'vitest';
import { expectRefused, NOW_SECONDS } from './expectations.js';
import type { Json } from './forge.js';
import { DELEGATE, forged, ISSUER, verify, verifyWith } from './session-tokens.js';

describe('an act claim in a session token', () => {
  const act = { sub: 'user_sam', iss: ISSUER };

  it('is refused, even empty or null, from an issuer that may not delegate', async () => {
    for (const value of [act, {}, null, 'user_sam', false])
      await expectRefused(verify(forged({}, { act: value })), 'act');
    await expectRefused(verifyWith({ acceptActorClaim: false }, forged({}, { act })), 'act');
  });

  it('names no actor whom its issuer may not name, by the beginning of the id', async () => {
    const may = { acceptActorClaim: true, subjectPrefix: 'staff_' };
    const token = (sub: string, actor: string) => forged({}, { sub, act: { sub: actor } });
    await expectRefused(verifyWith(may, token('staff_cleo', 'user_ada')), 'act');
    await expectRefused(verifyWith(may, token('user_cleo', 'staff_ada')), 'sub');
    expect((await verifyWith(may, token('staff_cleo', 'staff_ada'))).act).toMatchObject({ sub: 'staff_ada' });
  });

  it('names the actor where the issuer may delegate', async () => {
    await expect(verify(forged({}, { iss: DELEGATE, act }))).resolves.toMatchObject({ act, access: null });
    const bare = { iss: DELEGATE, act: { sub: 'user_sam', client: 'x' } };
    await expect(verify(forged({}, bare))).resolves.toMatchObject({ act: { sub: 'user_sam', iss: null } });
  });

  it('tells of the actor’s sign-in, which that of the subject never stands in for', async () => {
    const signedIn = { auth_time: NOW_SECONDS - 60, amr: ['pwd', 'mfa'] };
    const inside = forged({}, { iss: DELEGATE, act: { ...act, ...signedIn } });
    const told = { authTime: NOW_SECONDS - 60, amr: ['pwd', 'mfa'] };
    await expect(verify(inside)).resolves.toMatchObject({ act: told, authTime: null, amr: [] });
    const outside = forged({}, { iss: DELEGATE, act, ...signedIn });
    await expect(verify(outside)).resolves.toMatchObject({ act: { authTime: null, amr: [] }, ...told });
  });

  it.each<['auth_time' | 'amr', Json]>([
    ['auth_time', { auth_time: 'today' }],
    ['auth_time', { auth_time: null }],
    ['auth_time', { auth_time: NOW_SECONDS + 60 }],
    ['amr', { amr: 'mfa' }],
    ['amr', { amr: ['mfa', 7] }],
  ])('is refused with a malformed %s in it: %j', async (claim, more) => {
    await expectRefused(verify(forged({}, { iss: DELEGATE, act: { ...act, ...Object(more) } })), claim);
  });

  it.each<Json>([
    null,
    'user_sam',
    [],
    {},
    { iss: ISSUER },
    { sub: '' },
    { sub: 7 },
    { sub: 'a\nb' },
    { sub: 'user_sam', iss: '' },
    { sub: 'user_sam', iss: 7 },
    { sub: 'user_sam', iss: null },
    { sub: 'user_sam', act: { sub: 'user_ada' } },
    { sub: 'user_sam', act: null },
  ])('is refused even then as %j', async (value) => {
    await expectRefused(verify(forged({}, { iss: DELEGATE, act: value })), 'act');
  });

  it('comes with the access the issuer grants, and with no other word for it', async () => {
    for (const access of ['full', 'read_only']) {
      await expect(verify(forged({}, { iss: DELEGATE, act, access }))).resolves.toMatchObject({ access });
    }
    for (const access of ['FULL', '', null, true, ['full'], 'write']) {
      await expectRefused(verify(forged({}, { iss: DELEGATE, act, access })), 'access');
    }
  });

  it('alone gives access a meaning: without it the claim is somebody else’s and not read', async () => {
    await expect(verify(forged({}, { access: 'full' }))).resolves.toMatchObject({ access: null });
    await expect(verify(forged({}, { access: 7 }))).resolves.toMatchObject({ access: null });
  });
});
