import { StoreUnavailableError } from '../../errors/index.js';
import { detailsHash, eventHash } from '../format.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { SealState } from './seal-state.js';
import type { Sealer } from './sealer.js';

/**
 * PENDING: chained, and no seal covers it yet. SEALED: a seal covers it. FAILED: it does not match its own hash, or the
 * sealer found its chain changed from outside at this event or before it.
 */
export type IntegrityStatus = 'PENDING' | 'SEALED' | 'FAILED';

/** Tells what is known of an event's integrity. */
export type JudgeIntegrity = (event: RecordedEvent) => Promise<IntegrityStatus>;

export function createJudgeIntegrity(state: SealState, faults: Sealer['faults']): JudgeIntegrity {
  return async ({ stored, body }) => {
    if (Buffer.compare(eventHash(stored.previousHash, stored.body), stored.hash) !== 0) return 'FAILED';
    const { details } = stored;
    if (details !== null && detailsHash(details.salt, details.text) !== body.detailsHash) return 'FAILED';
    const spot = faults().get(stored.chain);
    if (spot !== undefined && stored.sequence >= spot.sequence) return 'FAILED';
    try {
      const sealed = state.known(stored.chain) ?? (await state.sealed(stored.chain));
      return stored.sequence <= sealed.to ? 'SEALED' : 'PENDING';
    } catch (error) {
      // While the seals cannot be asked, nothing may be said to be sealed.
      if (error instanceof StoreUnavailableError) return 'PENDING';
      return 'FAILED';
    }
  };
}
