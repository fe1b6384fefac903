import { countAt, noteOnce, type Tally } from './burst.js';

/** What is known of the credentials of one address, as far as it concerns whether more of them are verified. Never changed. */
export interface AddressTrust {
  /** Of refused credentials. */
  readonly refused: Tally | undefined;
  /** When a new one was last verified while the address was slowed, milliseconds since the epoch; null: never. */
  readonly verifiedAt: number | null;
}

export interface TrustDecision {
  readonly allowed: boolean;
  readonly trust: AddressTrust | undefined;
}

const WINDOW_MS = 60_000;
/** How often a new credential is verified from an address that has sent too many bad ones, milliseconds. */
const TRICKLE_MS = 1_000;

/**
 * Whether a credential that is new here is verified, which costs a signature. Beyond the bound one is, once a second: whoever shares an
 * address with an attacker comes in by trying again, and the attacker has nothing by it but one signature a second.
 * @param perMinute refused credentials of the address; 0: no bound
 */
export function mayVerify(trust: AddressTrust | undefined, now: number, perMinute: number): TrustDecision {
  if (perMinute === 0 || trust === undefined || countAt(trust.refused, now, WINDOW_MS) < perMinute) {
    return { allowed: true, trust };
  }
  const since = trust.verifiedAt === null ? TRICKLE_MS : now - trust.verifiedAt;
  // A clock that was set back must not keep anybody out until it has caught up.
  if (since >= 0 && since < TRICKLE_MS) return { allowed: false, trust };
  return { allowed: true, trust: { ...trust, verifiedAt: now } };
}

/** Notes that a credential of the address was refused. */
export function noteRefused(trust: AddressTrust | undefined, now: number): AddressTrust {
  const { tally } = noteOnce(trust?.refused, now, { threshold: 0, windowMs: WINDOW_MS });
  return { refused: tally, verifiedAt: trust?.verifiedAt ?? null };
}
