import type { FaultSummary } from './fault.js';

/** What was not or could not be checked; each narrows what a verdict without faults means. */
export const LIMITS = {
  PARTIAL_EXPORT:
    'The export says that it leaves events out: what is in it was checked, and nothing is claimed of what is not.',
  NO_ANCHORS:
    'No anchors were given: a database rolled back as a whole, or sealed anew with a stolen key, cannot be detected.',
  NO_SEALS: 'No seals were given: events cut off the end of a chain, and chains left out, cannot be detected.',
  NO_KEYS: 'No public keys of the gateway were given: who signed the seals and the keys of the chains was not checked.',
  UNANCHORED_SEALS: 'Some seals are in no anchor: nothing outside the database vouches for what they alone cover.',
  UNSEALED_EVENTS: 'The newest events are not sealed yet: whether others after them were cut off cannot be said.',
  RECORDED_GAPS:
    'The trail records times in which it could not be written (AUDIT_GAP): what was refused then may not be on record.',
  UNCHECKED_SIGNATURES:
    'Some commit signatures were not checked: the event that holds the key of their chain is missing.',
} as const;

export type Limit = keyof typeof LIMITS;

/** What was there. Times are milliseconds since the epoch, null where there is none. */
export interface Found {
  readonly chains: number;
  readonly events: number;
  /** Events beyond what seals cover; 0 without seals. */
  readonly unsealedEvents: number;
  /** Events whose details were erased, or left out. */
  readonly erasedDetails: number;
  /** AUDIT_GAP events: times in which nothing could be written. */
  readonly gaps: number;
  /** Commit signatures that were checked and are valid. */
  readonly commitSignatures: number;
  /** Commit signatures of chains whose first event, which holds the key, is not there. */
  readonly uncheckedSignatures: number;
  readonly seals: number;
  readonly anchoredSeals: number;
  readonly newestEventAt: number | null;
  readonly newestSealAt: number | null;
}

export interface Verdict extends Found, FaultSummary {
  /** `HOLDS`: no fault in all that was checked. `PARTIAL`: the same, of an export that leaves events out. `FAULTY`. */
  readonly verdict: 'HOLDS' | 'PARTIAL' | 'FAULTY';
  readonly limits: readonly Limit[];
}

export interface Given {
  readonly partial: boolean;
  readonly hasSeals: boolean;
  readonly hasAnchors: boolean;
  readonly hasKeys: boolean;
}

/** What a verdict does not cover. */
export function limitsOf(found: Found, { partial, hasSeals, hasAnchors, hasKeys }: Given): readonly Limit[] {
  const applies: Readonly<Record<Limit, boolean>> = {
    PARTIAL_EXPORT: partial,
    NO_ANCHORS: !hasAnchors,
    NO_SEALS: !hasSeals,
    NO_KEYS: !hasKeys,
    UNANCHORED_SEALS: hasAnchors && found.anchoredSeals < found.seals,
    UNSEALED_EVENTS: found.unsealedEvents > 0,
    RECORDED_GAPS: found.gaps > 0,
    UNCHECKED_SIGNATURES: found.uncheckedSignatures > 0,
  };
  return (Object.keys(LIMITS) as Limit[]).filter((limit) => applies[limit]);
}
