import { StoreUnavailableError } from '../../errors/index.js';
import { detailsHash, eventHash, eventId } from '../format.js';
import type { Recheck } from '../recheck/recheck.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { SealState } from './seal-state.js';
import type { Sealer } from './sealer.js';

/**
 * PENDING: chained, and no seal covers it yet. SEALED: a seal covers it. FAILED: it does not match its own hash, the sealer
 * found its chain changed from outside at this event or before it, or the continuous verification found a fault that
 * leaves it unproven. Since the last whole verification a sealed event may have been changed unseen.
 */
export type IntegrityStatus = 'PENDING' | 'SEALED' | 'FAILED';

/** Tells what is known of an event's integrity, from memory alone where its chain was asked for before. */
export type JudgeIntegrity = (event: RecordedEvent) => Promise<IntegrityStatus>;

export function createJudgeIntegrity(
  state: SealState,
  faults: Sealer['faults'],
  isInDoubt: Recheck['isInDoubt'],
): JudgeIntegrity {
  return async (event) => {
    const { stored } = event;
    if (isInDoubt(stored.chain, stored.sequence) || !isWhatItSays(event)) return 'FAILED';
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

function isWhatItSays(event: RecordedEvent): boolean {
  const { id, chain, sequence, previousHash, hash, body, details } = event.stored;
  // Below the first place of a chain, or beside the event of a place, nothing that was sealed lies.
  if (!(sequence >= 0) || id !== eventId(chain, sequence)) return false;
  if (Buffer.compare(eventHash(previousHash, body), hash) !== 0) return false;
  try {
    // Stored in another place than its own, it would be judged by that place.
    if (event.body.chain !== chain || event.body.sequence !== sequence) return false;
    return details === null || detailsHash(details.salt, details.text) === event.body.detailsHash;
  } catch {
    // A body that is no JSON is nothing that a gateway wrote.
    return false;
  }
}
