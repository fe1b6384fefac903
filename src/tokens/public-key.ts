import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { type JsonObject, member } from './compact-token.js';

/** RFC 7518 §3.3 and §3.5. */
export const MIN_RSA_BITS = 2_048;

/** The members that make up a public key, by key type; nothing outside this list is ever copied from a JWK. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  OKP: ['crv', 'x'],
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
};
/** RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** A key that must not be used, in words that do not quote it. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
}

/** Whether a JWK holds anything that must stay secret. */
export function hasPrivateMembers(jwk: JsonObject): boolean {
  return PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name));
}

/**
 * The public key of an asymmetric JWK (RFC 7517), whatever else the JWK holds.
 * @throws UnusableKeyError for a symmetric, unknown, malformed or weak key
 */
export function publicKeyOf(jwk: JsonObject): KeyObject {
  const kty = member(jwk, 'kty');
  if (kty === 'oct') throw new UnusableKeyError('it is symmetric');
  const names = typeof kty === 'string' && Object.hasOwn(PUBLIC_MEMBERS, kty) ? PUBLIC_MEMBERS[kty] : undefined;
  if (typeof kty !== 'string' || names === undefined) throw new UnusableKeyError('its kty is not RSA, EC or OKP');
  const members = names.map((name) => [name, member(jwk, name)] as const);
  if (members.some(([, value]) => typeof value !== 'string')) throw new UnusableKeyError('a public member is missing');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: { kty, ...Object.fromEntries(members) }, format: 'jwk' });
  } catch {
    // The reason the library gives may quote the key.
    throw new UnusableKeyError('it is malformed');
  }
  checkStrength(key);
  return key;
}

/** The public members of a key in their one canonical spelling. */
export function publicMembers(key: KeyObject): JWK {
  return key.export({ format: 'jwk' });
}

function checkStrength(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa') return;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) throw new UnusableKeyError(`it is an RSA key below ${MIN_RSA_BITS} bits`);
  // With an exponent of 1 anything is its own signature; an even one is no RSA key at all.
  if (publicExponent < 3n || publicExponent % 2n === 0n) throw new UnusableKeyError('its RSA exponent is not safe');
}
