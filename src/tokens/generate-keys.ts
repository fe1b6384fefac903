import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { MADE_AT } from './keyring.js';
import { MIN_RSA_BITS } from './public-key.js';
import type { SigningAlgorithm } from './signing-algorithm.js';

/**
 * A fresh key pair as a JWKS (RFC 7517 §5) WITH its private key: keep it out of logs and answers.
 * Its `kid` is the RFC 7638 SHA-256 thumbprint, so that two keys can never share one; its `iat` says when it was made.
 * @param algorithm `EdDSA` makes an Ed25519 key, `RS256` an RSA key of 2048 bits
 * @param now milliseconds since the epoch; by default the present
 */
export async function generateSigningKeys(
  algorithm: SigningAlgorithm,
  now: number = Date.now(),
): Promise<JSONWebKeySet> {
  const options = algorithm === 'RS256' ? { modulusLength: MIN_RSA_BITS } : { crv: 'Ed25519' };
  const { privateKey } = await generateKeyPair(algorithm, { ...options, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const made = { [MADE_AT]: Math.floor(now / 1_000) };
  return { keys: [{ kid, use: 'sig', alg: algorithm, ...made, ...jwk }] };
}
