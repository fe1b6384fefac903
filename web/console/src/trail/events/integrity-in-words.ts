import type { IntegrityStatus } from '../../generated/graphql.js';

export interface IntegrityWords {
  readonly label: string;
  readonly tone: 'good' | 'neutral' | 'danger';
  /** What it says. */
  readonly meaning: string;
  /** What it does not say. */
  readonly limits: string;
}

/** What an auditor may conclude from an event's state, and what not. */
export const INTEGRITY: Readonly<Record<IntegrityStatus, IntegrityWords>> = {
  SEALED: {
    label: 'SEALED',
    tone: 'good',
    meaning: 'A signed seal covers this event. Changing, removing or moving it now would show in a check of the chain.',
    limits:
      'It does not say that nobody has tampered since: “Verify now”, or an export checked elsewhere with the keys and the anchors, does. Nor that what was recorded is all that happened.',
  },
  PENDING: {
    label: 'PENDING',
    tone: 'neutral',
    meaning:
      'The event is chained to the one before it and signed, but no seal covers it yet. That takes about five seconds.',
    limits: 'Until then it could be cut off together with everything after it, and nobody could tell.',
  },
  FAILED: {
    label: 'FAILED',
    tone: 'danger',
    meaning: 'A check of the trail found a fault at this event: do not rely on what it says.',
    limits:
      'It does not say who or what caused it. Keep the database and the anchors as they are, and run “audit verify” for the kind of fault.',
  },
};
