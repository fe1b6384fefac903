import { type EventPruned, isWithin, type PrunedRange } from '../../domain/audit-event.js';
import type { ReportFault } from './fault.js';
import type { SealedStretches } from './sealed-stretches.js';

/** Events that are not there: from one to another, both included, after an event of this hash (hex). */
export interface MissingEvents {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  readonly head: string;
  /** What the event behind them says that the hash of the last of them is; null where none is there. */
  readonly nextPreviousHash: string | null;
}

interface PruneRecord {
  readonly chain: string;
  readonly sequence: number;
  readonly pruned: EventPruned;
}

/** A range that counts. */
interface CountedRange extends PrunedRange {
  /** The archive (SHA-256, hex) of the pruning that was given up after it had taken this out; null where none was. */
  readonly givenUp: string | null;
}

/**
 * What AUDIT_PRUNED events say was taken out. A record counts once a seal covers it and nothing is wrong with the chain it is in:
 * whoever deletes rows and writes a record of his own excuses nothing. A pruning that was given up excuses what had gone by then, and no
 * more: else whoever has the database could delete the rest in its name.
 */
export class PrunedRanges {
  readonly #records: PruneRecord[] = [];
  readonly #ranges = new Map<string, Map<number, CountedRange>>();
  readonly #givenUp = new Map<string, number>();
  #before = Number.NEGATIVE_INFINITY;
  #excused = 0;

  /** How many events are missing as recorded. */
  get excused(): number {
    return this.#excused;
  }

  /** Of the excused: how many went by a pruning that was given up, by its archive (SHA-256, hex). */
  get givenUp(): ReadonlyMap<string, number> {
    return this.#givenUp;
  }

  /** Sessions that began before this moment may have events among those that are missing as recorded; milliseconds since the epoch. */
  get sessionsBefore(): number {
    return this.#excused > 0 ? this.#before : Number.NEGATIVE_INFINITY;
  }

  note(chain: string, sequence: number, pruned: EventPruned): void {
    this.#records.push({ chain, sequence, pruned });
  }

  /**
   * Decides which records count; to be called once every event was seen.
   * @param isProven whether the chain is by a gateway and without a fault
   * @param stretches null: nothing is known of seals
   */
  settle(isProven: (chain: string) => boolean, stretches: SealedStretches | null, report: ReportFault): void {
    const counted = this.#records.filter(({ chain, sequence }) => {
      const isSealed = stretches === null || sequence <= (stretches.of(chain)?.sealedTo ?? -1);
      return isSealed && isProven(chain);
    });
    const announced = new Map<string, EventPruned>();
    for (const { chain, sequence, pruned } of counted) {
      if (pruned.givenUp === undefined) announced.set(placeOf({ chain, sequence }), pruned);
    }
    const instead = counted.filter(({ pruned }) => pruned.givenUp !== undefined);
    const givenUp = new Set(instead.map(({ pruned }) => placeOf(pruned.givenUp ?? NOWHERE)));
    for (const { chain, sequence, pruned } of counted) {
      if (pruned.givenUp !== undefined || givenUp.has(placeOf({ chain, sequence }))) continue;
      for (const range of pruned.ranges) {
        if (stretches === null || isSealedStretch(range, stretches)) this.#count(range, pruned, null);
        else {
          const why = `Event ${sequence} of ${chain} says that ${range.from} to ${range.to} of ${range.chain} were pruned: no seal ends there.`;
          report('PRUNE_RECORD', { chain, sequence }, why);
        }
      }
    }
    for (const { chain, sequence, pruned } of instead) {
      // Where the record of that pruning is not there, or counts for nothing, nothing is excused in its place.
      const given = announced.get(placeOf(pruned.givenUp ?? NOWHERE));
      if (given === undefined) continue;
      for (const range of pruned.ranges) {
        const isAnnounced = given.ranges.some(
          (whole) => isWithin(range, whole) && (stretches === null || isSealedStretch(whole, stretches)),
        );
        if (isAnnounced) this.#count(range, given, given.archive.sha256);
        else {
          const why = `Event ${sequence} of ${chain} says that ${range.from} to ${range.to} of ${range.chain} had been pruned: the pruning that it gives up had not announced it.`;
          report('PRUNE_RECORD', { chain, sequence }, why);
        }
      }
    }
  }

  #count(range: PrunedRange, { before }: EventPruned, givenUp: string | null): void {
    const known = this.#ranges.get(range.chain) ?? new Map<number, CountedRange>();
    const other = known.get(range.from);
    if (other === undefined || other.to < range.to) known.set(range.from, { ...range, givenUp });
    this.#ranges.set(range.chain, known);
    this.#before = Math.max(this.#before, before);
  }

  /** Whether all of the events were taken out as recorded: the ranges follow one another, and fit to what is there on both sides. */
  excuses({ chain, from, to, head, nextPreviousHash }: MissingEvents): boolean {
    const ranges = this.#ranges.get(chain);
    const met: CountedRange[] = [];
    let next = from;
    let before = head;
    while (next <= to) {
      const range = ranges?.get(next);
      if (range === undefined || range.previousHash !== before) return false;
      met.push(range);
      next = range.to + 1;
      before = range.head;
    }
    // A deletion that was broken off has left the end of a range: its last event is held against the seal.
    if (next === to + 1 && nextPreviousHash !== null && nextPreviousHash !== before) return false;
    this.#excused += to - from + 1;
    for (const { givenUp, from: first, to: last } of met) {
      if (givenUp === null) continue;
      this.#givenUp.set(givenUp, (this.#givenUp.get(givenUp) ?? 0) + Math.min(last, to) - first + 1);
    }
    return true;
  }
}

/** The first event of a chain may go alone, long after what followed it: it was kept for the key it hands over. */
function isSealedStretch({ chain, from, to, head }: PrunedRange, stretches: SealedStretches): boolean {
  if (from === 0 && to === 0) return true;
  for (const sealed of stretches.heads(chain)) {
    if (sealed.to === to) return sealed.head === head;
    if (sealed.to > to) return false;
  }
  return false;
}

const NOWHERE = { chain: '', sequence: -1 } as const;

function placeOf({ chain, sequence }: { readonly chain: string; readonly sequence: number }): string {
  return `${chain}:${sequence}`;
}
