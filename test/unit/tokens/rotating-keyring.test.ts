import { describe, expect, it } from 'vitest';
import {
  createActorTokenMinter,
  createActorTokenVerifier,
  createIdentityAssertionMinter,
  KeyFileError,
  loadKeyring,
  PUBLISHED_FIRST_MS,
  RotatingKeyring,
  retireKey,
  rotateKeys,
  tokenDigest,
} from '../../../src/tokens/index.js';
import { createIdentityOnward } from '../../../src/upstreams/identity-onward.js';
import { AUDIENCE, ISSUER, session } from './actor-tokens.js';
import { NOW, NOW_SECONDS } from './expectations.js';
import { headerOf, pair } from './forge.js';
import { direct } from './identity-assertions.js';

const first = pair('EdDSA', 'first');
const second = pair('EdDSA', 'second');
const rsa = pair('RS256', 'rsa');

async function setting(keys: readonly object[] = [first.privateJwk]) {
  const clock = { at: NOW, now: () => clock.at };
  const keyring = await RotatingKeyring.open({ keys }, { algorithm: 'EdDSA', clock });
  const parties = { keyring, issuer: ISSUER, audience: AUDIENCE };
  const minter = createActorTokenMinter(parties);
  const mint = () => minter.mint({ session, subjectRoles: ['USER'], jti: 'token', boundTo: null, now: clock.at });
  const verifier = createActorTokenVerifier({ ...parties, clock });
  return { clock, keyring, mint, verifier };
}

const rotated = { keys: [second.privateJwk, first.privateJwk] };

describe('keys that came while the gateway ran', () => {
  it('verify at once, and sign when every process has had time to see them', async () => {
    const { clock, keyring } = await setting();
    expect(await keyring.take(rotated)).toMatchObject({ changed: true, gone: [] });
    expect(keyring.kid).toBe('first');
    expect([...keyring.verifyKeys.keys()].sort()).toEqual(['first', 'second']);
    clock.at += PUBLISHED_FIRST_MS - 1;
    expect(await keyring.take(rotated)).toEqual({ changed: false, gone: [], lostToTheTrail: [] });
    expect(keyring.kid).toBe('first');
    clock.at += 1;
    expect(await keyring.take(rotated)).toMatchObject({ changed: true });
    expect(keyring.kid).toBe('second');
  });

  it('sign at once where no other key can', async () => {
    const { keyring } = await setting();
    await keyring.take({ keys: [second.privateJwk, first.jwk] });
    expect(keyring.kid).toBe('second');
  });

  it('sign from the moment that they name, and not before', async () => {
    const { clock, keyring } = await setting();
    const keys = [{ ...second.privateJwk, signs_from: NOW_SECONDS + 300 }, first.privateJwk];
    clock.at += PUBLISHED_FIRST_MS;
    await keyring.take({ keys });
    clock.at = (NOW_SECONDS + 300) * 1_000 - 1;
    await keyring.take({ keys });
    expect(keyring.kid).toBe('first');
    clock.at += 1;
    await keyring.take({ keys });
    expect(keyring.kid).toBe('second');
  });

  it('sign at once where they name a moment that is past: whoever said so has shown them to others before', async () => {
    const { keyring } = await setting();
    await keyring.take({ keys: [{ ...second.privateJwk, signs_from: NOW_SECONDS - 300 }, first.privateJwk] });
    expect(keyring.kid).toBe('second');
  });

  it('are taken in again by themselves when their times come, the last good ones whatever came after', async () => {
    const { clock, keyring } = await setting();
    const keys = [
      { ...second.privateJwk, signs_from: NOW_SECONDS + 300 },
      { ...first.privateJwk },
      { ...rsa.jwk, tokens_until: NOW_SECONDS + 60 },
    ];
    await keyring.take({ keys });
    await expect(keyring.take({ keys: [] })).rejects.toThrow(KeyFileError);
    expect(await keyring.takeAgain()).toEqual({ changed: false, gone: [], lostToTheTrail: [] });
    clock.at = (NOW_SECONDS + 60) * 1_000;
    expect(await keyring.takeAgain()).toEqual({ changed: true, gone: ['rsa'], lostToTheTrail: [] });
    clock.at = (NOW_SECONDS + 300) * 1_000;
    expect(await keyring.takeAgain()).toMatchObject({ changed: true, gone: [] });
    expect(keyring.kid).toBe('second');
  });

  it('change nothing where one of them is refused, however it is', async () => {
    const { keyring, mint, verifier } = await setting();
    const token = await mint();
    const bad = [
      {},
      { keys: [] },
      { keys: [rsa.privateJwk] },
      { keys: [second.privateJwk, { kty: 'oct', k: 'AAAA' }] },
      { keys: [{ ...second.privateJwk, d: first.privateJwk.d }, first.privateJwk] },
      { keys: [{ ...second.privateJwk, d: first.privateJwk.d, signs_from: NOW_SECONDS + 300 }, first.privateJwk] },
      { keys: [{ ...second.privateJwk, signs_from: 'soon' }, first.privateJwk] },
      { keys: [{ ...second.jwk, tokens_until: -1 }, first.privateJwk] },
    ];
    for (const jwks of bad) await expect(keyring.take(jwks)).rejects.toBeInstanceOf(KeyFileError);
    expect(keyring.kid).toBe('first');
    expect([...keyring.verifyKeys.keys()]).toEqual(['first']);
    expect(verifier.recall(tokenDigest(token))).toBeNull();
    await expect(verifier.verify(token)).resolves.toMatchObject({ sessionId: session.id });
  });
});

describe('actor tokens across a rotation', () => {
  it('by the old key are accepted while it is there, by the new one as soon as it signs', async () => {
    const { clock, keyring, mint, verifier } = await setting();
    const old = await mint();
    await keyring.take(rotated);
    clock.at += PUBLISHED_FIRST_MS;
    await keyring.take(rotated);
    const fresh = await mint();
    expect([headerOf(old).kid, headerOf(fresh).kid]).toEqual(['first', 'second']);
    for (const token of [old, fresh]) await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('by a key that is gone are refused at once, also where they were verified before', async () => {
    const { keyring, mint, verifier } = await setting();
    const token = await mint();
    const digest = tokenDigest(token);
    await verifier.verify(token);
    expect(verifier.recall(digest)).not.toBeNull();
    expect(await keyring.take({ keys: [second.privateJwk] })).toEqual({
      changed: true,
      gone: ['first'],
      lostToTheTrail: ['first'],
    });
    expect(verifier.recall(digest)).toBeNull();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('by a retired key are accepted until its time is up, and not served then; the trail knows it for good', async () => {
    const { clock, keyring, mint, verifier } = await setting();
    const token = await mint();
    const keys = [second.privateJwk, { ...first.jwk, tokens_until: NOW_SECONDS + 60 }];
    await keyring.take({ keys });
    await expect(verifier.verify(token)).resolves.toBeDefined();
    clock.at = (NOW_SECONDS + 60) * 1_000;
    expect(await keyring.take({ keys })).toMatchObject({ gone: ['first'], lostToTheTrail: [] });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(keyring.publicJwks.keys.map(({ kid }) => kid)).toEqual(['second']);
    expect(keyring.trailJwks.keys.map(({ kid }) => kid)).toEqual(['second', 'first']);
    expect([...keyring.trailKeys.keys()]).toEqual(['second', 'first']);
  });

  it('what a service was told by a key that is gone is not told again', async () => {
    const { keyring } = await setting();
    const minter = createIdentityAssertionMinter({ keyring, issuer: ISSUER });
    const onward = createIdentityOnward({ minter, newId: () => 'id', keysInForce: () => keyring.verifyKeys });
    const told = async () => headerOf((await onward.assertionFor(direct(), 'orders', NOW)) ?? '').kid;
    expect(await told()).toBe('first');
    await keyring.take({ keys: [second.privateJwk] });
    expect(await told()).toBe('second');
  });
});

describe('rotating and retiring the keys of a file', () => {
  it('puts a key in front that signs later, and keeps everything else as it was', async () => {
    const before = { keys: [first.privateJwk, rsa.privateJwk], comment: 'ours' };
    const { jwks, kid, signsFrom } = await rotateKeys(before, 'EdDSA', NOW, 300);
    expect(signsFrom).toBe((NOW_SECONDS + 300) * 1_000);
    expect(jwks).toMatchObject({ comment: 'ours', keys: [{ kid, signs_from: NOW_SECONDS + 300 }, ...before.keys] });
    expect((await loadKeyring(jwks, { algorithm: 'EdDSA', now: NOW })).kid).toBe('first');
    expect((await loadKeyring(jwks, { algorithm: 'EdDSA', now: signsFrom })).kid).toBe(kid);
  });

  it('puts a key in front that signs at once where it is not to be published first', async () => {
    const { jwks, kid } = await rotateKeys({ keys: [first.privateJwk] }, 'EdDSA', NOW + 400, 0);
    expect((await loadKeyring(jwks, { algorithm: 'EdDSA', now: NOW + 400 })).kid).toBe(kid);
  });

  it('leaves of a retired key the public half alone', async () => {
    const request = { kid: 'first', algorithm: 'EdDSA', now: NOW, tokensSeconds: 60 } as const;
    const { jwks, retired, tokensUntil } = await retireKey(rotated, request);
    expect(retired).toEqual(first.privateJwk);
    expect(tokensUntil).toBe(NOW + 60_000);
    expect(JSON.stringify(jwks)).not.toContain(first.privateJwk.d);
    expect(jwks).toMatchObject({ keys: [{ kid: 'second' }, { ...first.jwk, tokens_until: NOW_SECONDS + 60 }] });
    await expect(retireKey(jwks, request)).rejects.toThrow('not there any more');
  });

  it('leaves nothing that is private of an RSA key either, whatever else is in it', async () => {
    const other = pair('RS256', 'other');
    const before = { keys: [other.privateJwk, { ...rsa.privateJwk, oth: 'AAAA', k: 'AAAA' }] };
    const { jwks } = await retireKey(before, { kid: 'rsa', algorithm: 'RS256', now: NOW, tokensSeconds: 60 });
    expect(jwks).toEqual({ keys: [other.privateJwk, { ...rsa.jwk, tokens_until: NOW_SECONDS + 60 }] });
  });

  it('retires no key that signs, or that is to sign alone, and none that there is not', async () => {
    const waiting = { keys: [{ ...second.privateJwk, signs_from: NOW_SECONDS + 300 }, first.privateJwk] };
    const request = { algorithm: 'EdDSA', now: NOW, tokensSeconds: 60 } as const;
    await expect(retireKey(rotated, { ...request, kid: 'second' })).rejects.toThrow('the key that signs now');
    await expect(retireKey(waiting, { ...request, kid: 'first' })).rejects.toThrow('the key that signs now');
    await expect(retireKey(rotated, { ...request, kid: 'third' })).rejects.toThrow('There is no key');
  });
});
