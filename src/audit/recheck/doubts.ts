import type { EventStretch } from '../verify/index.js';

/** More separate places in one chain, and the whole chain is in doubt. */
const MOST_STRETCHES = 1_000;
/** More chains, and everything is in doubt. */
const MOST_CHAINS = 10_000;

/** Both ends included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Events that nothing proves any more. Its size is bounded, whatever an attacker does to the trail: beyond the bound more is
 * in doubt than was found, never less.
 */
export class Doubts {
  readonly #chains = new Map<string, Range[]>();
  #everything = false;

  /** @param stretch one that ends before it begins holds nothing */
  add({ chain, from, to }: EventStretch): void {
    const last = to ?? Number.POSITIVE_INFINITY;
    if (!(from <= last)) return;
    let ranges = this.#chains.get(chain);
    if (ranges === undefined) {
      if (this.#chains.size >= MOST_CHAINS) {
        this.#everything = true;
        return;
      }
      ranges = [];
      this.#chains.set(chain, ranges);
    }
    insert(ranges, { from, to: last });
    if (ranges.length > MOST_STRETCHES) ranges.splice(0, ranges.length, { from: 0, to: Number.POSITIVE_INFINITY });
  }

  addAll(other: Doubts): void {
    if (other.#everything) this.#everything = true;
    for (const [chain, ranges] of other.#chains) for (const range of ranges) this.add({ chain, ...range });
  }

  /** One look-up, and a search among the stretches of the chain. */
  has(chain: string, sequence: number): boolean {
    if (this.#everything) return true;
    const ranges = this.#chains.get(chain);
    if (ranges === undefined) return false;
    const range = ranges[firstEndingAt(ranges, sequence)];
    return range !== undefined && range.from <= sequence;
  }
}

/** Keeps the ranges ascending and apart. */
function insert(ranges: Range[], { from, to }: Range): void {
  const first = firstEndingAt(ranges, from - 1);
  let behind = first;
  let merged: Range = { from, to };
  for (let next = ranges[behind]; next !== undefined && next.from <= to + 1; next = ranges[behind]) {
    merged = { from: Math.min(merged.from, next.from), to: Math.max(merged.to, next.to) };
    behind += 1;
  }
  ranges.splice(first, behind - first, merged);
}

/** The place of the first range that ends at the sequence or after it. */
function firstEndingAt(ranges: readonly Range[], sequence: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.to ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
