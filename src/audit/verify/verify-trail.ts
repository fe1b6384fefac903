import type { StoredSeal } from '../../domain/audit-seal.js';
import { mergedAnchors } from './anchors.js';
import { ChainCheck } from './chain-check.js';
import { checkChainEnds } from './chain-ends.js';
import type { ExportManifest } from './export-manifest.js';
import { type FaultKind, FaultList, type FaultListener, type ReportFault } from './fault.js';
import type { GatewayKeys } from './gateway-keys.js';
import { PrunedRanges } from './pruned-ranges.js';
import { SealCheck } from './seal-check.js';
import { SealedStretches } from './sealed-stretches.js';
import { checkSealsAndAnchors } from './seals-and-anchors.js';
import { checkSessions, LivenessWatch } from './session-check.js';
import { SessionLedger } from './session-ledger.js';
import { SignatureQueue } from './signature-queue.js';
import { Spill } from './spill.js';
import type { TrailEvent } from './trail-event.js';
import { limitsOf, type Verdict } from './verdict.js';

/** Something to be read once, from beginning to end. What it meets and cannot hand on, it reports. */
export type Input<T> = (report: ReportFault) => AsyncIterable<T>;

/** Some events in their order. */
export interface EventBatch {
  readonly events: readonly TrailEvent[];
  /** At the end of an export that has one. */
  readonly manifest?: ExportManifest;
}

export interface TrailInputs {
  /** Ordered by chain and sequence. Read after the seals, so that of a live store every sealed event is there. */
  readonly events: Input<EventBatch>;
  /** As the store has them, ascending from 0. Absent: seals are taken from the anchors. */
  readonly seals?: Input<StoredSeal>;
  /** The seals kept outside the database, one input for each place. Absent or empty: none is known. */
  readonly anchors?: readonly Input<StoredSeal>[];
  /** Null: nothing that the gateway's keys signed is checked. */
  readonly keys: GatewayKeys | null;
  /** Of a live store: whether it was pruned since the verification began. Asked where events are missing that no record excuses. */
  readonly prunedMeanwhile?: () => Promise<boolean>;
}

/** The store was pruned while it was verified: what is missing says nothing. To be done again. */
export class PrunedMeanwhileError extends Error {
  override readonly name = 'PrunedMeanwhileError';
  constructor() {
    super('The trail was pruned while it was being verified; verify it again.');
  }
}

export interface VerifyOptions {
  /** Milliseconds since the epoch, for the age of what is not sealed. Absent: the newest event's time. */
  readonly now?: number;
  /**
   * Milliseconds since the epoch: when the export began. Events that only later seals cover may then be absent. Absent:
   * whatever any seal covers must be there.
   */
  readonly asOf?: number;
  /** How old an event may be that no seal covers. Default 60,000. */
  readonly maxUnsealedMs?: number;
  /** How old the newest seal may be. Absent: as old as it likes. */
  readonly maxSealAgeMs?: number;
  /** How far apart replicas may be in time. Default 10,000: 5 s for clocks, 5 s for how late a replica may know of an end. */
  readonly toleranceMs?: number;
  /** How long after a session expired its end may take to be recorded while a gateway runs. Default 120,000. */
  readonly endGraceMs?: number;
  /** Faults kept of each kind; all are counted. Default 100. */
  readonly faultsPerKind?: number;
  /** A folder for what does not fit into memory. Default: the system's for temporary files. */
  readonly spillFolder?: string;
  /**
   * Milliseconds since the epoch: of a session of which nothing happened before, the start is not missed. For reading a live
   * trail slowly: the chains that are read first lack what is written to them meanwhile. Default: it always is.
   */
  readonly startsMissedUntil?: number;
  /** How many sessions lie in memory; the rest goes to the spill. Default 100,000. */
  readonly sessionsInMemory?: number;
  /** Called with each fault when it is found, beyond what is kept of its kind too. */
  readonly onFault?: FaultListener;
  /** Awaited between pieces of work that no input is read for. Default: nothing is. */
  readonly breathe?: () => Promise<void>;
  /** Called with the number of each lot of events verified. */
  readonly onEvents?: (count: number) => void;
}

/** What may look missing because it is being pruned. */
const OF_PRUNING: readonly FaultKind[] = ['EVENT_MISSING', 'SEALED_MISSING', 'CHAIN_MISSING', 'UNSIGNED'];

/**
 * Verifies a trail: every seal, every chain, every session; docs/audit-format.md lists the checks and their faults. Faults
 * are returned, never thrown. Memory grows with the number of chains, not with that of events, seals or sessions.
 * @throws PrunedMeanwhileError; whatever an input throws: nothing is known then
 */
export async function verifyTrail(inputs: TrailInputs, options: VerifyOptions = {}): Promise<Verdict> {
  const spill = new Spill(options.spillFolder);
  try {
    return await verify(inputs, options, spill);
  } finally {
    spill.close();
  }
}

async function verify(inputs: TrailInputs, options: VerifyOptions, spill: Spill): Promise<Verdict> {
  const { keys, anchors = [] } = inputs;
  const { asOf = null, maxUnsealedMs = 60_000, toleranceMs = 10_000, endGraceMs = 120_000 } = options;
  const faults = new FaultList(options.faultsPerKind ?? 100, options.onFault);
  /** Chains with whatever fault: what they say of pruning counts for nothing. */
  const suspects = new Set<string>();
  const report: ReportFault = (kind, place, sentence, inDoubt) => {
    if (place.chain !== undefined) suspects.add(place.chain);
    faults.report(kind, place, sentence, inDoubt);
  };
  const prunes = new PrunedRanges();

  const hasSeals = inputs.seals !== undefined || anchors.length > 0;
  const stretches = hasSeals ? new SealedStretches(spill) : null;
  let seals: SealCheck | null = null;
  let anchoredSeals = 0;
  if (stretches !== null) {
    seals = new SealCheck({ report, keys, stretches, asOf, lostSealsCome: inputs.seals === undefined });
    anchoredSeals = await checkSealsAndAnchors({
      seals: inputs.seals?.(report) ?? null,
      anchors: mergedAnchors(
        anchors.map((open) => open(report)),
        report,
      ),
      check: seals,
      report,
    });
  }

  const ledger = new SessionLedger(spill, options.sessionsInMemory);
  const liveness = new LivenessWatch(endGraceMs, asOf ?? options.now ?? Number.POSITIVE_INFINITY);
  let newestEventAt = Number.NEGATIVE_INFINITY;
  let gaps = 0;
  const signatures = new SignatureQueue();
  const chains = new ChainCheck({
    report,
    signatures,
    keys,
    stretches,
    onEvent(facts, chain) {
      if (facts.occurredAt > newestEventAt) newestEventAt = facts.occurredAt;
      if (facts.type === 'AUDIT_GAP') gaps += 1;
      if (facts.pruned !== null) prunes.note(chain.name, facts.sequence, facts.pruned);
      liveness.event(facts.occurredAt, chain.number);
      if (facts.sessionId !== null) ledger.note(facts.sessionId, facts, chain.number);
    },
  });
  const partial = await readEvents(inputs.events(report), chains, signatures, report, options.onEvents);
  await signatures.done();

  const now = options.now ?? newestEventAt;
  if (seals !== null) seals.checkFreshness(now, options.maxSealAgeMs ?? Number.POSITIVE_INFINITY);
  prunes.settle((chain) => !suspects.has(chain) && chains.hasKeyOf(chain), stretches, report);
  const ends: Parameters<ReportFault>[] = [];
  checkChainEnds(chains, { report: (...fault) => void ends.push(fault), stretches, prunes, now, maxUnsealedMs });
  if (ends.some(([kind]) => OF_PRUNING.includes(kind)) && (await inputs.prunedMeanwhile?.()) === true) {
    throw new PrunedMeanwhileError();
  }
  for (const fault of ends) report(...fault);
  const chainName = (chain: number): string => chains.nameOf(chain);
  if (!partial) {
    const { startsMissedUntil: startedBy = Number.POSITIVE_INFINITY, breathe } = options;
    await checkSessions(ledger, {
      report,
      chainName,
      toleranceMs,
      endedBy: liveness.settledAt,
      startedBy,
      prunedBefore: prunes.sessionsBefore,
      breathe,
    });
  }

  const summary = faults.summary(partial);
  const found = {
    ...chains.counts,
    chains: chains.count,
    unsealedEvents: stretches === null ? 0 : chains.unsealedEvents,
    prunedEvents: prunes.excused,
    givenUpEvents: Object.fromEntries(prunes.givenUp),
    seals: seals?.count ?? 0,
    lostSeals: seals?.lost ?? 0,
    anchoredSeals,
    gaps,
    newestEventAt: Number.isFinite(newestEventAt) ? newestEventAt : null,
    newestSealAt: seals?.newestAt ?? null,
  };
  return {
    verdict: summary.total > 0 ? 'FAULTY' : partial ? 'PARTIAL' : 'HOLDS',
    limits: limitsOf(found, { partial, hasSeals, hasAnchors: anchors.length > 0, hasKeys: keys !== null }),
    ...found,
    ...summary,
  };
}

/** @returns whether the input says itself that it leaves events out */
async function readEvents(
  events: AsyncIterable<EventBatch>,
  chains: ChainCheck,
  signatures: SignatureQueue,
  report: ReportFault,
  onEvents?: (count: number) => void,
): Promise<boolean> {
  let manifest: ExportManifest | null = null;
  for await (const batch of events) {
    if (manifest !== null) report('LINE', {}, 'The export goes on after its manifest.');
    for (const event of batch.events) chains.event(event);
    await signatures.room();
    onEvents?.(batch.events.length);
    manifest = batch.manifest ?? manifest;
  }
  const counted = manifest?.events ?? null;
  if (counted !== null && counted !== chains.counts.events) {
    report('LINE', {}, `The manifest counts ${counted} events, and there are ${chains.counts.events}.`);
  }
  return manifest?.partial ?? false;
}
