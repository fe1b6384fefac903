import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import { genesisHash } from '../format.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import { type ChainPosition, inspectNext } from '../seal/inspect-stretch.js';

/** Commands write a few events each; what stands further back in its chain is no command's. */
const MOST = 1_000;
const NOTHING_OWN = { wrote: () => false } as const;

/**
 * Whether a gateway wrote the event, as far as its chain shows by itself: linked from the beginning, signed with a key that the
 * gateway's vouches for. Whoever has the database can insert a row; what such a row permits must be asked here first.
 * @throws StoreUnavailableError
 */
export async function isGenuine(
  { chain, sequence, hash }: StoredEvent,
  events: Pick<EventStore, 'chain'>,
  gateway: GatewaySigner,
): Promise<boolean> {
  if (!(sequence <= MOST)) return false;
  let position: ChainPosition = { chain, sequence: -1, head: genesisHash(chain), key: null };
  let wasMet = false;
  for (const event of await events.chain(chain, 0, MOST * 2)) {
    const inspected = inspectNext(position, event, gateway, NOTHING_OWN);
    if (inspected.fault !== null) return false;
    position = inspected.position;
    if (position.sequence === sequence) wasMet = Buffer.compare(position.head, hash) === 0;
    // The signature at the end of a commit vouches for all that is before it.
    if (wasMet && inspected.signed) return true;
  }
  return false;
}
