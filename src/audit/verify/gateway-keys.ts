import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What is to be read cannot be: a usage error or an unreadable input, not a fault of the trail. For the operator. */
export class VerifyInputError extends Error {
  override readonly name = 'VerifyInputError';
}

interface GatewayKey {
  readonly algorithm: 'EdDSA' | 'RS256';
  readonly key: KeyObject;
}

/** The gateway's public keys by `kid`. They may be other ones at each look. */
export type GatewayKeys = Pick<ReadonlyMap<string, GatewayKey>, 'get'>;

/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2_048;
const ED25519_BYTES = 32;
/** Everything in a DER SubjectPublicKeyInfo of Ed25519 before the key itself (RFC 8410 §4). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The public keys in a JWKS (RFC 7517 §5), as `/.well-known/jwks.json` serves it. Private members are not read. A key
 * without `kid` gets its RFC 7638 thumbprint.
 * @param jwks the parsed JSON
 * @throws VerifyInputError where any key is neither Ed25519 nor RSA of at least 2048 bits, contradicts its `alg`, or
 *   shares its `kid`: a file that is half understood is a mistake to mend.
 */
export function readGatewayKeys(jwks: unknown): ReadonlyMap<string, GatewayKey> {
  const entries = memberOf(jwks, 'keys');
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new VerifyInputError('The public keys are not a JWKS: a JSON object with a non-empty list "keys" is needed.');
  }
  const keys = new Map<string, GatewayKey>();
  entries.forEach((entry: unknown, index) => {
    const refuse = (why: string) => new VerifyInputError(`Key ${index + 1} of the JWKS cannot be used: ${why}.`);
    const { algorithm, members } = publicMembers(entry, refuse);
    const alg = memberOf(entry, 'alg') ?? algorithm;
    if (alg !== algorithm) throw refuse(`its alg is not ${algorithm}`);
    const kid = memberOf(entry, 'kid') ?? thumbprint(members);
    if (typeof kid !== 'string') throw refuse('its kid is not a string');
    if (keys.has(kid)) throw refuse('an earlier key has the same kid');
    keys.set(kid, { algorithm, key: importKey(members, refuse) });
  });
  return keys;
}

/** Whether the key `kid` is known, is of exactly this algorithm, and made the signature (base64url) over the statement. */
export function isSignedBy(
  keys: GatewayKeys,
  { kid, algorithm, signature }: { readonly kid: string; readonly algorithm: string; readonly signature: Uint8Array },
  statement: Uint8Array,
): boolean {
  const known = keys.get(kid);
  if (known === undefined || known.algorithm !== algorithm) return false;
  return verify(known.algorithm === 'RS256' ? 'sha256' : null, statement, known.key, signature);
}

/** The Ed25519 key that these 32 bytes are, base64url; null where they are none. */
export function ed25519Key(base64url: string): KeyObject | null {
  const bytes = exactBytes(base64url);
  if (bytes?.length !== ED25519_BYTES) return null;
  try {
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI, bytes]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** The bytes; null where the text is not their one spelling in base64url. */
export function exactBytes(base64url: string): Buffer | null {
  const bytes = Buffer.from(base64url, 'base64url');
  return bytes.toString('base64url') === base64url ? bytes : null;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

type Members = Readonly<Record<string, string>>;

function publicMembers(
  entry: unknown,
  refuse: (why: string) => Error,
): { readonly algorithm: GatewayKey['algorithm']; readonly members: Members } {
  const kty = memberOf(entry, 'kty');
  if (kty !== 'RSA' && !(kty === 'OKP' && memberOf(entry, 'crv') === 'Ed25519')) {
    throw refuse('it is neither an Ed25519 nor an RSA key');
  }
  // In alphabetical order, as RFC 7638 wants the members of a thumbprint.
  const names = kty === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x'];
  const members = names.map((name) => {
    const value = memberOf(entry, name);
    if (typeof value !== 'string') throw refuse(`its member ${name} is missing`);
    return [name, value] as const;
  });
  return { algorithm: kty === 'RSA' ? 'RS256' : 'EdDSA', members: Object.fromEntries(members) };
}

function thumbprint(members: Members): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

function importKey(members: Members, refuse: (why: string) => Error): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: { ...members }, format: 'jwk' });
  } catch {
    throw refuse('it is malformed');
  }
  const { modulusLength = MIN_RSA_BITS, publicExponent = 65_537n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) throw refuse(`it is an RSA key below ${MIN_RSA_BITS} bits`);
  // With an exponent of 1 anything is its own signature.
  if (publicExponent < 3n || publicExponent % 2n === 0n) throw refuse('its RSA exponent is not safe');
  return key;
}
