import { type BinaryLike, constants, KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { CryptoKey } from 'jose';
import type { UnverifiedToken } from './compact-token.js';
import { refusal } from './refusal.js';

interface Scheme {
  /** Null: the algorithm hashes by itself. */
  readonly digest: string | null;
  readonly keyType: 'ed25519' | 'rsa' | 'ec';
  readonly curve?: string;
  readonly options?: Partial<VerifyKeyObjectInput>;
  /** On curves without a fast implementation a verification takes a millisecond, in which others should go on. */
  readonly isSlow?: true;
}

const rsa = (digest: string): Scheme => ({
  digest,
  keyType: 'rsa',
  options: { padding: constants.RSA_PKCS1_PADDING },
});
/** RFC 7518 §3.5: the salt is as long as the hash. */
const pss = (digest: string): Scheme => ({
  digest,
  keyType: 'rsa',
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
});
/** RFC 7518 §3.4: R and S side by side, not in DER. */
const ecdsa = (digest: string, curve: string): Scheme => ({
  digest,
  keyType: 'ec',
  curve,
  options: { dsaEncoding: 'ieee-p1363' },
});
const ED25519: Scheme = { digest: null, keyType: 'ed25519' };

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864. What is not here is not verified. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['EdDSA', ED25519],
  ['Ed25519', ED25519],
  ['RS256', rsa('sha256')],
  ['RS384', rsa('sha384')],
  ['RS512', rsa('sha512')],
  ['PS256', pss('sha256')],
  ['PS384', pss('sha384')],
  ['PS512', pss('sha512')],
  ['ES256', ecdsa('sha256', 'prime256v1')],
  ['ES384', { ...ecdsa('sha384', 'secp384r1'), isSlow: true }],
  ['ES512', { ...ecdsa('sha512', 'secp521r1'), isSlow: true }],
]);

const verifyBeside = promisify(
  (
    digest: string | null,
    data: Buffer,
    key: KeyObject | VerifyKeyObjectInput,
    signature: Buffer,
    done: (error: Error | null, holds: boolean) => void,
  ) => verify(digest as string, data, key, signature, done),
);

const keyObjects = new WeakMap<CryptoKey, KeyObject>();

/** Null for what is no key. */
function keyObjectOf(key: CryptoKey | KeyObject): KeyObject | null {
  if (key instanceof KeyObject) return key;
  const known = keyObjects.get(key);
  if (known !== undefined) return known;
  try {
    const object = KeyObject.from(key as Parameters<typeof KeyObject.from>[0]);
    keyObjects.set(key, object);
    return object;
  } catch {
    return null;
  }
}

/** A key is good for one family of algorithms: else an RSA key could be read as something it is not. */
function fits(key: KeyObject, { keyType, curve }: Scheme): boolean {
  return (
    key.type === 'public' &&
    key.asymmetricKeyType === keyType &&
    (curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve)
  );
}

/**
 * Refuses a token that `key` did not sign with exactly `algorithm`, which the caller has taken from its own trust
 * material, never from the token (RFC 8725 §3.1). Gives a promise only where verifying takes long.
 * @throws GatewayError TOKEN_INVALID
 */
export function checkSignature(
  token: Pick<UnverifiedToken, 'text'>,
  key: CryptoKey | KeyObject,
  algorithm: string,
): void | Promise<void> {
  const scheme = SCHEMES.get(algorithm);
  const object = keyObjectOf(key);
  if (scheme === undefined || object === null || !fits(object, scheme)) throw refusal('signature');
  const end = token.text.lastIndexOf('.');
  const signed = Buffer.from(token.text.slice(0, end), 'ascii');
  const signature = Buffer.from(token.text.slice(end + 1), 'base64url');
  const input = scheme.options === undefined ? object : { key: object, ...scheme.options };
  if (scheme.isSlow) return verifyBeside(scheme.digest, signed, input, signature).then(demand, () => demand(false));
  let holds = false;
  try {
    holds = verify(scheme.digest, signed, input, signature as Buffer & BinaryLike);
  } catch {
    // What cannot be verified does not hold.
  }
  demand(holds);
}

function demand(holds: boolean): void {
  if (!holds) throw refusal('signature');
}
