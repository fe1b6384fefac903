import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import type { SigningAlgorithm } from './signing-algorithm.js';

/** As hard to break as an Ed25519 key, about 128 bits (NIST SP 800-57 part 1, table 2). Keys of others may be shorter: see public-key.ts. */
const RSA_BITS = 3_072;

/**
 * A fresh key pair as a JWKS (RFC 7517 §5) WITH its private key: keep it out of logs and answers.
 * Its `kid` is the RFC 7638 SHA-256 thumbprint, so that two keys can never share one.
 * @param algorithm `EdDSA` makes an Ed25519 key, `RS256` an RSA key of 3072 bits
 */
export async function generateSigningKeys(algorithm: SigningAlgorithm): Promise<JSONWebKeySet> {
  const options = algorithm === 'RS256' ? { modulusLength: RSA_BITS } : { crv: 'Ed25519' };
  const { privateKey } = await generateKeyPair(algorithm, { ...options, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { keys: [{ kid, use: 'sig', alg: algorithm, ...jwk }] };
}
