import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { isJsonObject, type JsonObject, member } from './compact-token.js';
import { KeyFileError } from './key-file-error.js';
import { publicKeyOf, publicMembers, UnusableKeyError } from './public-key.js';
import { algorithmOfKey, type SigningAlgorithm } from './signing-algorithm.js';

/** A key that verifies what this gateway signed, with the one algorithm it may be used with (RFC 8725 §3.1). */
export interface VerifyKey {
  readonly key: KeyObject;
  readonly algorithm: SigningAlgorithm;
}

/** What `/.well-known/jwks.json` serves. Holds public members only, by construction. */
export interface PublicJwks {
  readonly keys: readonly Readonly<JWK>[];
}

/** The gateway's own keys. One signs; all of them verify, so that tokens outlive a rotation. */
export interface Keyring {
  /** Private. Opaque to inspectors and serialisers; never export it. */
  readonly signingKey: KeyObject;
  /** `kid` of the signing key. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly verifyKeys: ReadonlyMap<string, VerifyKey>;
  /** Deeply frozen. */
  readonly publicJwks: PublicJwks;
}

const PROBE = Buffer.from('impersonation-gateway/key-probe/v1');

interface LoadedKey extends VerifyKey {
  readonly kid: string;
  readonly jwk: JsonObject;
  /** Its place in the file, from 1: how a message names it without quoting it. */
  readonly place: number;
}

/**
 * Reads a JWKS (RFC 7517 §5) into a keyring. The first key of the selected algorithm signs and must be private; every
 * key verifies. A key without `kid` gets its RFC 7638 thumbprint.
 * @param jwksJson the parsed JSON of a key file
 * @throws KeyFileError naming the key by its place where any key is symmetric, weak, malformed, of another algorithm
 *   than EdDSA or RS256, contradicts its own `alg`, `use` or `key_ops`, or shares its `kid`; or where none can sign.
 *   One bad key refuses the whole file: a file that is half understood is a mistake to mend, not to work round.
 */
export async function loadKeyring(
  jwksJson: unknown,
  options: { readonly algorithm: SigningAlgorithm },
): Promise<Keyring> {
  const entries = isJsonObject(jwksJson) ? member(jwksJson, 'keys') : undefined;
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new KeyFileError('The signing keys are not a JWKS: a JSON object with a non-empty list "keys" is needed.');
  }
  const keys = await Promise.all(entries.map((entry: unknown, index) => loadKey(entry, index + 1)));
  const verifyKeys = new Map<string, LoadedKey>();
  for (const key of keys) {
    if (verifyKeys.has(key.kid)) throw unusable(key.place, 'it has the same kid as an earlier key');
    verifyKeys.set(key.kid, key);
  }
  const first = keys.find(({ algorithm }) => algorithm === options.algorithm);
  if (first === undefined) {
    throw new KeyFileError(`The signing keys hold none for ${options.algorithm}, the selected algorithm.`);
  }
  return Object.freeze({
    signingKey: privateKeyOf(first),
    kid: first.kid,
    algorithm: first.algorithm,
    verifyKeys: new Map(keys.map(({ kid, key, algorithm }) => [kid, Object.freeze({ key, algorithm })])),
    publicJwks: Object.freeze({ keys: Object.freeze(keys.map(publicJwk)) }),
  });
}

async function loadKey(jwk: unknown, place: number): Promise<LoadedKey> {
  if (!isJsonObject(jwk)) throw unusable(place, 'it is not a JSON object');
  const key = usablePublicKey(jwk, place);
  const algorithm = algorithmOfKey(jwk);
  if (algorithm === null) throw unusable(place, 'it is neither an Ed25519 nor an RSA key');
  const { alg = algorithm, use = 'sig', key_ops: operations } = jwk;
  if (alg !== algorithm) throw unusable(place, `its alg is not ${algorithm}`);
  if (use !== 'sig') throw unusable(place, 'its use is not "sig"');
  if (operations !== undefined && !(Array.isArray(operations) && operations.some(isSignatureOperation))) {
    throw unusable(place, 'its key_ops allow neither "sign" nor "verify"');
  }
  const kid = member(jwk, 'kid') ?? (await calculateJwkThumbprint(publicMembers(key)));
  if (typeof kid !== 'string' || kid === '') throw unusable(place, 'its kid is not a string');
  return { kid, key, algorithm, jwk, place };
}

function usablePublicKey(jwk: JsonObject, place: number): KeyObject {
  try {
    return publicKeyOf(jwk);
  } catch (error) {
    throw unusable(place, error instanceof UnusableKeyError ? error.message : 'it is malformed');
  }
}

/** The private key, proven to belong to its public part: else nobody could verify what it signs. */
function privateKeyOf({ jwk, key, algorithm, place }: LoadedKey): KeyObject {
  if (!Object.hasOwn(jwk, 'd')) throw unusable(place, 'it is to sign, and its private part is missing');
  const digest = algorithm === 'RS256' ? 'sha256' : null;
  let signingKey: KeyObject;
  let matches: boolean;
  try {
    signingKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    matches = verify(digest, PROBE, key, sign(digest, PROBE, signingKey));
  } catch {
    // The reason the library gives may quote the key.
    throw unusable(place, 'its private part is malformed');
  }
  if (!matches) throw unusable(place, 'its private and public parts do not belong together');
  return signingKey;
}

function publicJwk({ kid, key, algorithm }: LoadedKey): Readonly<JWK> {
  return Object.freeze({ ...publicMembers(key), kid, use: 'sig', alg: algorithm });
}

function isSignatureOperation(operation: unknown): boolean {
  return operation === 'sign' || operation === 'verify';
}

function unusable(place: number, why: string): KeyFileError {
  return new KeyFileError(`Key ${place} of the signing keys cannot be used: ${why}.`);
}
