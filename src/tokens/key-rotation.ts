import type { JSONWebKeySet } from 'jose';
import { isJsonObject, type JsonObject, member } from './compact-token.js';
import { generateSigningKeys } from './generate-keys.js';
import { KeyFileError } from './key-file-error.js';
import { loadKeyring, SIGNS_FROM, TOKENS_UNTIL } from './keyring.js';
import type { SigningAlgorithm } from './signing-algorithm.js';

/** What is in a JWK and must not leave the machine (RFC 7518 §6.2.2, §6.3.2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The keys with a fresh one in front, which signs after a while: until then it is only published, so that whoever verifies knows it.
 * @param now milliseconds since the epoch
 * @param publishSeconds for how long; 0: it signs at once
 * @throws KeyFileError where the keys cannot be used as they are
 */
export async function rotateKeys(
  jwks: unknown,
  algorithm: SigningAlgorithm,
  now: number,
  publishSeconds: number,
): Promise<{ readonly jwks: JSONWebKeySet; readonly kid: string; readonly signsFrom: number }> {
  await loadKeyring(jwks, { algorithm, now });
  const generated = await generateSigningKeys(algorithm, now);
  const signsFrom = Math.ceil(now / 1_000) + publishSeconds;
  const fresh = generated.keys.map((key) => (publishSeconds === 0 ? key : { ...key, [SIGNS_FROM]: signsFrom }));
  const rotated = { ...(jwks as JsonObject), keys: [...fresh, ...keysOf(jwks)] };
  const kid = fresh[0]?.kid ?? '';
  await loadKeyring(rotated, { algorithm, now });
  return { jwks: rotated as JSONWebKeySet, kid, signsFrom: signsFrom * 1_000 };
}

export interface RetireRequest {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** For how long tokens that the key has signed are still accepted. */
  readonly tokensSeconds: number;
}

export interface RetiredKeys {
  /** The keys, of this one the public half alone. */
  readonly jwks: unknown;
  /** The key as it was. */
  readonly retired: unknown;
  /** Milliseconds since the epoch. */
  readonly tokensUntil: number;
}

/**
 * Takes the private half of a key out. The public half stays for good: what the key has signed of the audit trail can be verified by
 * nothing else.
 * @throws KeyFileError where there is no such key, it has been retired, or no other key could sign in its place now
 */
export async function retireKey(jwks: unknown, request: RetireRequest): Promise<RetiredKeys> {
  const { kid, algorithm, now, tokensSeconds } = request;
  const before = await loadKeyring(jwks, { algorithm, now });
  const kids = [...before.trailKeys.keys()];
  const keys = keysOf(jwks);
  const index = kids.indexOf(kid);
  const retired = keys[index];
  if (retired === undefined) throw new KeyFileError(`There is no key ${JSON.stringify(kid)} in the file.`);
  if (!Object.hasOwn(retired, 'd')) throw new KeyFileError('Its private half is not there any more.');
  if (before.kid === kid) {
    throw new KeyFileError('It is the key that signs now. `keys rotate` first, and retire it once the new one signs.');
  }
  const tokensUntil = Math.ceil(now / 1_000) + tokensSeconds;
  const kept = Object.fromEntries(
    Object.entries(retired).filter(
      ([name]) => !PRIVATE_MEMBERS.includes(name) && name !== SIGNS_FROM && name !== 'key_ops',
    ),
  );
  const left = { ...kept, kid, [TOKENS_UNTIL]: tokensUntil };
  const after = { ...(jwks as JsonObject), keys: keys.map((key, place) => (place === index ? left : key)) };
  await loadKeyring(after, { algorithm, now });
  return { jwks: after, retired, tokensUntil: tokensUntil * 1_000 };
}

function keysOf(jwks: unknown): readonly JsonObject[] {
  const keys = isJsonObject(jwks) ? member(jwks, 'keys') : undefined;
  return Array.isArray(keys) ? keys.filter(isJsonObject) : [];
}
