/** What a fault is about; linkage and content are told apart, and what an event means from whether it was changed. */
export type FaultFamily = 'content' | 'linkage' | 'seal' | 'anchor' | 'meaning';

interface FaultTraits {
  readonly family: FaultFamily;
  /** Tells only that something is left out: no fault in an export that says itself that it leaves events out. */
  readonly ofAbsence?: true;
}

/** The closed list of what can be wrong with a trail. docs/audit-format.md says what each means. */
export const FAULT_TRAITS = {
  LINE: { family: 'content' },
  UNREADABLE: { family: 'content' },
  CONTENT: { family: 'content' },
  BODY: { family: 'content' },
  PROJECTION: { family: 'content' },
  DETAILS: { family: 'content' },

  LINK: { family: 'linkage' },
  EVENT_MISSING: { family: 'linkage', ofAbsence: true },
  EVENT_REPEATED: { family: 'linkage' },
  EVENT_ORDER: { family: 'linkage' },
  CHAIN_ORDER: { family: 'linkage' },
  TIME: { family: 'linkage' },
  CHAIN_KEY: { family: 'linkage' },
  COMMIT_SIGNATURE: { family: 'linkage' },
  UNSIGNED: { family: 'linkage', ofAbsence: true },
  PRUNE_RECORD: { family: 'linkage' },

  SEAL_BODY: { family: 'seal' },
  SEAL_HASH: { family: 'seal' },
  SEAL_SIGNATURE: { family: 'seal' },
  SEAL_INDEX: { family: 'seal' },
  SEAL_LINK: { family: 'seal' },
  SEAL_TIME: { family: 'seal' },
  SEAL_STRETCH: { family: 'seal' },
  SEAL_STALE: { family: 'seal' },
  SEAL_HEAD: { family: 'seal' },
  SEALED_MISSING: { family: 'seal', ofAbsence: true },
  CHAIN_MISSING: { family: 'seal', ofAbsence: true },
  AFTER_CLOSE: { family: 'seal' },
  UNSEALED: { family: 'seal' },

  ANCHOR_LINE: { family: 'anchor' },
  ANCHOR_CONFLICT: { family: 'anchor' },
  ANCHOR_MISMATCH: { family: 'anchor' },
  ROLLED_BACK: { family: 'anchor' },

  SESSION_NOT_STARTED: { family: 'meaning' },
  SESSION_STARTED_TWICE: { family: 'meaning' },
  SESSION_NOT_ENDED: { family: 'meaning' },
  SESSION_ENDED_TWICE: { family: 'meaning' },
  OPERATION_BEFORE_START: { family: 'meaning' },
  OPERATION_AFTER_END: { family: 'meaning' },
} as const satisfies Readonly<Record<string, FaultTraits>>;

export type FaultKind = keyof typeof FAULT_TRAITS;

export const FAULT_KINDS = Object.keys(FAULT_TRAITS) as readonly FaultKind[];

/** Where a fault was found: an event by chain and sequence, a seal by its index, or a line of the input, from 1. */
export interface FaultPlace {
  readonly chain?: string;
  readonly sequence?: number;
  readonly seal?: number;
  readonly line?: number;
}

/** Something that cannot be in an untouched trail. */
export interface Fault extends FaultPlace {
  readonly kind: FaultKind;
  readonly family: FaultFamily;
  /** One sentence for a person. It quotes no details: what a person may have erased must not live on in a report. */
  readonly sentence: string;
}

/** Some events of one chain that follow one another, both ends included; `to` null: whatever follows `from`. */
export interface EventStretch {
  readonly chain: string;
  readonly from: number;
  readonly to: number | null;
}

/**
 * Takes faults as they are found.
 * @param inDoubt the events that nothing proves any more because of the fault, beside the one in its place; default none
 */
export type ReportFault = (
  kind: FaultKind,
  place: FaultPlace,
  sentence: string,
  inDoubt?: readonly EventStretch[],
) => void;

/** Told of every fault as it is found, however many there are. */
export type FaultListener = (
  kind: FaultKind,
  place: FaultPlace,
  inDoubt: readonly EventStretch[],
  sentence: string,
) => void;

export interface FaultSummary {
  /** The first of each kind; `total` counts them all. */
  readonly faults: readonly Fault[];
  readonly total: number;
  /** How many there are of each kind that was found. */
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
}

/** Counts every fault, and keeps the first of each kind: an attacker must not fill the memory of who verifies. */
export class FaultList {
  readonly #perKind: number;
  readonly #kept = new Map<FaultKind, Fault[]>();
  readonly #counts = new Map<FaultKind, number>();
  readonly #listener: FaultListener | null;

  /** @param perKind how many of one kind are kept */
  constructor(perKind: number, listener: FaultListener | null = null) {
    this.#perKind = perKind;
    this.#listener = listener;
  }

  readonly report: ReportFault = (kind, place, sentence, inDoubt = []) => {
    this.#listener?.(kind, place, inDoubt, sentence);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    let kept = this.#kept.get(kind);
    if (kept === undefined) {
      kept = [];
      this.#kept.set(kind, kept);
    }
    if (kept.length < this.#perKind) kept.push({ kind, family: FAULT_TRAITS[kind].family, ...place, sentence });
  };

  /** @param partial whether the input says itself that events are left out */
  summary(partial: boolean): FaultSummary {
    const counted = FAULT_KINDS.filter((kind) => this.#counts.has(kind) && !(partial && isOfAbsence(kind)));
    return {
      faults: counted.flatMap((kind) => this.#kept.get(kind) ?? []),
      total: counted.reduce((sum, kind) => sum + (this.#counts.get(kind) ?? 0), 0),
      counts: Object.fromEntries(counted.map((kind) => [kind, this.#counts.get(kind) ?? 0])),
    };
  }
}

function isOfAbsence(kind: FaultKind): boolean {
  const traits: FaultTraits = FAULT_TRAITS[kind];
  return traits.ofAbsence === true;
}
