import type { Clock } from '../../platform/clock.js';
import type { EventStore } from '../../stores/index.js';
import { createPace, type PaceTime } from '../recheck/pace.js';
import { pacedInputs } from '../recheck/paced-inputs.js';
import { type FaultListener, type GatewayKeys, LIMITS, type VerifiableStore, verifyTrail } from '../verify/index.js';
import type { ToldFault, VerificationProgress } from './progress.js';

export interface VerificationRunOptions {
  readonly store: VerifiableStore & { readonly events: Pick<EventStore, 'heads'> };
  /** The gateway's own public keys, past ones included. */
  readonly keys: GatewayKeys;
  /** This replica's anchor. */
  readonly anchorFile: string;
  readonly clock: Clock;
  readonly time: PaceTime;
  readonly signal: AbortSignal;
  readonly publish: (progress: VerificationProgress) => void;
}

/** Well below what the verifier can do: requests come first. A million events take two minutes. */
const EVENTS_PER_SECOND = 10_000;
/** Between two steps of one phase, milliseconds. */
const STEP_MS = 250;
const MOST_FAULTS = 100;
/** Chains are an attacker's text, of any length. */
const LONGEST_NAME = 128;
const SESSIONS_IN_MEMORY = 5_000;
/** Clocks of replicas, and the time an event takes to be stored: of what begins meanwhile, the start may not have been read. */
const SETTLED_AFTER_MS = 15_000;

export function notBegun(startedAt: number): VerificationProgress {
  return {
    phase: 'SEALS',
    startedAt,
    checkedEvents: 0,
    totalEvents: null,
    faults: [],
    faultCount: 0,
    verdict: null,
    notCovered: [],
    finishedAt: null,
  };
}

/**
 * Verifies the stored trail once, as `audit verify` does, at a pace that leaves the gateway to its requests, and publishes how far
 * it is: each new phase at once, the number of events and what was found a few times a second, the verdict at the end.
 * Memory grows with the number of chains, not with that of events or faults.
 * @returns the verdict's step
 * @throws StoreUnavailableError, or the signal's reason: then nothing is known
 */
export async function runVerification(options: VerificationRunOptions): Promise<VerificationProgress> {
  const { store, clock, time, signal, publish } = options;
  const now = clock.now();
  let step = notBegun(now);
  let publishedAt = time.now();

  function tell(change: Partial<VerificationProgress>, atOnce: boolean): void {
    step = { ...step, ...change };
    if (!atOnce && time.now() - publishedAt < STEP_MS) return;
    publishedAt = time.now();
    publish(step);
  }

  const onFault: FaultListener = (kind, { chain, sequence, seal }, _inDoubt, message) => {
    const { faults, faultCount } = step;
    const told: ToldFault = {
      kind,
      message,
      ...(chain === undefined ? {} : { chain: chain.slice(0, LONGEST_NAME) }),
      ...(sequence === undefined ? {} : { sequence }),
      ...(seal === undefined ? {} : { seal }),
    };
    tell({ faults: faultCount < MOST_FAULTS ? [...faults, told] : faults, faultCount: faultCount + 1 }, false);
  };

  const heads = await store.events.heads();
  signal.throwIfAborted();
  tell({ totalEvents: heads.reduce((sum, { sequence }) => sum + (sequence >= 0 ? sequence + 1 : 0), 0) }, true);

  const pace = createPace(EVENTS_PER_SECOND, signal, time);
  const verdict = await verifyTrail(pacedInputs({ ...options, pace }), {
    now,
    startsMissedUntil: now - SETTLED_AFTER_MS,
    sessionsInMemory: SESSIONS_IN_MEMORY,
    faultsPerKind: 0,
    onFault,
    onEvents(count) {
      tell({ phase: 'EVENTS', checkedEvents: step.checkedEvents + count }, step.phase !== 'EVENTS');
    },
    breathe() {
      tell({ phase: 'SESSIONS' }, step.phase !== 'SESSIONS');
      return pace.turn();
    },
  });
  signal.throwIfAborted();
  tell(
    {
      phase: 'DONE',
      checkedEvents: verdict.events,
      verdict: verdict.total === 0 ? 'HOLDS' : 'FAULTS',
      notCovered: verdict.limits.map((limit) => LIMITS[limit]),
      finishedAt: clock.now(),
    },
    true,
  );
  return step;
}
