import { setImmediate as turn } from 'node:timers/promises';
import type { EventDraft, EventOutcome, EventPruned, PrunedRange, StoredEvent } from '../../domain/audit-event.js';
import { newTimedId } from '../../platform/ids.js';
import type { EventStore } from '../../stores/index.js';
import type { SealState } from '../seal/seal-state.js';
import type { Sealer } from '../seal/sealer.js';
import type { AuditTrail } from '../trail.js';
import { prunedIn, type RecordedPrune, type RecordPlace } from './prune-records.js';
import { RetentionError } from './retention-error.js';

/** Ranges in one record: its body stays far below what a reader takes. */
const MOST_RANGES = 500;
const AT_ONCE = 500;
const SEALING_TRIES = 10;

export interface PruneRecording {
  readonly trail: Pick<AuditTrail, 'record' | 'onRecorded'>;
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly sealState: Pick<SealState, 'sealed'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Puts on record what is about to be deleted, durably and under a seal.
 * @param pruned with all ranges; they are split over several events where they are many
 * @returns the records, with where they are
 * @throws RetentionError where no seal comes to cover it: nothing may be deleted then; GatewayError AUDIT_UNAVAILABLE
 */
export async function recordPrune(
  pruned: EventPruned,
  reason: string,
  recording: PruneRecording,
): Promise<readonly RecordedPrune[]> {
  const parts: EventPruned[] = [];
  for (let at = 0; at < pruned.ranges.length; at += MOST_RANGES) {
    parts.push({ ...pruned, ranges: pruned.ranges.slice(at, at + MOST_RANGES) });
  }
  return putOnRecord(parts, 'SUCCESS', reason, recording);
}

/**
 * Records each of these in an event of its own, durably and under a seal.
 * @returns the records, with where they are
 * @throws RetentionError where no seal comes to cover them; GatewayError AUDIT_UNAVAILABLE
 */
export async function putOnRecord(
  records: readonly EventPruned[],
  outcome: EventOutcome,
  reason: string,
  { trail, sealer, sealState, now }: PruneRecording,
): Promise<readonly RecordedPrune[]> {
  const written: StoredEvent[] = [];
  const stop = trail.onRecorded((events) => void written.push(...events));
  try {
    for (const pruned of records) await trail.record(pruneDraft(pruned, outcome, reason, now));
  } finally {
    stop();
  }
  await sealRecords(written, { sealer, sealState });
  // A gap in the trail may be told of beside them.
  return written.flatMap((event) =>
    event.type === 'AUDIT_PRUNED' ? [{ chain: event.chain, sequence: event.sequence, recorded: prunedIn(event) }] : [],
  );
}

/** Resolves once seals cover the records. @throws RetentionError where none comes to: nothing may be deleted then */
export async function sealRecords(
  records: readonly RecordPlace[],
  { sealer, sealState }: Pick<PruneRecording, 'sealer' | 'sealState'>,
): Promise<void> {
  for (let tries = 0; tries < SEALING_TRIES; tries += 1) {
    await sealer.seal();
    const open = await Promise.all(
      records.map(async ({ chain, sequence }) => (await sealState.sealed(chain)).to < sequence),
    );
    if (!open.includes(true)) return;
  }
  throw new RetentionError('The record of the pruning could not be sealed: nothing was deleted. Run it again.');
}

/**
 * Deletes what was recorded and archived, a part at a time. After a crash in the middle it is to be called again.
 * @param mayGoOn asked before each part, with what is left; where it rejects, nothing more is deleted
 * @returns how many events were deleted now
 * @throws StoreUnavailableError
 */
export async function deletePruned(
  ranges: readonly PrunedRange[],
  events: Pick<EventStore, 'prune'>,
  onEvents: (count: number) => void,
  mayGoOn: (left: readonly PrunedRange[]) => Promise<void> = async () => undefined,
): Promise<number> {
  let deleted = 0;
  for (const [at, range] of ranges.entries()) {
    for (;;) {
      await mayGoOn(ranges.slice(at));
      const count = await events.prune(range, AT_ONCE);
      deleted += count;
      onEvents(count);
      if (count < AT_ONCE) break;
      // Gateways beside this write to the same store.
      await turn();
    }
  }
  return deleted;
}

function pruneDraft(pruned: EventPruned, outcome: EventOutcome, reason: string, occurredAt: number): EventDraft {
  return {
    type: 'AUDIT_PRUNED',
    outcome,
    code: null,
    occurredAt,
    // Whoever runs the command is known to the machine it runs on: `gateway.instance` names both.
    actor: null,
    subjectId: null,
    session: null,
    operation: null,
    request: { id: newTimedId(), traceparent: null },
    count: 1,
    pruned,
    details: { reason },
  };
}
