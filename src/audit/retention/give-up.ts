import type { EventPruned, PrunedRange } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import { type PruneRecording, putOnRecord, sealRecords } from './prune.js';
import { RetentionError } from './retention-error.js';
import type { UnfinishedPrune } from './unfinished.js';

/** How many of the events of an unfinished pruning are gone, and how many are still in the store. */
export interface PruneProgress {
  readonly gone: number;
  readonly left: number;
}

const TRIES = 3;

/** @throws StoreUnavailableError */
export async function progressOf(
  unfinished: readonly UnfinishedPrune[],
  events: Pick<EventStore, 'chain'>,
): Promise<PruneProgress> {
  const all = sum(unfinished.flatMap(({ recorded }) => recorded.ranges));
  const gone = sum((await goneByNow(unfinished, events)).flatMap(({ ranges }) => ranges));
  return { gone, left: all - gone };
}

/**
 * Gives prunings up that were broken off. Nothing is deleted: what has not gone stays, and may go by another pruning, into an archive of
 * its own. What has gone is put on record, under a seal, in place of what had been announced: from then on verification excuses that and
 * no more.
 * @param unfinished of one archive
 * @throws RetentionError where the record could not be sealed, or the events go on being deleted; GatewayError AUDIT_UNAVAILABLE;
 *   StoreUnavailableError. It may be repeated then
 */
export async function giveUp(
  unfinished: readonly UnfinishedPrune[],
  reason: string,
  events: Pick<EventStore, 'chain'>,
  recording: PruneRecording,
): Promise<PruneProgress> {
  // What is given up must count itself: else what has gone would be excused by nothing.
  await sealRecords(unfinished, recording);
  let said = await goneByNow(unfinished, events);
  for (let tries = 0; tries < TRIES; tries += 1) {
    await putOnRecord(said, 'FAILURE', reason, recording);
    // Somebody who was finishing it stops at the record, but may have been in the middle of a part.
    const now = await goneByNow(unfinished, events);
    if (sum(now.flatMap(({ ranges }) => ranges)) === sum(said.flatMap(({ ranges }) => ranges))) {
      return progressOf(unfinished, events);
    }
    said = now;
  }
  throw new RetentionError('Events go on being deleted by this pruning. Find out who does it, and give it up again.');
}

/** For each of the prunings what to say in its place: the beginnings of its ranges that are not there any more. */
async function goneByNow(
  unfinished: readonly UnfinishedPrune[],
  events: Pick<EventStore, 'chain'>,
): Promise<readonly EventPruned[]> {
  const said: EventPruned[] = [];
  for (const { chain, sequence, recorded } of unfinished) {
    const ranges: PrunedRange[] = [];
    for (const range of recorded.ranges) {
      const [first] = await events.chain(range.chain, range.from, 1);
      if (first === undefined || first.sequence > range.to) ranges.push(range);
      else if (first.sequence > range.from) {
        const head = Buffer.from(first.previousHash).toString('hex');
        ranges.push({ ...range, to: first.sequence - 1, head });
      }
    }
    said.push({ ...recorded, ranges, givenUp: { chain, sequence } });
  }
  return said;
}

function sum(ranges: readonly PrunedRange[]): number {
  return ranges.reduce((count, { from, to }) => count + to - from + 1, 0);
}
