import { describe, expect, it } from 'vitest';
import { createVerifyIdentity } from '../../../src/downstream/index.js';
import { ISSUER, keyring } from '../tokens/actor-tokens.js';
import { NOW } from '../tokens/expectations.js';
import { assertion, cleo, direct, impersonated, UPSTREAM } from '../tokens/identity-assertions.js';
import { bearing, expectRefusal, service } from './setting.js';

const REPLAYED = { code: 'TOKEN_INVALID', fault: 'jti' } as const;
/** As the gateway makes them: each with an id of its own. */
async function fresh(jti: string, at = NOW): Promise<string> {
  return (await assertion(direct(cleo), UPSTREAM, at, keyring, jti)).token;
}

describe('a service that takes no assertion twice', () => {
  it('takes each once, whoever sends it again; and others of the same person', async () => {
    const verify = service({ singleUse: true });
    const [first, second] = [await fresh('1'), await fresh('2')];
    expect(await verify(bearing(first))).toMatchObject({ viewer: { id: 'user_cleo' } });
    await expectRefusal(verify(bearing(first)), REPLAYED, first);
    await expectRefusal(verify({ headers: bearing(first) }), REPLAYED, first);
    expect(await verify(bearing(second))).toMatchObject({ viewer: { id: 'user_cleo' } });
    const { token } = await assertion(impersonated(), UPSTREAM, NOW, keyring, '3');
    expect(await verify(bearing(token))).toMatchObject({ actor: { id: 'user_ada' } });
    await expectRefusal(verify(bearing(token)), REPLAYED, token);
  });

  it('takes one of many that come in the same moment', async () => {
    const verify = service({ singleUse: true });
    const token = await fresh('1');
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => verify(bearing(token))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('may ask about one request as often as it likes, as long as it still is the same one', async () => {
    const verify = service({ singleUse: true });
    const request = { headers: bearing(await fresh('1')) };
    await verify(request);
    expect(await verify(request)).toMatchObject({ viewer: { id: 'user_cleo' } });
    const other = await fresh('2');
    await verify(bearing(other));
    request.headers = bearing(other);
    await expectRefusal(verify(request), REPLAYED, other);
  });

  it('takes none again as long as its age alone would let it: within the tolerance, too', async () => {
    let now = NOW;
    const verify = service({ singleUse: true, now: () => now });
    const token = await fresh('1');
    await verify(bearing(token));
    for (now = NOW; now < NOW + 64_999; now += 5_000) await expectRefusal(verify(bearing(token)), REPLAYED, token);
    now = NOW + 64_999;
    await verify(bearing(await fresh('2', NOW + 60_000)));
    await expectRefusal(verify(bearing(token)), REPLAYED, token);
    now = NOW + 65_000;
    await expectRefusal(verify(bearing(token)), { code: 'TOKEN_EXPIRED', fault: 'exp' }, token);
  });

  it('remembers no more than it is told to, refuses what it could not remember, and forgets what is over', async () => {
    let now = NOW;
    const verify = service({ singleUse: true, mostRemembered: 2, now: () => now });
    await verify(bearing(await fresh('1')));
    await verify(bearing(await fresh('2')));
    const third = await fresh('3');
    await expectRefusal(verify(bearing(third)), { code: 'KEYS_UNAVAILABLE', fault: 'jti' }, third);
    now = NOW + 65_000;
    expect(await verify(bearing(await fresh('4', now)))).toMatchObject({ viewer: { id: 'user_cleo' } });
  });

  it('remembers nothing of what is not valid: strangers cannot fill it, nor use up what is somebody else’s', async () => {
    const verify = service({ singleUse: true, mostRemembered: 1 });
    const token = await fresh('1');
    const forged = `${token.slice(0, -4)}AAAA`;
    await expectRefusal(verify(bearing(forged)), { code: 'TOKEN_INVALID', fault: 'signature' }, forged);
    const elsewhere = (await assertion(direct(cleo), 'reviews', NOW, keyring, '1')).token;
    await expectRefusal(verify(bearing(elsewhere)), { code: 'TOKEN_INVALID', fault: 'aud' }, elsewhere);
    expect(await verify(bearing(token))).toMatchObject({ viewer: { id: 'user_cleo' } });
  });

  it('lets nobody in as often as they come, and is what it was where it is not asked to', async () => {
    const verify = service({ singleUse: true });
    for (let again = 0; again < 3; again += 1) expect(await verify({})).toMatchObject({ viewer: null });
    const shared = service();
    const token = await fresh('1');
    for (let again = 0; again < 3; again += 1) await shared(bearing(token));
  });

  it.each([0, -1, 1.5, Number.NaN, '7'])('cannot be told to remember %s', (mostRemembered) => {
    const options = { issuer: ISSUER, audience: UPSTREAM, jwks: keyring.publicJwks, singleUse: true };
    expect(() => createVerifyIdentity({ ...options, mostRemembered: mostRemembered as number })).toThrow(TypeError);
  });
});
