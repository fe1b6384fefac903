import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { generateSigningKeys, KeyFileError, loadKeyring, SIGNING_ALGORITHMS } from '../../../src/tokens/index.js';
import { expectShowsNothingOf, rejectionOf } from './expectations.js';
import { type Json, type JsonRecord, pair } from './forge.js';

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const ed = pair('EdDSA', 'ed-1');
const ed2 = pair('EdDSA', 'ed-2');
const rsa = pair('RS256', 'rsa-1');
const ec = pair('ES256', 'ec-1');
const weak = pair('RS256', 'weak', 1024);
const okp = (type: 'ed448' | 'x25519') => {
  const { privateKey } = type === 'ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('x25519');
  return { ...privateKey.export({ format: 'jwk' }), kid: type };
};
const oct = { kty: 'oct', kid: 'o', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' };

async function faultOf(jwks: unknown, algorithm: 'EdDSA' | 'RS256' = 'EdDSA'): Promise<string> {
  const error = await rejectionOf(loadKeyring(jwks, { algorithm }));
  expect(error).toBeInstanceOf(KeyFileError);
  expectShowsNothingOf(error, secretsOf(jwks));
  return (error as Error).message;
}

/** Every string in the private members of every key. */
function secretsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (PRIVATE.includes(name) ? [inner] : []) : secretsOf(inner),
  );
}

describe.each(SIGNING_ALGORITHMS)('generated %s keys', (algorithm) => {
  it('form a JWKS of one private signing key named by its RFC 7638 thumbprint', async () => {
    const { keys } = await generateSigningKeys(algorithm);
    expect(keys).toHaveLength(1);
    const [key] = keys;
    expect(key).toMatchObject({ use: 'sig', alg: algorithm, d: expect.any(String) });
    expect(key?.kid).toBe(await calculateJwkThumbprint({ ...key }));
  });

  it('load into a keyring that signs and verifies with them', async () => {
    const jwks = await generateSigningKeys(algorithm);
    const keyring = await loadKeyring(jwks, { algorithm });
    expect(keyring).toMatchObject({ kid: jwks.keys[0]?.kid, algorithm });
    expect(keyring.signingKey.type).toBe('private');
    expect([...keyring.verifyKeys.keys()]).toEqual([keyring.kid]);
    expect(keyring.verifyKeys.get(keyring.kid)).toMatchObject({ algorithm });
    expect(keyring.verifyKeys.get(keyring.kid)?.key.type).toBe('public');
  });

  it('are Ed25519, as hard to break as 128 bits by NIST SP 800-57, or RSA of 2048 bits, as SDKs expect that know no other', async () => {
    const { keys } = await generateSigningKeys(algorithm);
    const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
    if (algorithm === 'RS256') expect(key.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    else expect(key.asymmetricKeyType).toBe('ed25519');
  });

  it('are fresh each time', async () => {
    const [one, two] = await Promise.all([generateSigningKeys(algorithm), generateSigningKeys(algorithm)]);
    expect(one.keys[0]?.kid).not.toBe(two.keys[0]?.kid);
  });
});

it('an Ed25519 key is named as RFC 8037 appendix A.3 names it', async () => {
  const key = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  };
  const keyring = await loadKeyring({ keys: [key] }, { algorithm: 'EdDSA' });
  expect(keyring.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

describe('a keyring', () => {
  it('signs with the first key of the selected algorithm and verifies with all', async () => {
    const jwks = { keys: [rsa.privateJwk, ed.privateJwk, ed2.privateJwk] };
    const eddsa = await loadKeyring(jwks, { algorithm: 'EdDSA' });
    expect(eddsa).toMatchObject({ kid: 'ed-1', algorithm: 'EdDSA' });
    expect(createPublicKey(eddsa.signingKey).equals(ed.publicKey)).toBe(true);
    expect([...eddsa.verifyKeys].map(([kid, key]) => [kid, key.algorithm])).toEqual([
      ['rsa-1', 'RS256'],
      ['ed-1', 'EdDSA'],
      ['ed-2', 'EdDSA'],
    ]);
    expect(await loadKeyring(jwks, { algorithm: 'RS256' })).toMatchObject({ kid: 'rsa-1', algorithm: 'RS256' });
  });

  it('takes public keys for verifying alone', async () => {
    const keyring = await loadKeyring({ keys: [ed.privateJwk, ed2.jwk, rsa.jwk] }, { algorithm: 'EdDSA' });
    expect([...keyring.verifyKeys.keys()]).toEqual(['ed-1', 'ed-2', 'rsa-1']);
  });

  it('never publishes a private member, whatever else a key in the file holds', async () => {
    const extra = { x5c: ['MIIB'], 'x-internal': 'note', k: 'AAAA' };
    const keyring = await loadKeyring(
      {
        keys: [
          { ...ed.privateJwk, ...extra },
          { ...rsa.privateJwk, ...extra },
        ],
      },
      { algorithm: 'EdDSA' },
    );
    expect(keyring.publicJwks).toEqual({ keys: [ed.jwk, rsa.jwk] });
    const text = JSON.stringify(keyring.publicJwks);
    for (const secret of [...secretsOf(ed.privateJwk), ...secretsOf(rsa.privateJwk)])
      expect(text).not.toContain(secret);
    for (const key of keyring.publicJwks.keys)
      expect(Object.keys(key).filter((name) => PRIVATE.includes(name))).toEqual([]);
  });

  it('is frozen, its public keys at every level', async () => {
    const keyring = await loadKeyring({ keys: [ed.privateJwk] }, { algorithm: 'EdDSA' });
    expect(
      [keyring, keyring.publicJwks, keyring.publicJwks.keys, keyring.publicJwks.keys[0]].every(Object.isFrozen),
    ).toBe(true);
  });

  it('shows no key material to an inspector or a serialiser', async () => {
    const keyring = await loadKeyring({ keys: [ed.privateJwk, rsa.privateJwk] }, { algorithm: 'EdDSA' });
    const shown = inspect(keyring, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(keyring);
    for (const secret of [...secretsOf(ed.privateJwk), ...secretsOf(rsa.privateJwk)])
      expect(shown).not.toContain(secret);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 'x', /not a JWKS/],
    ['null', null, /not a JWKS/],
    ['a list', [ed.privateJwk], /not a JWKS/],
    ['a bare key', ed.privateJwk, /not a JWKS/],
    ['no keys', { keys: [] }, /not a JWKS/],
    ['keys that are no list', { keys: { 0: ed.privateJwk } }, /not a JWKS/],
    ['a key that is no object', { keys: [ed.privateJwk, 'x'] }, /Key 2 .* not a JSON object/],
    ['a symmetric key', { keys: [ed.privateJwk, oct] }, /Key 2 .* symmetric/],
    ['a symmetric key alone', { keys: [oct] }, /Key 1 .* symmetric/],
    ['a key without kty', { keys: [without(ed.privateJwk, 'kty')] }, /Key 1 .* kty/],
    ['a kty of an object prototype', { keys: [{ ...ed.privateJwk, kty: 'constructor' }] }, /Key 1 .* kty/],
    ['an RSA key of 1024 bits', { keys: [ed.privateJwk, weak.privateJwk] }, /Key 2 .* below 2048 bits/],
    ['a public RSA key of 1024 bits', { keys: [ed.privateJwk, weak.jwk] }, /Key 2 .* below 2048 bits/],
    ['an RSA exponent of 1', { keys: [ed.privateJwk, { ...rsa.jwk, e: 'AQ' }] }, /Key 2 .* exponent/],
    ['an even RSA exponent', { keys: [ed.privateJwk, { ...rsa.jwk, e: 'AQAA' }] }, /Key 2 .* exponent/],
    ['an Ed448 key', { keys: [ed.privateJwk, okp('ed448')] }, /Key 2 .* neither an Ed25519 nor an RSA key/],
    ['an X25519 key', { keys: [okp('x25519')] }, /Key 1 .* neither an Ed25519 nor an RSA key/],
    ['an elliptic curve key', { keys: [ed.privateJwk, ec.privateJwk] }, /Key 2 .* neither an Ed25519 nor an RSA key/],
    ['a public first key', { keys: [ed.jwk, ed2.privateJwk] }, /Key 1 .* private part is missing/],
    ['two keys with one kid', { keys: [ed.privateJwk, { ...ed2.privateJwk, kid: 'ed-1' }] }, /Key 2 .* same kid/],
    [
      'one key twice, without kid',
      { keys: [without(ed.privateJwk, 'kid'), without(ed.privateJwk, 'kid')] },
      /same kid/,
    ],
    ['a kid that is no string', { keys: [{ ...ed.privateJwk, kid: 7 }] }, /Key 1 .* kid/],
    ['an empty kid', { keys: [{ ...ed.privateJwk, kid: '' }] }, /Key 1 .* kid/],
    ['a contradicting alg', { keys: [{ ...ed.privateJwk, alg: 'RS256' }] }, /Key 1 .* alg is not EdDSA/],
    ['another RSA alg', { keys: [ed.privateJwk, { ...rsa.privateJwk, alg: 'PS256' }] }, /Key 2 .* alg is not RS256/],
    ['a symmetric alg', { keys: [ed.privateJwk, { ...rsa.privateJwk, alg: 'HS256' }] }, /Key 2 .* alg is not RS256/],
    ['an encryption key', { keys: [{ ...ed.privateJwk, use: 'enc' }] }, /Key 1 .* use/],
    ['key_ops for something else', { keys: [{ ...ed.privateJwk, key_ops: ['deriveBits'] }] }, /Key 1 .* key_ops/],
    ['key_ops that is no list', { keys: [{ ...ed.privateJwk, key_ops: 'sign' }] }, /Key 1 .* key_ops/],
    ['a truncated public part', { keys: [{ ...ed.privateJwk, x: 'AAAA' }] }, /Key 1 .* malformed/],
    ['a missing public part', { keys: [without(ed.privateJwk, 'x')] }, /Key 1 .* public member is missing/],
    ['a private part that is no string', { keys: [{ ...ed.privateJwk, d: 7 }] }, /Key 1 .* private part is malformed/],
    ['a truncated private part', { keys: [{ ...ed.privateJwk, d: 'AAAA' }] }, /Key 1 .* private part is malformed/],
    [
      'the private part of another key',
      { keys: [{ ...ed.privateJwk, d: ed2.privateJwk.d }] },
      /do not belong together/,
    ],
  ])('refuses %s, telling the operator why and quoting no key', async (_, jwks, why) => {
    expect(await faultOf(jwks)).toMatch(why);
  });

  it.each<[string, JsonRecord]>([
    ['may sign', { key_ops: ['sign'] }],
    ['may verify', { key_ops: ['verify'] }],
    ['may do more than that', { key_ops: ['deriveBits', 'sign'] }],
    ['signs from the beginning of time on', { signs_from: 0 }],
  ])('takes a key that says that it %s', async (_, more) => {
    const keyring = await loadKeyring({ keys: [{ ...ed.privateJwk, ...more }] }, { algorithm: 'EdDSA' });
    expect(keyring.kid).toBe('ed-1');
  });

  it('takes an RSA exponent of 3, the smallest that is one', async () => {
    const { keys } = (await loadKeyring({ keys: [ed.privateJwk, { ...rsa.jwk, e: 'Aw' }] }, { algorithm: 'EdDSA' }))
      .publicJwks;
    expect(keys[1]).toMatchObject({ kid: 'rsa-1', e: 'Aw' });
  });

  it('never signs with a key that was retired, though its private half is still there', async () => {
    const now = 1_700_000_000_000;
    for (const tokens_until of [0, now / 1_000 + 60]) {
      const keys = [{ ...ed.privateJwk, tokens_until }, ed2.privateJwk];
      expect((await loadKeyring({ keys }, { algorithm: 'EdDSA', now })).kid).toBe('ed-2');
      const error = await rejectionOf(loadKeyring({ keys: keys.slice(0, 1) }, { algorithm: 'EdDSA', now }));
      expect((error as Error).message).toMatch(/none for EdDSA/);
    }
  });

  it('refuses the private part of another RSA key', async () => {
    const other = pair('RS256', 'other');
    expect(await faultOf({ keys: [{ ...other.privateJwk, n: rsa.jwk.n, e: rsa.jwk.e }] }, 'RS256')).toMatch(
      /do not belong together|malformed/,
    );
  });

  it('refuses a file without a key of the selected algorithm, naming the algorithm', async () => {
    expect(await faultOf({ keys: [ed.privateJwk] }, 'RS256')).toMatch(/none for RS256/);
    expect(await faultOf({ keys: [rsa.privateJwk] }, 'EdDSA')).toMatch(/none for EdDSA/);
  });
});

function without(record: JsonRecord, name: string): { [name: string]: Json } {
  const { [name]: _, ...rest } = record;
  return rest;
}
