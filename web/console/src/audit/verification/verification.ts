import type { AuditVerificationSubscription } from '../../generated/graphql.js';

/** One step of the gateway's verification. */
export type VerificationStep = AuditVerificationSubscription['auditVerification'];

/** A verification as the page shows it. */
export type Verification =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly step: VerificationStep | null }
  | { readonly state: 'done'; readonly step: VerificationStep }
  /** It ended without a verdict: nothing is known. */
  | { readonly state: 'broken'; readonly step: VerificationStep | null };

export const IDLE: Verification = { state: 'idle' };
export const BEGUN: Verification = { state: 'running', step: null };

/** What is known after one more step. A verdict is final. */
export function afterStep(before: Verification, step: VerificationStep): Verification {
  if (before.state !== 'running') return before;
  return { state: step.verdict === null ? 'running' : 'done', step };
}

/** What is known when no more steps come. Only a verdict is one: a stream that breaks off has not found that all is well. */
export function afterEnd(before: Verification): Verification {
  return before.state === 'running' ? { state: 'broken', step: before.step } : before;
}

/** How far it is, 0 to 1; null where that cannot be said. Never complete without a verdict. */
export function progressOf(verification: Verification): number | null {
  if (verification.state === 'done') return 1;
  if (verification.state === 'idle' || verification.step === null) return null;
  const { checkedEvents, totalEvents, phase } = verification.step;
  // The seals come first and the sessions last; neither counts events.
  if (phase === 'SESSIONS') return 0.99;
  if (totalEvents === null || totalEvents <= 0) return null;
  return Math.min(0.98, checkedEvents / totalEvents);
}

export const PHASE_NAMES: Readonly<Record<VerificationStep['phase'], string>> = {
  SEALS: 'Checking seals and anchors',
  EVENTS: 'Checking events',
  SESSIONS: 'Checking what the events mean together',
  DONE: 'Done',
};

export interface VerdictWords {
  readonly isGood: boolean;
  readonly title: string;
  readonly text: string;
}

/** The verdict in words. Only "it holds", without any fault, is good: what is not known is not good. */
export function verdictInWords({ verdict, faultCount, faults, checkedEvents }: VerificationStep): VerdictWords {
  const checked = `${checkedEvents.toLocaleString()} ${checkedEvents === 1 ? 'event was' : 'events were'} checked.`;
  if (verdict === 'HOLDS' && faultCount === 0 && faults.length === 0) {
    return { isGood: true, title: 'The trail holds.', text: `${checked} Everything that was checked fits.` };
  }
  const found = Math.max(faultCount, faults.length);
  return {
    isGood: false,
    title: found === 1 ? 'The trail has a fault.' : `The trail has ${found.toLocaleString()} faults.`,
    text: `${checked} Do not rely on the events named below. Keep the database and the anchors as they are.`,
  };
}
