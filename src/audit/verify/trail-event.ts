import type { Projections } from './projections.js';

/** An event as it was read, from wherever it was: what is stated of it, and what its bytes hash to. Hashes are hex. */
export interface TrailEvent {
  readonly chain: string;
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  /** The exact hashed text. */
  readonly body: string;
  /** What previous hash and body really hash to. */
  readonly actualHash: string;
  /** Of the commit that ends here, base64url; null within a commit. */
  readonly signature: string | null;
  /** What the details really hash to; null where there are none. */
  readonly actualDetailsHash: string | null;
  /** As stored, types included; null where it is not a store that is verified. */
  readonly projections: Projections | null;
}
