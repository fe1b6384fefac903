import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { RecheckMetrics } from '../../platform/metrics.js';
import {
  FAULT_KINDS,
  type FaultListener,
  type GatewayKeys,
  type VerifiableStore,
  verifyTrail,
} from '../verify/index.js';
import { Doubts } from './doubts.js';
import { Findings, loggedPlace, placesOfBoth } from './findings.js';
import { createPace, type PaceTime, realPaceTime } from './pace.js';
import { pacedInputs } from './paced-inputs.js';

export interface RecheckOptions {
  readonly store: VerifiableStore;
  /** The gateway's own public keys, past ones included. */
  readonly keys: GatewayKeys;
  /** This replica's anchor. */
  readonly anchorFile: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RecheckMetrics;
  /** How fast it goes; 0: it does not. */
  readonly eventsPerSecond: number;
  /** Between the end of a pass and the next, milliseconds. */
  readonly pauseMs: number;
  readonly time?: PaceTime;
}

/** Verifies the whole trail again and again, as `audit verify` would, and remembers what it found. */
export interface Recheck {
  start(): void;
  /**
   * One pass now. Resolves to whether it saw the whole trail; it never rejects. What a pass that did not has found counts all
   * the same, and what earlier ones have found stays until a whole pass no longer finds it.
   */
  pass(): Promise<boolean>;
  /** Whether a fault was found that leaves this event unproven. A look-up in memory. */
  isInDoubt(chain: string, sequence: number): boolean;
  /** Ends the pass under way at once. */
  stop(): Promise<void>;
}

/** A gateway that has just started gets that long for its first rounds of sealing; milliseconds. */
const FIRST_AFTER_MS = 10_000;
/** Clocks of replicas, and the time an event takes to be stored; see `startsMissedUntil`. */
const SETTLED_AFTER_MS = 15_000;
const SESSIONS_IN_MEMORY = 5_000;
/** Faults that one pass logs one by one. */
const MOST_LINES = 100;

export function createRecheck(options: RecheckOptions): Recheck {
  const { clock, logger, metrics, eventsPerSecond, pauseMs, time = realPaceTime } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** What the last whole pass has found, and those since that did not see everything. */
  let standing = new Doubts();
  let places: ReadonlySet<string> = new Set();
  let suspected: ReadonlySet<string> = new Set();
  /** What the pass under way has found so far. */
  let findings: Findings | null = null;
  let running: Promise<unknown> = Promise.resolve();

  async function pass(): Promise<boolean> {
    if (signal.aborted) return false;
    const begun = time.now();
    const found = new Findings(suspected);
    findings = found;
    const pace = createPace(Math.max(1, eventsPerSecond), signal, time);
    const now = clock.now();
    try {
      await verifyTrail(pacedInputs({ ...options, pace, signal }), {
        now,
        startsMissedUntil: now - SETTLED_AFTER_MS,
        sessionsInMemory: SESSIONS_IN_MEMORY,
        faultsPerKind: 0,
        onFault: reportTo(found),
        onEvents: metrics.checked,
        breathe: pace.turn,
      });
      signal.throwIfAborted();
    } catch (error) {
      standing.addAll(found.doubts);
      places = placesOfBoth(places, found.places);
      metrics.unfinished();
      if (!signal.aborted) logger.warn({ err: error }, 'a re-verification of the audit trail was not finished');
      return false;
    } finally {
      findings = null;
    }
    settle(found, (time.now() - begun) / 1_000);
    return true;
  }

  function reportTo(found: Findings): FaultListener {
    let lines = 0;
    return (kind, place, inDoubt) => {
      const key = found.note(kind, place, inDoubt);
      if (key === null || places.has(key)) return;
      metrics.found(kind);
      lines += 1;
      if (lines <= MOST_LINES) logger.error({ kind, ...loggedPlace(place) }, 'the audit trail has a fault');
      else if (lines === MOST_LINES + 1) logger.error('the audit trail has more faults than are logged one by one');
    };
  }

  /** The pass saw everything: what it found is what is wrong now, and nothing else. */
  function settle(found: Findings, seconds: number): void {
    const gone = [...places].filter((key) => !found.places.has(key)).length;
    standing = found.doubts;
    places = found.places;
    suspected = found.suspected;
    metrics.completed({
      at: clock.now(),
      seconds,
      faults: new Map(FAULT_KINDS.map((kind) => [kind, found.counts.get(kind) ?? 0])),
    });
    if (gone === 0) return;
    logger.info({ gone, left: places.size }, 'faults found in the audit trail before are no longer there');
  }

  async function goOn(): Promise<void> {
    for (let wait = Math.min(FIRST_AFTER_MS, pauseMs); !signal.aborted; wait = pauseMs) {
      // Rejects where it is stopped meanwhile, and for nothing else.
      await time.pause(wait, signal).catch(() => undefined);
      await pass();
    }
  }

  return {
    pass,
    isInDoubt: (chain, sequence) => standing.has(chain, sequence) || (findings?.doubts.has(chain, sequence) ?? false),
    start() {
      if (eventsPerSecond > 0) running = goOn();
      else logger.warn('the audit trail is not verified continuously: AUDIT_RECHECK_EVENTS_PER_SECOND is 0');
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
