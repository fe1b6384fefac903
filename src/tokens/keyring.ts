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

/**
 * The gateway's own keys. One signs; all of them verify, so that tokens outlive a rotation. They may change while the gateway runs
 * (see `RotatingKeyring`): whoever signs reads what belongs together at once, and keeps none of it.
 */
export interface Keyring {
  /** Private. Opaque to inspectors and serialisers; never export it. */
  readonly signingKey: KeyObject;
  /** `kid` of the signing key. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** When the signing key was made, milliseconds since the epoch, as far as its `iat` or `signs_from` says so; null: they do not. */
  readonly madeAt: number | null;
  /** What tokens are verified with. Another map where the keys have changed. */
  readonly verifyKeys: ReadonlyMap<string, VerifyKey>;
  /** The public halves of `verifyKeys`. Deeply frozen. */
  readonly publicJwks: PublicJwks;
  /** What the audit trail is verified with: also keys that no token is accepted by any more. */
  readonly trailKeys: ReadonlyMap<string, VerifyKey>;
  /** The public halves of `trailKeys`. Deeply frozen. */
  readonly trailJwks: PublicJwks;
}

export interface KeyringOptions {
  readonly algorithm: SigningAlgorithm;
  /** Which of the times in the keys have come, milliseconds since the epoch; by default the present. */
  readonly now?: number;
  /** Whether others may not have seen the key of this `kid` yet: then it signs only where no other key can. */
  readonly isUnpublished?: (kid: string) => boolean;
}

const PROBE = Buffer.from('impersonation-gateway/key-probe/v1');
/** When a key was made, seconds since the epoch: a registered parameter of JWKs (OpenID Federation 1.0). Decides nothing. */
export const MADE_AT = 'iat';
/** From then on the key signs, if it is the first; seconds since the epoch. */
export const SIGNS_FROM = 'signs_from';
/** From then on no token is accepted by the key: it verifies the audit trail alone. Never signs. Seconds since the epoch. */
export const TOKENS_UNTIL = 'tokens_until';

interface LoadedKey extends VerifyKey {
  readonly kid: string;
  readonly jwk: JsonObject;
  /** Its place in the file, from 1: how a message names it without quoting it. */
  readonly place: number;
  /** Milliseconds since the epoch; null: at once. */
  readonly signsFrom: number | null;
  /** Milliseconds since the epoch; null: for good. */
  readonly tokensUntil: number | null;
}

/**
 * Reads a JWKS (RFC 7517 §5) into a keyring. The first key of the selected algorithm that may sign signs and must be private;
 * every key verifies. A key without `kid` gets its RFC 7638 thumbprint. Two members of our own say when:
 * `signs_from`, for a key that is to be published before it signs, and `tokens_until`, for one that was retired.
 * @param jwksJson the parsed JSON of a key file
 * @throws KeyFileError naming the key by its place where any key is symmetric, weak, malformed, of another algorithm
 *   than EdDSA or RS256, contradicts its own `alg`, `use` or `key_ops`, or shares its `kid`; or where none can sign.
 *   One bad key refuses the whole file: a file that is half understood is a mistake to mend, not to work round.
 */
export async function loadKeyring(jwksJson: unknown, options: KeyringOptions): Promise<Keyring> {
  const entries = isJsonObject(jwksJson) ? member(jwksJson, 'keys') : undefined;
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new KeyFileError('The signing keys are not a JWKS: a JSON object with a non-empty list "keys" is needed.');
  }
  const keys = await Promise.all(entries.map((entry: unknown, index) => loadKey(entry, index + 1)));
  const known = new Set<string>();
  for (const key of keys) {
    if (known.has(key.kid)) throw unusable(key.place, 'it has the same kid as an earlier key');
    known.add(key.kid);
  }
  const { algorithm, now = Date.now(), isUnpublished = () => false } = options;
  const first = signingKeyAmong(keys, algorithm, now, isUnpublished);
  const honoured = keys.filter(({ tokensUntil }) => tokensUntil === null || now < tokensUntil);
  return Object.freeze({
    signingKey: privateKeyOf(first),
    kid: first.kid,
    algorithm: first.algorithm,
    madeAt: madeAt(first, now),
    ...{ verifyKeys: byKid(honoured), publicJwks: jwksOf(honoured) },
    ...{ trailKeys: byKid(keys), trailJwks: jwksOf(keys) },
  });
}

function signingKeyAmong(
  keys: readonly LoadedKey[],
  algorithm: SigningAlgorithm,
  now: number,
  isUnpublished: (kid: string) => boolean,
): LoadedKey {
  const candidates = keys.filter((key) => key.algorithm === algorithm && key.tokensUntil === null);
  const due = candidates.filter(({ signsFrom }) => signsFrom === null || signsFrom <= now);
  const first = due[0] ?? candidates[0];
  if (first === undefined)
    throw new KeyFileError(`The signing keys hold none for ${algorithm}, the selected algorithm.`);
  // What is wrong with a key that is to sign later is told now, while there is time to mend it.
  for (const key of candidates) if (key === first || !due.includes(key)) privateKeyOf(key);
  // Who said when it is to sign has seen to it that it is known by then.
  if (first.signsFrom !== null || !isUnpublished(first.kid)) return first;
  return due.find((key) => !isUnpublished(key.kid) && Object.hasOwn(key.jwk, 'd')) ?? first;
}

function byKid(keys: readonly LoadedKey[]): ReadonlyMap<string, VerifyKey> {
  return new Map(keys.map(({ kid, key, algorithm }) => [kid, Object.freeze({ key, algorithm })]));
}

function jwksOf(keys: readonly LoadedKey[]): PublicJwks {
  return Object.freeze({ keys: Object.freeze(keys.map(publicJwk)) });
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
  const signsFrom = timeOf(jwk, SIGNS_FROM, place);
  return { kid, key, algorithm, jwk, place, signsFrom, tokensUntil: timeOf(jwk, TOKENS_UNTIL, place) };
}

/** A time that is malformed, or ahead, is none: it only tells an age, and must not keep a key from being old. */
function madeAt({ jwk, signsFrom }: LoadedKey, now: number): number | null {
  const seconds = member(jwk, MADE_AT);
  const isTime = typeof seconds === 'number' && seconds > 0 && seconds * 1_000 <= now;
  if (isTime) return Math.floor(seconds * 1_000);
  return signsFrom !== null && signsFrom <= now ? signsFrom : null;
}

function timeOf(jwk: JsonObject, name: string, place: number): number | null {
  const seconds = member(jwk, name);
  if (seconds === undefined) return null;
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0) {
    throw unusable(place, `its ${name} is not a whole number of seconds since 1970`);
  }
  return seconds * 1_000;
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
