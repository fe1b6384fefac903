import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { forge, type JsonRecord, type Signer } from '../unit/tokens/forge.js';
import { notePrivateKeys, noteSecret } from './record.js';

/** What a proof is made of. */
export interface ProofOf {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  /** Milliseconds since the epoch; now where absent. */
  readonly now?: number;
  /** Members in place of the right ones; undefined: the member is left out. */
  readonly header?: JsonRecord;
  readonly claims?: JsonRecord;
}

/** A client that holds a key: its proofs are made without the code under test and without its library. */
export interface Prover {
  /** RFC 7638, written out. */
  readonly thumbprint: string;
  readonly jwk: JsonRecord;
  readonly privateJwk: JsonRecord;
  readonly signer: Signer;
  proof(of: ProofOf): string;
}

export type ProverAlgorithm = 'ES256' | 'EdDSA' | 'RS256' | 'PS256';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** @param bits of an RSA modulus */
export function createProver(alg: ProverAlgorithm = 'ES256', bits = 2_048): Prover {
  const { publicKey, privateKey } = keysFor(alg, bits);
  const jwk = publicKey.export({ format: 'jwk' }) as JsonRecord;
  const privateJwk = privateKey.export({ format: 'jwk' }) as JsonRecord;
  notePrivateKeys({ keys: [privateJwk] });
  const signer: Signer = { with: alg, key: privateKey };
  return {
    thumbprint: thumbprintOf(jwk),
    jwk,
    privateJwk,
    signer,
    proof({ method, url, token, now = Date.now(), header = {}, claims = {} }) {
      const proof = forge(
        { typ: 'dpop+jwt', alg, jwk, ...header },
        { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(now / 1_000), ath: sha256(token), ...claims },
        signer,
      );
      noteSecret('token', proof);
      return proof;
    },
  };
}

/** The required members alone, in the order of their names. */
export function thumbprintOf({ kty = '', crv = '', x = '', y = '', n = '', e = '' }: JsonRecord): string {
  if (kty === 'RSA') return sha256(JSON.stringify({ e, kty, n }));
  return sha256(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }));
}

function keysFor(alg: ProverAlgorithm, bits: number): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: bits });
}
