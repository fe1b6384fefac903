import type { StoredSeal } from '../../domain/audit-seal.js';
import type { SealStore } from '../../stores/index.js';
import { sealHash, sealStatement } from '../format.js';
import { anchorLineReader } from '../verify/index.js';
import { lastAnchorLines } from './anchor.js';
import type { GatewaySigner } from './gateway-signer.js';
import { lostSeals, SealFaultError } from './seal-state.js';

/** The store does not hold the newest seal that an anchor holds. */
export interface RollBack {
  /** The newest anchored seal. */
  readonly anchored: StoredSeal;
  /** The store's newest seal; null where it has none. */
  readonly newest: StoredSeal | null;
  /** EARLIER: it is a copy of before. OTHER: it has another seal in that place. */
  readonly kind: 'EARLIER' | 'OTHER';
}

/**
 * The newest seal at the end of an anchor file that the gateway signed; null where there is none. Lines that it did not sign count
 * for nothing: whoever can append to the file must not stop gateways by it.
 */
export async function newestAnchored(file: string, gateway: GatewaySigner): Promise<StoredSeal | null> {
  const read = anchorLineReader();
  let newest: StoredSeal | null = null;
  for (const line of await lastAnchorLines(file)) {
    const seal = read(line);
    if (seal === null || (newest !== null && seal.index <= newest.index)) continue;
    const hash = sealHash(seal.body);
    if (!hash.equals(seal.hash)) continue;
    if (gateway.verify(seal.kid, seal.algorithm, sealStatement(hash), seal.signature)) newest = seal;
  }
  return newest;
}

/**
 * Whether the store is an earlier copy of what its anchor tells of: in such a copy, sessions that were ended since are active again.
 * Null where it is not, or where a seal states that what came between is lost.
 * @throws StoreUnavailableError
 */
export async function findRollBack(
  anchored: StoredSeal | null,
  seals: Pick<SealStore, 'from' | 'latest'>,
  gateway: GatewaySigner,
): Promise<RollBack | null> {
  if (anchored === null) return null;
  const [stored] = await seals.from(anchored.index, 1);
  if (stored === undefined) return { anchored, newest: await seals.latest(), kind: 'EARLIER' };
  if (stored.index === anchored.index) {
    const isSame = Buffer.compare(stored.hash, anchored.hash) === 0;
    return isSame ? null : { anchored, newest: stored, kind: 'OTHER' };
  }
  try {
    const lost = lostSeals(stored, gateway);
    if (lost !== null && lost.from <= anchored.index && anchored.index <= lost.to) return null;
  } catch (error) {
    // Whoever has the database can write a seal, but not sign it.
    if (!(error instanceof SealFaultError)) throw error;
  }
  return { anchored, newest: stored, kind: 'OTHER' };
}
