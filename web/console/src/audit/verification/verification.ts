/** One step of the subscription `auditVerification`. */
export interface VerificationStep {
  readonly phase: string;
  readonly checkedEvents: number;
  readonly totalEvents: number | null;
  readonly faults: readonly Fault[];
  readonly verdict: string | null;
  readonly finishedAt: string | null;
}

export interface Fault {
  readonly kind: string;
  readonly chain: string | null;
  readonly sequence: number | null;
  readonly message: string;
}

/** A verification as the page shows it. */
export type Verification =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly step: VerificationStep | null }
  | { readonly state: 'done'; readonly step: VerificationStep & { readonly verdict: string } }
  /** It ended without a verdict: nothing is known. */
  | { readonly state: 'broken'; readonly step: VerificationStep | null };

export const IDLE: Verification = { state: 'idle' };

/** What is known after one more step. A verdict is final. */
export function afterStep(before: Verification, step: VerificationStep): Verification {
  if (before.state === 'done') return before;
  const { verdict } = step;
  return verdict === null ? { state: 'running', step } : { state: 'done', step: { ...step, verdict } };
}

/** What is known when no more steps come. Only a verdict is one: a stream that breaks off has not found that all is well. */
export function afterEnd(before: Verification): Verification {
  return before.state === 'running' ? { state: 'broken', step: before.step } : before;
}

/** How far it is, 0 to 1; null where that cannot be said. Never complete without a verdict. */
export function progressOf(verification: Verification): number | null {
  if (verification.state === 'done') return 1;
  if (verification.state === 'idle' || verification.step === null) return null;
  const { checkedEvents, totalEvents } = verification.step;
  if (totalEvents === null || totalEvents <= 0) return null;
  return Math.min(0.99, checkedEvents / totalEvents);
}

/** The verdict in words. Only the gateway's own "it holds" counts as good; what is not known is not good. */
export function verdictInWords({ verdict, faults, checkedEvents }: VerificationStep & { readonly verdict: string }) {
  const checked = `${checkedEvents.toLocaleString()} events were checked.`;
  if (verdict === 'HOLDS' && faults.length === 0) {
    return {
      isGood: true,
      title: 'The trail holds.',
      text: `${checked} Every link, signature and seal that was checked fits.`,
    };
  }
  return {
    isGood: false,
    title: verdict === 'HOLDS' ? 'The verdict and the faults contradict each other.' : 'The trail has faults.',
    text: `${checked} Do not rely on the events named below. Keep the database and the anchors as they are.`,
  };
}
