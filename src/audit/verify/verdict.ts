import type { FaultSummary } from './fault.js';

/** What was not or could not be checked; each narrows what a verdict without faults means. */
export const LIMITS = {
  NO_EVENTS: 'There is not one event: nothing was checked. Is this the store, or the export, that was meant?',
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
  PRUNED_EVENTS:
    'The oldest events were pruned, as sealed records (AUDIT_PRUNED) say: they are checked where their archives are given.',
  GIVEN_UP_EVENTS:
    'A pruning was given up before it was finished, as a sealed record (AUDIT_PRUNED) says with its reason: what it had taken out is in its archive alone, and gone where that is lost.',
  LOST_SEALS:
    'The store was restored from an earlier copy, as a seal says: of the events that the lost seals cover nothing is left.',
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
  /** Events that are not there because they were pruned as recorded. */
  readonly prunedEvents: number;
  /** Of the pruned: those that went by a pruning that was given up, by the SHA-256 of its archive. */
  readonly givenUpEvents: Readonly<Record<string, number>>;
  readonly seals: number;
  /** Seals that a restore of the store has lost, as a later seal says. */
  readonly lostSeals: number;
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
    NO_EVENTS: found.events === 0,
    PARTIAL_EXPORT: partial,
    NO_ANCHORS: !hasAnchors,
    NO_SEALS: !hasSeals,
    NO_KEYS: !hasKeys,
    UNANCHORED_SEALS: hasAnchors && found.anchoredSeals < found.seals,
    UNSEALED_EVENTS: found.unsealedEvents > 0,
    RECORDED_GAPS: found.gaps > 0,
    PRUNED_EVENTS: found.prunedEvents > 0,
    GIVEN_UP_EVENTS: Object.keys(found.givenUpEvents).length > 0,
    LOST_SEALS: found.lostSeals > 0,
    UNCHECKED_SIGNATURES: found.uncheckedSignatures > 0,
  };
  return (Object.keys(LIMITS) as Limit[]).filter((limit) => applies[limit]);
}
