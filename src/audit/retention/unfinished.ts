import type { EventPruned, PrunedRange } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import { eventsOf } from './events-of.js';
import { isGenuine } from './genuine-event.js';
import { isSamePlace, prunedIn, type RecordedPrune, type RecordPlace } from './prune-records.js';
import { RetentionError } from './retention-error.js';

/** A record of pruning whose events have not all gone. */
export interface UnfinishedPrune extends RecordedPrune {
  /** With those ranges alone that have not all gone. */
  readonly pruned: EventPruned;
}

type Source = Pick<EventStore, 'page' | 'chain'>;

/**
 * Records of pruning of which events are still in the store: a crash, or a store that went away, came between. Those that were given
 * up are none.
 * @throws StoreUnavailableError; RetentionError where a record cannot be read
 */
export async function unfinishedPrunes(events: Source, gateway: GatewaySigner): Promise<readonly UnfinishedPrune[]> {
  const found: UnfinishedPrune[] = [];
  for await (const { chain, sequence, recorded } of standingPrunes(events, gateway)) {
    const left: PrunedRange[] = [];
    for (const range of recorded.ranges) {
      const [first] = await events.chain(range.chain, range.from, 1);
      if (first !== undefined && first.sequence <= range.to) left.push(range);
    }
    if (left.length > 0) found.push({ chain, sequence, pruned: { ...recorded, ranges: left }, recorded });
  }
  return found.reverse();
}

/** The records of pruning that were not given up, the newest first. @throws StoreUnavailableError; RetentionError */
export async function* standingPrunes(events: Source, gateway: GatewaySigner): AsyncGenerator<RecordedPrune> {
  const givenUp = await givenUpPrunes(events, gateway);
  for await (const event of eventsOf(events, { types: ['AUDIT_PRUNED'] })) {
    const recorded = prunedIn(event);
    if (recorded.givenUp !== undefined || givenUp.some((place) => isSamePlace(place, event))) continue;
    yield { chain: event.chain, sequence: event.sequence, recorded };
  }
}

/** The records that gave up the pruning with this archive (SHA-256, hex). @throws StoreUnavailableError; RetentionError */
export async function recordsOfGivingUp(
  archive: string,
  events: Source,
  gateway: GatewaySigner,
): Promise<readonly RecordPlace[]> {
  const found: RecordPlace[] = [];
  for await (const { record, said } of givingUp(events, gateway))
    if (said.archive.sha256 === archive) found.push(record);
  return found;
}

/** The records of pruning that were given up. */
async function givenUpPrunes(events: Source, gateway: GatewaySigner): Promise<readonly RecordPlace[]> {
  return (await saidInPlace(events, gateway)).map(({ givenUp }) => givenUp);
}

/** What is on record in place of prunings that were given up, and whose. @throws StoreUnavailableError; RetentionError */
export async function saidInPlace(
  events: Source,
  gateway: GatewaySigner,
): Promise<readonly { readonly givenUp: RecordPlace; readonly ranges: readonly PrunedRange[] }[]> {
  const found = [];
  for await (const { said } of givingUp(events, gateway)) {
    if (said.givenUp !== undefined) found.push({ givenUp: said.givenUp, ranges: said.ranges });
  }
  return found;
}

/**
 * What gives prunings up. Only a gateway can give one up: whoever has the database must not be able to keep old events
 * from being pruned.
 */
async function* givingUp(
  events: Source,
  gateway: GatewaySigner,
): AsyncGenerator<{ readonly record: RecordPlace; readonly said: EventPruned }> {
  for await (const record of eventsOf(events, { types: ['AUDIT_PRUNED'], outcome: 'FAILURE' })) {
    const said = prunedIn(record);
    if (said.givenUp !== undefined && (await isGenuine(record, events, gateway))) yield { record, said };
  }
}

/**
 * To be asked before each part of what is deleted: another operator may have given the pruning up, and said what had gone by then.
 * @throws RetentionError where any of the records was given up; StoreUnavailableError
 */
export async function refuseGivenUp(
  records: readonly RecordPlace[],
  events: Source,
  gateway: GatewaySigner,
): Promise<void> {
  const givenUp = await givenUpPrunes(events, gateway);
  if (!records.some((record) => givenUp.some((place) => isSamePlace(place, record)))) return;
  throw new RetentionError('The pruning was given up meanwhile: nothing more is deleted by it.');
}
