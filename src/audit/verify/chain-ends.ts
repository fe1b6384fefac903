import { genesisHash } from '../format.js';
import { type ChainCheck, eventRange, reportMissing } from './chain-check.js';
import type { ChainState } from './chain-state.js';
import type { ReportFault } from './fault.js';
import type { PrunedRanges } from './pruned-ranges.js';
import type { SealedStretches } from './sealed-stretches.js';

export interface ChainEndOptions {
  readonly report: ReportFault;
  readonly stretches: SealedStretches | null;
  /** What was taken out of the store as recorded. */
  readonly prunes: PrunedRanges;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxUnsealedMs: number;
}

/** What can be said only once all events were seen: where each chain begins and ends, and which chains are not there at all. */
export function checkChainEnds(chains: ChainCheck, options: ChainEndOptions): void {
  const { report, stretches, prunes } = options;
  for (const chain of chains.chains) {
    if (chain.missing !== null && !prunes.excuses(chain.missing)) reportMissing(chain.missing, report);
    // Of a chain that may go on the first event stays, for its key, when all that follows is pruned.
    const to = chain.sealed?.requiredTo ?? -1;
    const { name, expected, head } = chain;
    const pruned = to >= expected && prunes.excuses({ chain: name, from: expected, to, head, nextPreviousHash: null });
    if (pruned) continue;
    checkSignedEnd(chain, report);
    if (stretches !== null) checkSealedEnd(chain, options);
  }
  for (const chain of stretches?.chains() ?? []) {
    const required = stretches?.of(chain)?.requiredTo ?? -1;
    if (required < 0 || chains.has(chain)) continue;
    const whole = { chain, from: 0, to: required, head: genesisHash(chain).toString('hex'), nextPreviousHash: null };
    if (prunes.excuses(whole)) continue;
    const which = eventRange(0, required, chain);
    const inDoubt = [{ chain, from: 0, to: required }];
    report('CHAIN_MISSING', { chain }, `${which} sealed, and the whole chain is missing.`, inDoubt);
  }
}

function checkSignedEnd({ name, expected, signedTo }: ChainState, report: ReportFault): void {
  if (signedTo >= expected - 1) return;
  const place = { chain: name, sequence: signedTo + 1 };
  const which = eventRange(signedTo + 1, expected - 1, name);
  const inDoubt = [{ chain: name, from: signedTo + 1, to: expected - 1 }];
  report('UNSIGNED', place, `${which} the end of the chain and not signed for.`, inDoubt);
}

function checkSealedEnd(chain: ChainState, { report, now, maxUnsealedMs }: ChainEndOptions): void {
  const { name, expected, sealed, firstUnsealedAt } = chain;
  const { sealedTo, requiredTo, closedBy } = sealed ?? { sealedTo: -1, requiredTo: -1, closedBy: null };
  const place = { chain: name, sequence: sealedTo + 1 };
  if (requiredTo >= expected) {
    const missing = eventRange(expected, requiredTo, name);
    // The end of the stretch that was cut is gone, and with it what the seal proved of its beginning.
    const inDoubt = [{ ...chain.stretchOf(expected), to: requiredTo }];
    report('SEALED_MISSING', { chain: name, sequence: expected }, `${missing} sealed, and cut off the end.`, inDoubt);
  }
  if (sealedTo + 1 >= expected) return;
  const which = eventRange(sealedTo + 1, expected - 1, name);
  const inDoubt = [{ chain: name, from: sealedTo + 1, to: expected - 1 }];
  if (closedBy !== null)
    report('AFTER_CLOSE', place, `${which} there, though seal ${closedBy} says that nothing follows.`, inDoubt);
  if (firstUnsealedAt !== null && now - firstUnsealedAt > maxUnsealedMs) {
    report('UNSEALED', place, `${which} covered by no seal, and older than an event may be without one.`, inDoubt);
  }
}
