import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Tokens made without the code under test and without its JWS library, so that neither vouches for itself. */

export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };
export type JsonRecord = { readonly [name: string]: Json };

/** How the signature is really made, whatever the header says. */
export type Signer =
  | { readonly with: 'EdDSA' | 'RS256' | 'PS256' | 'ES256'; readonly key: KeyObject }
  | { readonly with: 'HS256'; readonly secret: string | Buffer }
  | { readonly with: 'nothing' };

export function base64url(text: string | Buffer): string {
  return Buffer.from(text).toString('base64url');
}

/** A compact JWS. Texts are taken as they are, objects become JSON. */
export function forge(header: JsonRecord | string, claims: JsonRecord | string, signer: Signer): string {
  const text = (part: JsonRecord | string) => base64url(typeof part === 'string' ? part : JSON.stringify(part));
  const input = `${text(header)}.${text(claims)}`;
  return `${input}.${base64url(signatureOf(Buffer.from(input), signer))}`;
}

export function signatureOf(input: Buffer, signer: Signer): Buffer {
  switch (signer.with) {
    case 'EdDSA':
      return sign(null, input, signer.key);
    case 'RS256':
      return sign('sha256', input, signer.key);
    case 'PS256':
      return sign('sha256', input, { key: signer.key, padding: 6, saltLength: 32 });
    case 'ES256':
      return sign('sha256', input, { key: signer.key, dsaEncoding: 'ieee-p1363' });
    case 'HS256':
      return createHmac('sha256', signer.secret).update(input).digest();
    case 'nothing':
      return Buffer.alloc(0);
  }
}

/** The header of a token, read without checks. */
export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

/** The claims of a token, read without checks. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

export interface Pair {
  readonly kid: string;
  readonly alg: 'EdDSA' | 'RS256' | 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Public members with kid, use and alg. */
  readonly jwk: JsonRecord;
  readonly privateJwk: JsonRecord;
  readonly signer: Signer;
}

/** @param bits of an RSA modulus */
export function pair(alg: Pair['alg'], kid: string, bits = 2048): Pair {
  const { privateKey, publicKey } = generate(alg, bits);
  const named = { kid, use: 'sig', alg };
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...(publicKey.export({ format: 'jwk' }) as JsonRecord), ...named },
    privateJwk: { ...(privateKey.export({ format: 'jwk' }) as JsonRecord), ...named },
    signer: { with: alg, key: privateKey },
  };
}

function generate(alg: Pair['alg'], bits: number): { privateKey: KeyObject; publicKey: KeyObject } {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: bits });
}
