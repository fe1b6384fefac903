import type { StoredSeal } from '../../domain/audit-seal.js';
import { areEqualSeals } from './anchor-line.js';
import type { ReportFault } from './fault.js';
import { coverageReader } from './seal-body.js';

/** Several processes that append to one file may do so a little out of order: so many seals at most. */
const REORDER_WINDOW = 1_024;
/** Of the seals of one index that differ: one is enough to tell, and more prove nothing. */
const MOST_OTHERS = 10;

/** One place where seals are kept outside the database, in the order they were put there. */
export type Anchor = AsyncIterable<StoredSeal>;

/**
 * All anchors as one ascending list of seals, each once. Anchors may hold different seals (each replica its own), but of
 * one index there is one seal: two are reported as ANCHOR_CONFLICT, and the first counts.
 */
export async function* mergedAnchors(anchors: readonly Anchor[], report: ReportFault): AsyncGenerator<StoredSeal> {
  const streams = anchors.map((anchor) => ascending(anchor, report)[Symbol.asyncIterator]());
  const covered = coverageReader();
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let least: StoredSeal | null = null;
    for (const head of heads) {
      if (head.done !== true && (least === null || head.value.index < least.index)) least = head.value;
    }
    if (least === null) return;
    const others = await advancePast(least, streams, heads);
    if (others.length > 0) {
      const inDoubt = [least, ...others].flatMap(covered);
      report('ANCHOR_CONFLICT', { seal: least.index }, `The anchors hold two different seals ${least.index}.`, inDoubt);
    }
    yield least;
  }
}

/** Moves every stream past the seal's index. @returns the other seals that were there, a few at most */
async function advancePast(
  seal: StoredSeal,
  streams: readonly AsyncIterator<StoredSeal>[],
  heads: IteratorResult<StoredSeal>[],
): Promise<readonly StoredSeal[]> {
  const others: StoredSeal[] = [];
  for (const [at, stream] of streams.entries()) {
    let head = heads[at];
    while (head !== undefined && head.done !== true && head.value.index === seal.index) {
      if (!areEqualSeals(head.value, seal) && others.length < MOST_OTHERS) others.push(head.value);
      head = await stream.next();
      heads[at] = head;
    }
  }
  return others;
}

/** The seals of one anchor in ascending order, where they are not further out of order than the window. */
async function* ascending(anchor: Anchor, report: ReportFault): AsyncGenerator<StoredSeal> {
  const window: StoredSeal[] = [];
  let last = -1;

  function* release(most: number): Generator<StoredSeal> {
    while (window.length > most) {
      const seal = window.shift();
      if (seal === undefined) return;
      if (seal.index >= last) {
        last = seal.index;
        yield seal;
      } else report('ANCHOR_LINE', { seal: seal.index }, `Seal ${seal.index} is far from its place in an anchor.`);
    }
  }

  for await (const seal of anchor) {
    let at = window.length;
    while (at > 0 && (window[at - 1]?.index ?? -1) > seal.index) at -= 1;
    window.splice(at, 0, seal);
    yield* release(REORDER_WINDOW);
  }
  yield* release(0);
}
