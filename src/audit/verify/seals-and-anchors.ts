import type { StoredSeal } from '../../domain/audit-seal.js';
import { areEqualSeals } from './anchor-line.js';
import type { ReportFault } from './fault.js';
import { coverageReader, sealBodyReader } from './seal-body.js';
import type { SealCheck } from './seal-check.js';

export interface SealSources {
  /** As the store has them; null where there is no store, and the anchors are where seals are taken from. */
  readonly seals: AsyncIterable<StoredSeal> | null;
  /** All anchors as one ascending list. */
  readonly anchors: AsyncIterable<StoredSeal>;
  readonly check: SealCheck;
  readonly report: ReportFault;
}

/**
 * Verifies every seal, and that the store has each seal that an anchor has, to the last byte. Seals that no anchor has are
 * no fault: one is stored before it is anchored.
 * @returns how many seals are anchored
 */
export async function checkSealsAndAnchors({ seals, anchors, check, report }: SealSources): Promise<number> {
  let anchored = 0;
  if (seals === null) {
    for await (const seal of anchors) {
      check.seal(seal);
      anchored += 1;
    }
    return anchored;
  }
  // The first anchor before the first seal: what an anchor file holds when it is opened, the store must hold by then.
  const rest = anchors[Symbol.asyncIterator]();
  let next = await rest.next();
  const covered = coverageReader();
  const readBody = sealBodyReader();
  const lost = (seal: StoredSeal): void => {
    const { index } = seal;
    report(
      'ROLLED_BACK',
      { seal: index },
      `Seal ${index} is in an anchor, but the store does not have it.`,
      covered(seal),
    );
  };
  for await (const seal of seals) {
    for (; next.done !== true && next.value.index < seal.index; next = await rest.next()) {
      const stated = readBody(seal.body)?.lost;
      const { index, hash } = next.value;
      // The last of them is named by its hash, and with it all before it.
      const isStated =
        stated !== undefined &&
        index >= stated.from &&
        (index !== stated.to || Buffer.from(hash).toString('hex') === stated.head);
      if (!isStated) lost(next.value);
    }
    if (next.done !== true && next.value.index === seal.index) {
      anchored += 1;
      if (!areEqualSeals(next.value, seal)) {
        report(
          'ANCHOR_MISMATCH',
          { seal: seal.index },
          `Seal ${seal.index} in the store is not the one in the anchor.`,
          [...covered(seal), ...covered(next.value)],
        );
      }
      next = await rest.next();
    }
    check.seal(seal);
  }
  for (; next.done !== true; next = await rest.next()) lost(next.value);
  return anchored;
}
