import type { EventPruned, StoredEvent } from '../../domain/audit-event.js';
import { RetentionError } from './retention-error.js';

/** Where a record of pruning is in the trail. */
export interface RecordPlace {
  readonly chain: string;
  readonly sequence: number;
}

/** A record of pruning: where it is, and what it says. */
export interface RecordedPrune extends RecordPlace {
  readonly recorded: EventPruned;
}

export function isSamePlace(one: RecordPlace, other: RecordPlace): boolean {
  return one.chain === other.chain && one.sequence === other.sequence;
}

/** What an AUDIT_PRUNED event says was taken out. @throws RetentionError where it cannot be read */
export function prunedIn(event: StoredEvent): EventPruned {
  try {
    const { pruned } = JSON.parse(event.body) as { pruned: EventPruned & { before: string } };
    return { ...pruned, before: Date.parse(pruned.before) };
  } catch {
    throw new RetentionError(`The record of pruning ${JSON.stringify(event.id)} cannot be read. Verify the trail.`);
  }
}
