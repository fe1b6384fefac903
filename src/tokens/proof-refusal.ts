import { GatewayError } from '../errors/index.js';

/**
 * Why the proof of a sender was refused. Unlike the reasons for tokens these are told to clients: what stands against a thief is the
 * key, not the ignorance of what is looked at, and whoever writes a client has a clock, an address or a method to put right.
 */
export const PROOF_REFUSALS = {
  missing: 'there is none, where the scheme DPoP promises one',
  alone: 'there is one, and no token with it',
  several: 'there is more than one',
  malformed: 'it is not a compact JWS of JSON objects, or too long',
  typ: 'its typ is not dpop+jwt',
  alg: 'its alg is none that is taken here',
  jwk: 'its jwk is not a public key that is good for its alg',
  private: 'its jwk has private members: that key is known by now',
  signature: 'its signature does not verify by its jwk',
  key: 'its key is not the one that the token is bound to',
  htm: 'its htm is not the method of this request',
  htu: 'its htu is not the address of this request, as PUBLIC_URL has it',
  ath: 'its ath is not the hash of this token',
  iat: 'its iat is too long ago, or in the future (the Date header has the time here)',
  exp: 'its exp is past, or not a time',
  nbf: 'its nbf is in the future, or not a time',
  jti: 'its jti is missing, or not an identifier of 1 to 255 characters',
  seen: 'it was used before: each request needs one of its own',
} as const;

export type ProofRefusalReason = keyof typeof PROOF_REFUSALS;

/** The private cause of a TOKEN_INVALID that is about the proof. Nothing that was in the proof. */
export class ProofRefusal extends Error {
  override readonly name = 'ProofRefusal';
  readonly reason: ProofRefusalReason;

  constructor(reason: ProofRefusalReason) {
    super(`The DPoP proof is refused: ${PROOF_REFUSALS[reason]}.`);
    this.reason = reason;
  }
}

/** A TOKEN_INVALID to throw, which says what is wrong with the proof. */
export function proofRefusal(reason: ProofRefusalReason): GatewayError {
  const cause = new ProofRefusal(reason);
  return new GatewayError('TOKEN_INVALID', { message: cause.message, cause });
}

/** Found by whoever reads the request; all others by whoever verifies the proof. */
const WHILE_READING: readonly ProofRefusalReason[] = ['missing', 'alone', 'several'];

/** Why a proof was refused before there was one to verify, and so not counted by the verifier; null for every other error. */
export function refusedWhileReading(error: unknown): ProofRefusalReason | null {
  const reason = proofRefusalReasonOf(error);
  return reason !== null && WHILE_READING.includes(reason) ? reason : null;
}

/** Why a proof was refused; null for every other error. */
export function proofRefusalReasonOf(error: unknown): ProofRefusalReason | null {
  return error instanceof GatewayError && error.cause instanceof ProofRefusal ? error.cause.reason : null;
}
