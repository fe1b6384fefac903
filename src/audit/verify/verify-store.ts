import type { StoredSeal } from '../../domain/audit-seal.js';
import type { GatewayKeys } from './gateway-keys.js';
import { type StoredEventSource, type StoredSealSource, storedEvents, storedSeals } from './store-inputs.js';
import type { Verdict } from './verdict.js';
import { type Input, type VerifyOptions, verifyTrail } from './verify-trail.js';

/** A store as far as verification reads it. */
export interface VerifiableStore {
  readonly events: StoredEventSource;
  readonly seals: StoredSealSource;
}

/**
 * Verifies the trail in an open store, projections included; see {@link verifyTrail}. Gateways may go on writing.
 * @param options give `now`: without it, nothing tells that the newest events have been there unsealed for long
 * @throws StoreUnavailableError where the store does not answer
 */
export function verifyStore(
  store: VerifiableStore,
  trust: { readonly keys: GatewayKeys | null; readonly anchors?: readonly Input<StoredSeal>[] },
  options: VerifyOptions = {},
): Promise<Verdict> {
  return verifyTrail({ events: storedEvents(store.events), seals: storedSeals(store.seals), ...trust }, options);
}
