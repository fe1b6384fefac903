import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import type { StoredSeal } from '../../domain/audit-seal.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { SealMetrics } from '../../platform/metrics.js';
import type { EventStore, SealStore } from '../../stores/index.js';
import {
  encodeSealBody,
  type LostSeals,
  type SealedStretch,
  sealGenesisHash,
  sealHash,
  sealStatement,
} from '../format.js';
import type { Anchor } from './anchor.js';
import type { GatewaySigner } from './gateway-signer.js';
import { type ChainPosition, inspectNext, type StretchFault } from './inspect-stretch.js';
import { OwnEvents, type OwnGroup } from './own-events.js';
import { openSeal, SealFaultError, type SealState } from './seal-state.js';

export interface SealerOptions {
  readonly events: Pick<EventStore, 'chain' | 'chains' | 'chainsSince' | 'openedSince'>;
  readonly seals: SealStore;
  readonly state: SealState;
  readonly gateway: GatewaySigner;
  /** Spares the signatures of what this process wrote itself; absent: all are checked. */
  readonly own?: OwnEvents;
  readonly anchor: Anchor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SealMetrics;
  /** Milliseconds between rounds. Default 5,000. */
  readonly everyMs?: number;
}

/** What the sealer found that no gateway wrote. */
export interface FaultySpot {
  readonly chain: string;
  readonly sequence: number;
  readonly fault: StretchFault;
}

/** Seals what has been written, every few seconds, on whichever replica comes first. */
export interface Sealer {
  start(): void;
  /** One round now. `closing`: chains whose writer has stopped. Resolves to whether a seal was stored. */
  seal(closing?: ReadonlySet<string>): Promise<boolean>;
  /**
   * The operator says that the store was restored from an earlier copy: the next seal goes on after the seals that are lost, and
   * states them, so that no index ever stands for two seals.
   * @param newest the newest seal that any anchor has
   */
  acknowledgeLost(newest: { readonly index: number; readonly hash: Uint8Array }): void;
  /** Chains that were found faulty, and where. Nothing from there on is sealed. */
  faults(): ReadonlyMap<string, FaultySpot>;
  /** Seals that wait for the anchor, and when the newest one known was made (milliseconds since the epoch; null: none). */
  standing(): { readonly unanchored: number; readonly sealedAt: number | null };
  /** Stops; then a last round that closes the given chains, again where another replica was first, as where all stop at once. */
  stop(closing: ReadonlySet<string>): Promise<void>;
}

const EVERY_MS = 5_000;
/** An idle trail is sealed anew this often, so that a fresh newest seal says "nothing was cut off". */
const IDLE_MS = 10 * 60_000;
/** Replicas' clocks, and writes that were under way, may be this late. */
const OVERLAP_MS = 10 * 60_000;
const PAGE = 100;
/** How long the event loop is held for reading, milliseconds. */
const AT_A_TIME_MS = 1;
/** Events of one chain that one seal covers at most; the next round goes on. */
const MOST_PER_CHAIN = 100_000;
/** How often a process that stops tries to seal its end: each time that it comes too late, another has sealed. */
const LAST_ROUNDS = 20;

/** What came of a round: a seal that was stored; one that another replica was quicker than; none, for there was nothing to say. */
type Round = 'sealed' | 'overtaken' | 'nothing';

export function createSealer(options: SealerOptions): Sealer {
  const { events, seals, state, gateway, own = new OwnEvents(), anchor, clock, logger, metrics } = options;
  const faulty = new Map<string, FaultySpot>();
  const active = new Set<string>();
  const unanchored: StoredSeal[] = [];
  let latest: StoredSeal | null = null;
  let begun = false;
  let acknowledged: LostSeals | null = null;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();

  /** Takes in what other replicas have sealed meanwhile. @throws SealFaultError: nothing may be built on a broken seal. */
  async function absorb(): Promise<void> {
    if (!begun) {
      latest = await seals.latest();
      if (latest !== null) state.note(openSeal(latest, gateway));
      await queueUnanchored();
      for (const chain of await chainsToBeginWith()) active.add(chain);
      begun = true;
    }
    for (;;) {
      const newer = await seals.from((latest?.index ?? -1) + 1, PAGE);
      for (const seal of newer) {
        const previous = latest?.hash ?? sealGenesisHash();
        if (Buffer.compare(seal.previousHash, previous) !== 0)
          throw new SealFaultError(`seal ${seal.index} does not follow`);
        const stretches = openSeal(seal, gateway);
        state.note(stretches);
        for (const { chain, closed } of stretches) if (closed) active.delete(chain);
        latest = seal;
        unanchored.push(seal);
      }
      if (newer.length < PAGE) return;
    }
  }

  /** The chains with events that may not be sealed yet. */
  async function chainsToBeginWith(): Promise<readonly string[]> {
    if (latest === null) return events.chainsSince(0);
    const [before] = latest.index === 0 ? [] : await seals.from(latest.index - 1, 1);
    // Seals follow each other in time. Under a clock that is ahead, and after it, the time of a seal says nothing of what came since.
    const tellsTheTime = latest.sealedAt <= clock.now() && before?.sealedAt !== latest.sealedAt;
    if (tellsTheTime) return events.chainsSince(latest.sealedAt - OVERLAP_MS);
    const unsealed: string[] = [];
    for (const chain of await events.chains()) if (await hasUnsealed(chain)) unsealed.push(chain);
    return unsealed;
  }

  async function hasUnsealed(chain: string): Promise<boolean> {
    try {
      const { to, closed } = await state.sealed(chain);
      return !closed && (await events.chain(chain, to + 1, 1)).length > 0;
    } catch (error) {
      // Nothing can be built on a seal that was changed; the chains that it does not cover are sealed all the same.
      if (error instanceof SealFaultError) return false;
      throw error;
    }
  }

  /** Seals that a process stored and did not live to anchor. A new anchor begins with the newest seal. */
  async function queueUnanchored(): Promise<void> {
    if (latest === null) return;
    let next = ((await anchor.lastIndex()) ?? latest.index - 1) + 1;
    while (next <= latest.index) {
      const page = await seals.from(next, PAGE);
      unanchored.push(...page.filter((seal) => seal.index <= (latest?.index ?? -1)));
      next += PAGE;
    }
  }

  async function publish(): Promise<void> {
    // An anchor that a power cut leaves ahead of its store would call the store rolled back.
    if (unanchored.length > 0) await seals.settle?.();
    for (;;) {
      const seal = unanchored[0];
      if (seal === undefined) return;
      try {
        await anchor.publish(seal);
      } catch (error) {
        metrics.anchorFailed();
        logger.error({ err: error, seal: seal.index }, 'a seal could not be anchored; it is tried again');
        return;
      }
      unanchored.shift();
    }
  }

  /** The part of a chain after its last seal that is whole and ends with a signature; null where there is none. */
  async function stretchOf(chain: string, closing: boolean): Promise<SealedStretch | null> {
    const before = await state.sealed(chain);
    if (before.closed || faulty.has(chain)) return null;
    let position: ChainPosition = await state.position(chain);
    let end: ChainPosition | null = null;
    let turnBegun = performance.now();
    const last = position.sequence + MOST_PER_CHAIN;
    while (position.sequence < last) {
      // A store that answers at once would else keep everybody waiting until the whole stretch has been read.
      if (performance.now() - turnBegun > AT_A_TIME_MS) {
        await turnOfTheEventLoop();
        turnBegun = performance.now();
      }
      const group = own.group(chain, position.sequence + 1);
      if (group !== null && follows(position, group) && (await own.isIntact(group))) {
        position = { ...position, sequence: group.to, head: group.head };
        if (group.signed) end = position;
        continue;
      }
      const most = PAGE + (group === null ? 0 : group.to - position.sequence);
      const page = await events.chain(chain, position.sequence + 1, most);
      let atGroup = false;
      for (const [index, event] of page.entries()) {
        const inspected = inspectNext(position, event, gateway, own);
        if (inspected.fault !== null) {
          const spot = { chain, sequence: position.sequence + 1, fault: inspected.fault };
          faulty.set(chain, spot);
          metrics.faultFound();
          logger.error(spot, 'the audit trail has been changed from outside; the chain is not sealed from here on');
          return end === null ? null : stretch(chain, before.to, end, false);
        }
        position = inspected.position;
        if (inspected.signed) end = position;
        // Not where this event is there once more: then the next one is none that may follow.
        const next = position.sequence + 1;
        atGroup = page[index + 1]?.sequence === next && own.group(chain, next) !== null;
        if (atGroup) break;
      }
      if (!atGroup && page.length < most) break;
    }
    if (end !== null) return stretch(chain, before.to, end, closing && end.sequence === position.sequence);
    // Nothing new, but the writer says that nothing will follow: an empty stretch closes the chain.
    const complete = before.to >= 0 && position.sequence === before.to;
    return closing && complete ? stretch(chain, before.to, { ...position, head: before.head }, true) : null;
  }

  async function round(closing: ReadonlySet<string> = new Set()): Promise<Round> {
    await absorb();
    const now = clock.now();
    // A seal may have been made under a clock that is ahead.
    const since = latest === null ? 0 : Math.min(now, latest.sealedAt) - OVERLAP_MS;
    for (const chain of await events.openedSince(since)) {
      if (state.known(chain)?.closed !== true) active.add(chain);
    }
    for (const chain of closing) active.add(chain);
    const stretches: SealedStretch[] = [];
    for (const chain of [...active].sort()) {
      const found = await stretchOf(chain, closing.has(chain));
      if (found !== null) stretches.push(found);
    }
    const idle = latest === null ? stretches.length > 0 : now - latest.sealedAt >= IDLE_MS;
    const lost = lostNow();
    if (stretches.length === 0 && !idle && lost === undefined) {
      await publish();
      return 'nothing';
    }
    const made = makeSeal(stretches, Math.max(now, latest?.sealedAt ?? 0), lost);
    const won = (await seals.insert(made)) === 'stored';
    // Won or lost, what is stored now is what counts; it is read back and checked like any other's.
    await absorb();
    await publish();
    if (won) metrics.sealed(made.index);
    return won ? 'sealed' : 'overtaken';
  }

  /** Once a seal has stated them, the newest seal is behind them. */
  function lostNow(): LostSeals | undefined {
    const from = (latest?.index ?? -1) + 1;
    return acknowledged === null || from > acknowledged.to ? undefined : { ...acknowledged, from };
  }

  function makeSeal(chains: readonly SealedStretch[], sealedAt: number, lost?: LostSeals): StoredSeal {
    const index = (lost?.to ?? latest?.index ?? -1) + 1;
    const previousHash = latest?.hash ?? sealGenesisHash();
    const body = encodeSealBody({ index, sealedAt, previousSealHash: previousHash, chains, ...(lost && { lost }) });
    const hash = sealHash(body);
    return {
      index,
      body,
      hash,
      previousHash,
      sealedAt,
      chains: chains.map(({ chain }) => chain),
      kid: gateway.kid,
      algorithm: gateway.algorithm,
      signature: gateway.sign(sealStatement(hash)),
    };
  }

  function attempt(closing?: ReadonlySet<string>): Promise<Round> {
    const attempted = running.then(() =>
      round(closing).catch((error: unknown): Round => {
        if (error instanceof SealFaultError) {
          metrics.faultFound();
          logger.error({ err: error }, 'a stored seal has been changed from outside; nothing is sealed upon it');
        } else logger.warn({ err: error }, 'a round of sealing failed; the next one follows');
        return 'nothing';
      }),
    );
    running = attempted;
    return attempted;
  }

  return {
    seal: async (closing) => (await round(closing)) === 'sealed',
    acknowledgeLost({ index, hash }) {
      acknowledged = { from: 0, to: index, head: Buffer.from(hash).toString('hex') };
    },
    faults: () => faulty,
    standing: () => ({ unanchored: unanchored.length, sealedAt: latest?.sealedAt ?? null }),
    start() {
      // Also at once: a process that never lives for a whole round would else leave everything unsealed, its own and others'.
      void attempt();
      timer = setInterval(() => void attempt(), options.everyMs ?? EVERY_MS);
      timer.unref();
    },
    async stop(closing) {
      if (timer !== null) clearInterval(timer);
      timer = null;
      // What is left unsealed when nobody is there any more would be a fault to whoever verifies.
      for (let rounds = 0; rounds < LAST_ROUNDS; rounds += 1) {
        if ((await attempt(closing)) !== 'overtaken') return;
      }
    },
  };
}

/** A chain whose key is not known yet is looked at event by event, beginning with the one that names it. */
function follows(position: ChainPosition, group: OwnGroup): boolean {
  return position.key !== null && Buffer.compare(group.previousHash, position.head) === 0;
}

function stretch(chain: string, sealedTo: number, end: ChainPosition, closed: boolean): SealedStretch {
  return { chain, from: sealedTo + 1, to: end.sequence, head: Buffer.from(end.head).toString('hex'), closed };
}
