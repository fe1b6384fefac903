import type { GatewaySigner } from '../audit/seal/gateway-signer.js';
import { findRollBack, newestAnchored } from '../audit/seal/roll-back.js';
import { StoreUnusableError } from '../errors/index.js';
import type { Store } from '../stores/index.js';

/**
 * Refuses a store that is older than its anchor: in an earlier copy, sessions that were ended since are active again, and seals made
 * upon it would contradict those that are anchored.
 * @throws StoreUnusableError with what to do; StoreUnavailableError
 */
export async function refuseRolledBack(
  store: Pick<Store, 'seals'>,
  anchorFile: string,
  gateway: GatewaySigner,
): Promise<void> {
  const found = await findRollBack(await newestAnchored(anchorFile, gateway), store.seals, gateway);
  if (found === null) return;
  const { anchored, newest, kind } = found;
  const has = newest === null ? 'has no seal' : `has seal ${newest.index} as its newest`;
  const what =
    kind === 'EARLIER'
      ? `The store is older than its anchor: ${anchorFile} holds seal ${anchored.index}, the store ${has}.`
      : `The store is another than its anchor tells of: seal ${anchored.index} in ${anchorFile} is not in it.`;
  throw new StoreUnusableError(
    `${what} Sessions that were ended since would be honoured again. If it was restored on purpose, run \`impersonation-gateway audit restored\`; see docs/backup.md. Else find out who rolled it back.`,
  );
}
