import { type EventStretch, FAULT_TRAITS, type FaultKind, type FaultPlace } from '../verify/index.js';
import { Doubts } from './doubts.js';

/** So many places are told apart; beyond them faults are counted only. */
const MOST_PLACES = 10_000;
/** Chains and the like are an attacker's text, of any length. */
const LONGEST_NAME = 128;

/** What one pass finds. */
export class Findings {
  readonly doubts = new Doubts();
  /** Where something is wrong, each place once; see {@link placeKey}. */
  readonly places = new Set<string>();
  /** What would be a fault if the next pass finds it too. */
  readonly suspected = new Set<string>();
  readonly counts = new Map<FaultKind, number>();
  readonly #suspectedBefore: ReadonlySet<string>;

  /** @param suspectedBefore what the last whole pass suspected */
  constructor(suspectedBefore: ReadonlySet<string>) {
    this.#suspectedBefore = suspectedBefore;
  }

  /** @returns the key of the place where it is a fault, and one not met before in this pass; else null */
  note(kind: FaultKind, place: FaultPlace, inDoubt: readonly EventStretch[]): string | null {
    const key = placeKey(kind, place);
    if (mayBeLate(kind, place)) {
      const isSure = this.#suspectedBefore.has(key) || this.suspected.size >= MOST_PLACES;
      this.suspected.add(key);
      if (!isSure) return null;
    }
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const { chain, sequence } = place;
    // What sessions mean together tells of misuse or a mistake, not that an event is another than was written.
    if (FAULT_TRAITS[kind].family !== 'meaning') {
      if (chain !== undefined && sequence !== undefined) this.doubts.add({ chain, from: sequence, to: sequence });
      for (const stretch of inDoubt) this.doubts.add(stretch);
    }
    if (this.places.has(key) || this.places.size >= MOST_PLACES) return null;
    this.places.add(key);
    return key;
  }
}

/** The places of both, as many as are told apart. */
export function placesOfBoth(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one, ...other].slice(0, MOST_PLACES));
}

/** A place for the log, of bounded length. */
export function loggedPlace({ chain, sequence, seal, line }: FaultPlace): FaultPlace {
  return {
    ...(chain === undefined ? {} : { chain: chain.slice(0, LONGEST_NAME) }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(seal === undefined ? {} : { seal }),
    ...(line === undefined ? {} : { line }),
  };
}

function placeKey(kind: FaultKind, place: FaultPlace): string {
  return JSON.stringify([kind, loggedPlace(place)]);
}

/**
 * After an outage, or a start, the sealer and the writer need a moment: what is not sealed, or not signed at the end of a
 * chain, counts where it has stayed so from one whole pass to the next.
 */
function mayBeLate(kind: FaultKind, { seal }: FaultPlace): boolean {
  return kind === 'UNSEALED' || (kind === 'UNSIGNED' && seal === undefined);
}
