import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors/index.js';
import type { StatedProof } from '../policy/index.js';
import { isIdentifier, numericDate } from './claims.js';
import {
  byItself,
  isJsonObject,
  type JsonObject,
  member,
  readHeader,
  readObject,
  splitToken,
} from './compact-token.js';
import { type ProofRefusalReason, proofRefusal } from './proof-refusal.js';
import { hasPrivateMembers, publicKeyOf, UnusableKeyError } from './public-key.js';
import { checkSignature } from './signature.js';

/** By what proofs may be signed: by private keys only, and by nothing that takes long to verify. */
export const PROOF_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const;

/** Of RSA with 4096 bits a proof has some 2,000. */
const MOST_CHARACTERS = 4_096;
const MOST_RSA_BITS = 4_096;
/** Larger ones make verifying as slow as signing. */
const MOST_RSA_EXPONENT = 2n ** 32n;
/** No value of a claim is longer than an address of the gateway may be. */
const MOST_OF_A_CLAIM = 2_048;
/** Keys of so many clients are kept as they were read. */
const MOST_KEYS = 10_000;
/** Longer headers than those of RSA with 4096 bits are not kept. */
const LONGEST_KEPT = 1_500;

/** What a key is good for, by its type and its curve. */
const KEY_TYPES: Readonly<Record<string, string>> = {
  ES256: 'ec prime256v1',
  EdDSA: 'ed25519',
  Ed25519: 'ed25519',
  PS256: 'rsa',
  RS256: 'rsa',
};

interface ProofKey {
  readonly algorithm: string;
  readonly key: KeyObject;
  readonly thumbprint: string;
}

/** A proof taken apart. Nothing in it is verified, not even that the key in it made it. */
export interface UnverifiedProof {
  readonly text: string;
  /** The header as it is written: the same for all proofs of one key by one client. */
  readonly header: string;
  readonly by: ProofKey;
  /** `jti` */
  readonly id: string;
  readonly stated: StatedProof;
}

/** Reads proofs of possession (RFC 9449 §4.2), one way only, and remembers the keys of those that held. */
export class ProofReader {
  readonly #keys = new LRUCache<string, ProofKey>({ max: MOST_KEYS });

  /**
   * Takes a proof apart: typ `dpop+jwt`, an algorithm out of {@link PROOF_ALGORITHMS}, a public key in the header that is good for it and
   * holds nothing private, every claim present and of its type. Verifies nothing.
   * @param boundTo the thumbprint of the key that it has to be by: of another, nothing more is looked at
   * @throws GatewayError TOKEN_INVALID with what is wrong
   */
  async read(text: string, boundTo: string): Promise<UnverifiedProof> {
    const segments = told('malformed', () => splitToken(text, MOST_CHARACTERS));
    const by = this.#keys.get(segments.header) ?? (await keyIn(segments.header, boundTo));
    const claims = told('malformed', () => readObject(segments.claims));
    const id = member(claims, 'jti');
    if (!isIdentifier(id)) throw proofRefusal('jti');
    const issuedAt = time(claims, 'iat');
    if (issuedAt === null) throw proofRefusal('iat');
    const stated: StatedProof = {
      key: by.thumbprint,
      method: textOf(claims, 'htm'),
      address: textOf(claims, 'htu'),
      tokenHash: textOf(claims, 'ath'),
      issuedAt,
      expiresAt: time(claims, 'exp'),
      notBefore: time(claims, 'nbf'),
    };
    return { text: segments.text, header: segments.header, by, id, stated };
  }

  /** Refuses a proof that its own key did not sign. @throws GatewayError TOKEN_INVALID */
  async checkSignature(proof: UnverifiedProof): Promise<void> {
    try {
      await checkSignature(proof, proof.by.key, proof.by.algorithm);
    } catch (error) {
      if (error instanceof GatewayError) throw proofRefusal('signature');
      throw error;
    }
    if (proof.header.length <= LONGEST_KEPT) this.#keys.set(byItself(proof.header), proof.by);
  }
}

async function keyIn(segment: string, boundTo: string): Promise<ProofKey> {
  const whole = told('malformed', () => readObject(segment));
  const { alg, typ } = told('malformed', () => readHeader(whole));
  if (typ !== 'dpop+jwt') throw proofRefusal('typ');
  if (!(PROOF_ALGORITHMS as readonly string[]).includes(alg)) throw proofRefusal('alg');
  const jwk = member(whole, 'jwk');
  if (!isJsonObject(jwk)) throw proofRefusal('jwk');
  if (hasPrivateMembers(jwk)) throw proofRefusal('private');
  // Of the members as they are written: another spelling of the same key is not the key that the token is bound to.
  const thumbprint = await calculateJwkThumbprint(jwk as JWK, 'sha256').catch(() => null);
  if (thumbprint === null) throw proofRefusal('jwk');
  // Before it is made a key, which takes four times as long: a thief can bring another one each time.
  if (thumbprint !== boundTo) throw proofRefusal('key');
  const key = usableKeyOf(jwk);
  const { asymmetricKeyType, asymmetricKeyDetails: details = {} } = key;
  if ([asymmetricKeyType, details.namedCurve].filter(Boolean).join(' ') !== KEY_TYPES[alg]) throw proofRefusal('jwk');
  if ((details.modulusLength ?? 0) > MOST_RSA_BITS) throw proofRefusal('jwk');
  if ((details.publicExponent ?? 0n) > MOST_RSA_EXPONENT) throw proofRefusal('jwk');
  return { algorithm: alg, key, thumbprint };
}

function usableKeyOf(jwk: JsonObject): KeyObject {
  try {
    return publicKeyOf(jwk);
  } catch (error) {
    if (error instanceof UnusableKeyError) throw proofRefusal('jwk');
    throw error;
  }
}

function textOf(claims: JsonObject, name: 'htm' | 'htu' | 'ath'): string {
  const value = member(claims, name);
  if (!isIdentifier(value, MOST_OF_A_CLAIM)) throw proofRefusal(name);
  return value;
}

function time(claims: JsonObject, name: 'iat' | 'exp' | 'nbf'): number | null {
  return told(name, () => numericDate(claims, name));
}

/** What refuses a token refuses a proof, and is then told as a refusal of a proof. */
function told<T>(reason: ProofRefusalReason, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GatewayError) throw proofRefusal(reason);
    throw error;
  }
}
