import { hash } from 'node:crypto';
import { GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { EdgeMetrics } from '../platform/edge-metrics.js';
import { proofFault, proofStaleAt } from '../policy/index.js';
import { proofRefusal, proofRefusalReasonOf } from './proof-refusal.js';
import { ProofReader } from './proof-token.js';
import { SeenProofs } from './seen-proofs.js';

/** A token that was sent with a proof, and the request they were sent with. */
export interface PresentedToken {
  readonly token: string;
  /** The value of the `DPoP` header. */
  readonly proof: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
}

/** What a verified token says of who may use it. */
export interface Bound {
  /** The thumbprint of the key that it is bound to. */
  readonly to: string;
  /** Who is really acting by it: whom its proofs are counted for. */
  readonly actorId: string;
}

export interface ProofVerifier {
  /**
   * Resolves where the sender has proven, for this very request and just now, to hold the key that the token is bound to (RFC 9449 §4.3).
   * To be asked of a token that was verified, and once for each request: the same proof is refused a second time.
   * @throws GatewayError TOKEN_INVALID with what is wrong with the proof; RATE_LIMITED where more proofs were used within their time
   *   than are remembered. Nothing else.
   */
  verify(presented: PresentedToken, bound: Bound): Promise<void>;
}

export interface ProofVerifierOptions {
  /** Where clients reach the gateway, in the spelling of `plainAddress`, without a slash at the end. */
  readonly addresses: readonly string[];
  /** How old a proof may be. */
  readonly maxAgeSeconds: number;
  /** How many proofs of one actor are remembered at once. */
  readonly perActor: number;
  /** How many of all; see {@link SeenProofs}. */
  readonly most?: number;
  readonly clock: Clock;
  readonly metrics: Pick<EdgeMetrics, 'limited' | 'proofRefused'>;
}

/** Verifies proofs for one process: each of several remembers by itself what was shown to it. */
export function createProofVerifier(options: ProofVerifierOptions): ProofVerifier {
  const { addresses, perActor, most, clock, metrics } = options;
  const maxAgeMs = options.maxAgeSeconds * 1_000;
  const reader = new ProofReader();
  const seen = new SeenProofs({ perOwner: perActor, ...(most === undefined ? {} : { most }) });

  function tooMany(name: 'proofsPerIdentity' | 'proofs', allowed: number): GatewayError {
    metrics.limited(name);
    return new GatewayError('RATE_LIMITED', {
      message: `More DPoP proofs were used within a short time than are remembered (${name}: ${allowed}). Try again in a moment.`,
      extensions: { limit: { name, allowed } },
    });
  }

  async function check({ token, proof: text, method, path }: PresentedToken, { to: boundTo, actorId }: Bound) {
    const proof = await reader.read(text, boundTo);
    const tokenHash = hash('sha256', token, 'base64url');
    const now = clock.now();
    const fault = proofFault(proof.stated, { boundTo, tokenHash, method, path, addresses, maxAgeMs, now });
    if (fault !== null) throw proofRefusal(fault);
    await reader.checkSignature(proof);
    // Last of all: nobody but the holder of the key takes any room, or makes a proof of the holder's count as used.
    const id = hash('sha256', `${boundTo}.${proof.id}`, 'binary');
    switch (seen.show(id, actorId, proofStaleAt(proof.stated, maxAgeMs), now)) {
      case 'new':
        return;
      case 'seen':
        throw proofRefusal('seen');
      case 'too-old':
        throw proofRefusal('iat');
      case 'too-many-of-one':
        throw tooMany('proofsPerIdentity', perActor);
      case 'too-many':
        throw tooMany('proofs', seen.size);
    }
  }

  return {
    async verify(presented, bound) {
      try {
        await check(presented, bound);
      } catch (error) {
        const reason = proofRefusalReasonOf(error);
        if (reason !== null) metrics.proofRefused(reason);
        throw error;
      }
    },
  };
}
