import type { StoredSeal } from '../../domain/audit-seal.js';
import type { GatewayKeys } from './gateway-keys.js';
import { joinedEvents } from './joined-events.js';
import { type PruneRecordSource, watchPruning } from './pruned-meanwhile.js';
import { type StoredEventSource, type StoredSealSource, storedEvents, storedSeals } from './store-inputs.js';
import type { Verdict } from './verdict.js';
import { type EventBatch, type Input, PrunedMeanwhileError, type VerifyOptions, verifyTrail } from './verify-trail.js';

/** One prunes once in a while: twice during one verification means that somebody wants no verdict. */
const MOST_TRIES = 3;

/** A store as far as verification reads it. */
export interface VerifiableStore {
  readonly events: StoredEventSource & PruneRecordSource;
  readonly seals: StoredSealSource;
}

/**
 * Verifies the trail in an open store, projections included; see {@link verifyTrail}. Gateways may go on writing; where it is pruned
 * meanwhile, it is verified again.
 * @param options give `now`: without it, nothing tells that the newest events have been there unsealed for long
 * @throws PrunedMeanwhileError where it is pruned again and again
 * @throws StoreUnavailableError where the store does not answer
 */
export async function verifyStore(
  store: VerifiableStore,
  trust: {
    readonly keys: GatewayKeys | null;
    readonly anchors?: readonly Input<StoredSeal>[];
    /** Archives of what was pruned: then it is verified as well. */
    readonly archives?: readonly Input<EventBatch>[];
  },
  options: VerifyOptions = {},
): Promise<Verdict> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await verifyTrail(
        {
          events: joinedEvents(storedEvents(store.events), trust.archives ?? []),
          seals: storedSeals(store.seals),
          prunedMeanwhile: watchPruning(store.events),
          keys: trust.keys,
          ...(trust.anchors === undefined ? {} : { anchors: trust.anchors }),
        },
        options,
      );
    } catch (error) {
      if (!(error instanceof PrunedMeanwhileError) || tries >= MOST_TRIES) throw error;
    }
  }
}
