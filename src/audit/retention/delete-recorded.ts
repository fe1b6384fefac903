import type { PrunedRange } from '../../domain/audit-event.js';
import type { Clock } from '../../platform/clock.js';
import type { EventStore } from '../../stores/index.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import { sayWhatWent } from './give-up.js';
import type { PlacedHold } from './holds.js';
import { LateHolds } from './late-holds.js';
import { deletePruned, type PruneRecording } from './prune.js';
import type { RecordedPrune } from './prune-records.js';
import { RetentionError } from './retention-error.js';
import { refuseGivenUp } from './unfinished.js';

export interface DeletingParts extends Omit<PruneRecording, 'now'> {
  readonly events: Pick<EventStore, 'page' | 'chain' | 'prune'>;
  readonly gateway: GatewaySigner;
  readonly clock: Clock;
}

export interface Deletion {
  readonly records: readonly RecordedPrune[];
  /** What is left of what the records name. */
  readonly ranges: readonly PrunedRange[];
  /** Every hold that was taken into account as it was planned; of one that was broken off nobody knows: none. */
  readonly planned: readonly PlacedHold[];
  /** Why, for the record of what went where others give it up meanwhile. */
  readonly reason: string;
}

/**
 * Deletes what is recorded and archived, for as long as no hold that came since keeps any of it, and nobody gives it up. What went in the
 * very moment in which it was given up is on record when this has ended.
 * @returns how many events were deleted now
 * @throws RetentionError where it was stopped; GatewayError AUDIT_UNAVAILABLE; StoreUnavailableError
 */
export async function deleteRecorded(
  { records, ranges, planned, reason }: Deletion,
  parts: DeletingParts,
  onEvents: (count: number) => void,
): Promise<number> {
  const { events, gateway, clock } = parts;
  const late = new LateHolds(planned, { events, gateway, now: () => clock.now() });
  let deleted = 0;
  let isGivenUp = false;
  try {
    deleted = await deletePruned(ranges, events, onEvents, async (left) => {
      await refuseGivenUp(records, events, gateway);
      await late.check(left);
    });
  } finally {
    isGivenUp = await sayWhatWent(records, reason, { ...parts, now: clock.now() });
  }
  if (isGivenUp)
    throw new RetentionError(
      `The pruning was given up meanwhile. ${deleted} events had gone by then, which is on record.`,
    );
  return deleted;
}
