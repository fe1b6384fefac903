import { type PresentedToken, type ProofVerifier, proofRefusal, senderRefusal } from '../tokens/index.js';

/** How the sender of a token shows that it is theirs. */
export interface Sender {
  /**
   * Refuses a verified token that its sender may not use: one that is bound to a key, without a proof of that key for this request; one
   * that is bound to none, with a proof. To be asked before anything is done by the token.
   * @param boundTo the thumbprint of the key that the token is bound to; null: none
   * @param actorId who is really acting by the token
   * @throws GatewayError TOKEN_INVALID, RATE_LIMITED; gives a promise only where there is a proof to verify
   */
  check(boundTo: string | null, actorId: string): void | Promise<void>;
}

/** Whoever sends a token and nothing else: may use what is not bound. */
export const BEARER = Object.freeze({
  check(boundTo: string | null): void {
    if (boundTo !== null) throw senderRefusal('bound');
  },
}) satisfies Sender;

export interface Senders {
  /** The key that was proven already for this request or connection; null where none was. */
  provenKey(presented: PresentedToken): string | null;
  /** Who sends this, for one look at its token. */
  of(presented: PresentedToken): Sender;
}

/** A proof that is being verified, or was. */
interface Verification {
  readonly key: string;
  readonly done: Promise<void>;
  holds: boolean;
}

/**
 * @param proofs verifies each proof once; what it has shown holds for as long as there is the very object that it came with
 */
export function createSenders(proofs: ProofVerifier): Senders {
  const verifications = new WeakMap<PresentedToken, Verification>();

  function begin(presented: PresentedToken, key: string, actorId: string): Verification {
    const verification: Verification = {
      key,
      done: proofs.verify(presented, { to: key, actorId }).then(() => {
        verification.holds = true;
      }),
      holds: false,
    };
    verifications.set(presented, verification);
    return verification;
  }

  return {
    provenKey(presented) {
      const verification = verifications.get(presented);
      return verification?.holds === true ? verification.key : null;
    },
    of: (presented) => ({
      async check(boundTo, actorId) {
        if (boundTo === null) throw senderRefusal('unbound');
        const verification = verifications.get(presented) ?? begin(presented, boundTo, actorId);
        await verification.done;
        if (verification.key !== boundTo) throw proofRefusal('key');
      },
    }),
  };
}
