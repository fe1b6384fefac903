import type { EventPruned, PrunedRange } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import { type PruneRecording, putOnRecord, sealRecords } from './prune.js';
import { isSamePlace, type RecordedPrune, type RecordPlace } from './prune-records.js';
import { RetentionError } from './retention-error.js';
import { saidInPlace, standingPrunes, type UnfinishedPrune } from './unfinished.js';

/** How many of the events of an unfinished pruning are gone, and how many are still in the store. */
export interface PruneProgress {
  readonly gone: number;
  readonly left: number;
}

type Source = Pick<EventStore, 'page' | 'chain'>;

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
 * @throws RetentionError where the record could not be sealed; GatewayError AUDIT_UNAVAILABLE; StoreUnavailableError. It may be
 *   repeated then. RetentionError also where the events go on being deleted
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
  throw new RetentionError(
    'Events go on being deleted, though the pruning was given up: find out by whom, and see `audit verify`.',
  );
}

/**
 * What has gone by records of pruning that somebody else gave up meanwhile, and that is not on record yet, is put there. To be asked by
 * whoever has deleted a part, after it: either the part had gone when the other looked for the last time, or the other's record is
 * there to be seen now. So one of the two says that it went, and no moment is left in which it goes unsaid.
 * @returns whether any of the records was given up: nothing more may be deleted by them then
 * @throws RetentionError where the record could not be sealed; GatewayError AUDIT_UNAVAILABLE; StoreUnavailableError
 */
export async function sayWhatWent(
  records: readonly RecordedPrune[],
  reason: string,
  { events, gateway, ...recording }: PruneRecording & { readonly events: Source; readonly gateway: GatewaySigner },
): Promise<boolean> {
  const instead = await saidInPlace(events, gateway);
  const givenUp = records.filter((record) => instead.some((said) => isSamePlace(said.givenUp, record)));
  if (givenUp.length === 0) return false;
  // What was left may have been pruned anew since, by a record of its own, which a second one would contradict.
  const anew: PrunedRange[] = [];
  for await (const { recorded } of standingPrunes(events, gateway)) anew.push(...recorded.ranges);
  const unsaid: Gone[] = [];
  for (const gone of await goneByNow(givenUp, events)) {
    const said = instead.filter((one) => isSamePlace(one.givenUp, gone.givenUp)).flatMap(({ ranges }) => ranges);
    const ranges = gone.ranges.filter((range) => {
      const isSaid = said.some(({ chain, from, to }) => chain === range.chain && from === range.from && to >= range.to);
      return !isSaid && !anew.some((other) => overlap(other, range));
    });
    if (ranges.length > 0) unsaid.push({ ...gone, ranges });
  }
  if (unsaid.length > 0) await putOnRecord(unsaid, 'FAILURE', reason, recording);
  return true;
}

/** What is said of a pruning in its place. */
type Gone = EventPruned & { readonly givenUp: RecordPlace };

/** For each of the prunings what to say in its place: the beginnings of its ranges that are not there any more. */
async function goneByNow(
  unfinished: readonly RecordedPrune[],
  events: Pick<EventStore, 'chain'>,
): Promise<readonly Gone[]> {
  const said: Gone[] = [];
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

function overlap(one: PrunedRange, other: PrunedRange): boolean {
  return one.chain === other.chain && one.from <= other.to && other.from <= one.to;
}

function sum(ranges: readonly PrunedRange[]): number {
  return ranges.reduce((count, { from, to }) => count + to - from + 1, 0);
}
