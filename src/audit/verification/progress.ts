import type { Fault } from '../verify/index.js';

/** The parts of a verification, in their order. */
export type VerificationPhase = 'SEALS' | 'EVENTS' | 'SESSIONS' | 'DONE';

/** A fault as it is told to those who follow a verification. */
export type ToldFault = Pick<Fault, 'kind' | 'chain' | 'sequence' | 'seal'> & { readonly message: string };

/** How far a verification is. Times are milliseconds since the epoch. */
export interface VerificationProgress {
  readonly phase: VerificationPhase;
  readonly startedAt: number;
  readonly checkedEvents: number;
  /** How many there were when it began; null while that is not known. */
  readonly totalEvents: number | null;
  /** The first of them; `faultCount` counts all. */
  readonly faults: readonly ToldFault[];
  readonly faultCount: number;
  readonly verdict: 'HOLDS' | 'FAULTS' | null;
  /** What the verdict does not cover, a sentence each. */
  readonly notCovered: readonly string[];
  readonly finishedAt: number | null;
}
