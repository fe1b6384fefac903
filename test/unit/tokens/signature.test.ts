import { generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCompactToken } from '../../../src/tokens/compact-token.js';
import { checkSignature } from '../../../src/tokens/signature.js';
import { ISSUER_ALGORITHMS } from '../../../src/tokens/trusted-issuer.js';

interface Signed {
  readonly text: string;
  readonly publicKey: CryptoKey;
}

const signed = new Map<string, Signed>();

beforeAll(async () => {
  for (const alg of ISSUER_ALGORITHMS) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const text = await new CompactSign(Buffer.from('{"sub":"somebody"}')).setProtectedHeader({ alg }).sign(privateKey);
    signed.set(alg, { text, publicKey });
  }
});

const check = async (...about: Parameters<typeof checkSignature>) => checkSignature(...about);
const judged = (text: string, key: Parameters<typeof checkSignature>[1], algorithm: string) =>
  check(parseCompactToken(text), key, algorithm).then(
    () => 'holds',
    (error) => error.code,
  );
const of = (alg: string): Signed => signed.get(alg) as Signed;
/** EdDSA and Ed25519 are two names of one thing. */
const sameThing = (one: string, other: string) =>
  one === other || [one, other].sort().join() === 'EdDSA,Ed25519'.split(',').sort().join();

describe('a signature', () => {
  it.each(ISSUER_ALGORITHMS)(
    'by %s, made by a library that nobody here wrote, holds under its key and that algorithm',
    async (alg) => {
      const { text, publicKey } = of(alg);
      expect(await judged(text, publicKey, alg)).toBe('holds');
    },
  );

  it.each(ISSUER_ALGORITHMS)(
    'by %s holds under no other algorithm, with its own key or with any other',
    async (alg) => {
      const { text, publicKey } = of(alg);
      for (const other of ISSUER_ALGORITHMS) {
        if (sameThing(alg, other)) continue;
        expect([other, await judged(text, publicKey, other)]).toEqual([other, 'TOKEN_INVALID']);
        expect([other, await judged(text, of(other).publicKey, other)]).toEqual([other, 'TOKEN_INVALID']);
        expect([other, await judged(text, of(other).publicKey, alg)]).toEqual([other, 'TOKEN_INVALID']);
      }
    },
  );

  it.each(ISSUER_ALGORITHMS)(
    'by %s does not hold where a bit of what was signed, or of itself, is another, nor cut short, nor empty',
    async (alg) => {
      const { text, publicKey } = of(alg);
      const [header = '', payload = '', signature = ''] = text.split('.');
      const bytes = Buffer.from(signature, 'base64url');
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ 1;
        expect(await judged(`${header}.${payload}.${changed.toString('base64url')}`, publicKey, alg)).toBe(
          'TOKEN_INVALID',
        );
      }
      for (const other of [
        bytes.subarray(1),
        bytes.subarray(0, -1),
        Buffer.concat([bytes, Buffer.alloc(1)]),
        Buffer.alloc(bytes.length),
        Buffer.alloc(1),
      ]) {
        expect(await judged(`${header}.${payload}.${other.toString('base64url')}`, publicKey, alg)).toBe(
          'TOKEN_INVALID',
        );
      }
      const elsewhere = Buffer.from('{"sub":"somebodx"}').toString('base64url');
      expect(await judged(`${header}.${elsewhere}.${signature}`, publicKey, alg)).toBe('TOKEN_INVALID');
    },
  );

  it.each(['none', 'HS256', 'HS512', 'RS1', '', 'constructor', 'ES256K', 'eddsa'])(
    'is never judged by %o',
    async (alg) => {
      for (const each of ISSUER_ALGORITHMS)
        expect(await judged(of(each).text, of(each).publicKey, alg)).toBe('TOKEN_INVALID');
    },
  );

  it('on another curve than its algorithm’s does not hold, though all else is right', async () => {
    for (const [alg, digest, namedCurve] of [
      ['ES256', 'sha256', 'secp384r1'],
      ['ES384', 'sha384', 'prime256v1'],
      ['ES256', 'sha256', 'secp256k1'],
    ] as const) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      const input = `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${Buffer.from('{}').toString('base64url')}`;
      const signature = sign(digest, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(await judged(`${input}.${signature.toString('base64url')}`, publicKey, alg)).toBe('TOKEN_INVALID');
    }
  });

  it('that cannot be judged at all does not hold', async () => {
    const keyOf = (asymmetricKeyType: string, namedCurve?: string): KeyObject =>
      Object.create(KeyObject.prototype, {
        type: { value: 'public' },
        asymmetricKeyType: { value: asymmetricKeyType },
        asymmetricKeyDetails: { value: { namedCurve } },
      });
    for (const [alg, key] of [
      ['EdDSA', keyOf('ed25519')],
      ['RS256', keyOf('rsa')],
      ['ES256', keyOf('ec', 'prime256v1')],
      ['ES384', keyOf('ec', 'secp384r1')],
    ] as const) {
      expect([alg, await judged(of(alg).text, key, alg)]).toEqual([alg, 'TOKEN_INVALID']);
    }
  });

  it('is not verified with a private or a secret key', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const text = await new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey);
    expect(await judged(text, privateKey, 'EdDSA')).toBe('TOKEN_INVALID');
    const secret = (await importJWK({ kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA' }, 'HS256')) as
      | CryptoKey
      | Uint8Array;
    await expect(judged(text, secret as CryptoKey, 'EdDSA')).resolves.toBe('TOKEN_INVALID');
    expect((await exportJWK(of('ES256').publicKey)).crv).toBe('P-256');
  });
});
