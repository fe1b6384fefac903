/** A seal as it is stored: the exact hashed text, and the gateway's signature over its hash. */
export interface StoredSeal {
  /** From 0, without gaps; unique: whoever stores an index first is its sealer. */
  readonly index: number;
  /** The exact UTF-8 JSON text that was hashed. */
  readonly body: string;
  readonly hash: Uint8Array;
  readonly previousHash: Uint8Array;
  /** Milliseconds since the epoch, as in the body. */
  readonly sealedAt: number;
  /** The ids of the chains it covers, as in the body. */
  readonly chains: readonly string[];
  /** The gateway's key: its `kid`, and EdDSA or RS256. */
  readonly kid: string;
  readonly algorithm: string;
  readonly signature: Uint8Array;
}
