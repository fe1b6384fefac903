import type { EventPruned, StoredEvent } from '../../domain/audit-event.js';
import { RetentionError } from './retention-error.js';

/** What an AUDIT_PRUNED event says was taken out. @throws RetentionError where it cannot be read */
export function prunedIn(event: StoredEvent): EventPruned {
  try {
    const { pruned } = JSON.parse(event.body) as { pruned: EventPruned & { before: string } };
    return { ...pruned, before: Date.parse(pruned.before) };
  } catch {
    throw new RetentionError(`The record of pruning ${JSON.stringify(event.id)} cannot be read. Verify the trail.`);
  }
}
