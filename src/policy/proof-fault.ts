/** What the proof of a sender says (RFC 9449 §4.2). Whether its signature holds is another question. */
export interface StatedProof {
  /** Which key it is by: the thumbprint of RFC 7638. */
  readonly key: string;
  /** `htm` */
  readonly method: string;
  /** `htu`, as it was written. */
  readonly address: string;
  /** `ath`: of which token it is, the SHA-256 as base64url. */
  readonly tokenHash: string;
  /** `iat`, seconds since the epoch. */
  readonly issuedAt: number;
  /** `exp` and `nbf`, seconds since the epoch; null where it does not say. */
  readonly expiresAt: number | null;
  readonly notBefore: number | null;
}

/** What a proof has to be of. */
export interface DemandedProof {
  /** The thumbprint of the key that the token is bound to. */
  readonly boundTo: string;
  readonly tokenHash: string;
  readonly method: string;
  /** The path of the request, without its query. */
  readonly path: string;
  /** Where clients reach the gateway, as {@link plainAddress} gives it, without a slash at its end. */
  readonly addresses: readonly string[];
  /** How old a proof may be, milliseconds. */
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The first thing about a proof that is not as demanded, by the name of its claim; `key`: it is by another key. */
export type ProofFault = 'key' | 'htm' | 'htu' | 'ath' | 'iat' | 'exp' | 'nbf';

/** How far the clocks of a client and of the gateway may be apart. */
const CLOCK_TOLERANCE_MS = 5_000;
/** No address of the gateway is longer. */
const MOST_CHARACTERS = 2_048;

/**
 * Whether a proof is by the key that the token is bound to, of this very token, for this very request, and made just now. Ahead of now it
 * may be by the tolerance alone: a proof for later is one that was made for somebody else.
 * @returns null where all of it holds
 */
export function proofFault(proof: StatedProof, demanded: DemandedProof): ProofFault | null {
  const { now, maxAgeMs } = demanded;
  if (proof.key !== demanded.boundTo) return 'key';
  if (proof.method !== demanded.method) return 'htm';
  if (!isAddressOf(proof.address, demanded)) return 'htu';
  if (proof.tokenHash !== demanded.tokenHash) return 'ath';
  const age = now - proof.issuedAt * 1_000;
  // Comparisons are negated, so that a time that is not a number refuses.
  if (!(age >= -CLOCK_TOLERANCE_MS && age < maxAgeMs + CLOCK_TOLERANCE_MS)) return 'iat';
  if (proof.expiresAt !== null && !(now < proof.expiresAt * 1_000 + CLOCK_TOLERANCE_MS)) return 'exp';
  if (proof.notBefore !== null && !(now >= proof.notBefore * 1_000 - CLOCK_TOLERANCE_MS)) return 'nbf';
  return null;
}

/** From when on {@link proofFault} refuses a proof for its age, milliseconds since the epoch. */
export function proofStaleAt({ issuedAt }: Pick<StatedProof, 'issuedAt'>, maxAgeMs: number): number {
  return issuedAt * 1_000 + maxAgeMs + CLOCK_TOLERANCE_MS;
}

/** RFC 9449 §4.3: without query and fragment, normalised by syntax and scheme (RFC 3986 §6.2.2, §6.2.3). */
function isAddressOf(stated: string, { addresses, path }: DemandedProof): boolean {
  const address = plainAddress(stated);
  return address !== null && addresses.some((each) => `${each}${path}` === address);
}

/**
 * An http(s) address in its one spelling: host in small letters, no default port, no dots in the path, no query or fragment. Null for
 * anything else. What parsers of addresses forgive (blanks, backslashes, a missing slash) is not forgiven.
 */
export function plainAddress(text: string): string | null {
  if (text.length > MOST_CHARACTERS || !/^https?:\/\/[^\s\\/?#][^\s\\]*$/i.test(text)) return null;
  if (/[\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? `${url.origin}${url.pathname}` : null;
}
