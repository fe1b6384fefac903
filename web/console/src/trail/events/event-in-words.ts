import type { AnomalyKind, EventOutcome, ImpersonationEventType } from '../../generated/graphql.js';
import { because } from './codes-in-words.js';

/** What a sentence about an event needs. */
export interface EventFacts {
  readonly type: ImpersonationEventType;
  readonly outcome: EventOutcome;
  readonly code: string | null;
  readonly count: number;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly actor: { readonly name: string } | null;
  readonly subject: { readonly name: string } | null;
  readonly operation: {
    readonly name: string | null;
    readonly type: string;
    readonly fields: readonly string[];
  } | null;
  readonly gap: { readonly lost: number } | null;
  readonly anomaly: { readonly kind: AnomalyKind; readonly windowSeconds: number } | null;
}

/** Short names of the types, for lists and filters. */
export const TYPE_NAMES: Readonly<Record<ImpersonationEventType, string>> = {
  IMPERSONATION_STARTED: 'Started',
  IMPERSONATION_DENIED: 'Denied',
  IMPERSONATION_STOPPED: 'Stopped',
  IMPERSONATION_EXPIRED: 'Expired',
  IMPERSONATION_REVOKED: 'Revoked',
  IMPERSONATION_VOIDED: 'Voided',
  OPERATION_ATTEMPTED: 'Operation begun',
  OPERATION_COMPLETED: 'Operation done',
  OPERATION_DENIED: 'Operation denied',
  AUDIT_READ: 'Trail read',
  AUDIT_EXPORTED: 'Trail exported',
  AUDIT_GAP: 'Gap in the trail',
  AUDIT_ERASED: 'Details erased',
  ANOMALY_DETECTED: 'Anomaly',
  AUDIT_PRUNED: 'Trail pruned',
  AUDIT_RESTORED: 'Store restored',
  LEGAL_HOLD_PLACED: 'Legal hold placed',
  LEGAL_HOLD_RELEASED: 'Legal hold released',
};

export const OUTCOME_NAMES: Readonly<Record<EventOutcome, string>> = {
  SUCCESS: 'Done',
  FAILURE: 'Refused or failed',
  UNKNOWN: 'Not known',
};

/** A list or a window into one may hold types of a newer gateway: they are shown by their own names. */
export function typeName(type: string): string {
  return Object.hasOwn(TYPE_NAMES, type) ? TYPE_NAMES[type as ImpersonationEventType] : type;
}

/** What happened, in one plain sentence. Names come from the trail and are text, never markup. */
export function eventInWords(event: EventFacts): string {
  const sentence = Object.hasOwn(SENTENCES, event.type) ? SENTENCES[event.type](event) : `${event.type}.`;
  // What was counted is part of the sentence.
  if (event.type === 'ANOMALY_DETECTED') return sentence;
  return event.count > 1 ? `${sentence} This stands for ${event.count.toLocaleString()} such attempts.` : sentence;
}

const SENTENCES: Readonly<Record<ImpersonationEventType, (event: EventFacts) => string>> = {
  IMPERSONATION_STARTED: (event) => `${actor(event)} began to act as ${subject(event)}.`,
  IMPERSONATION_DENIED: (event) =>
    `${actor(event, 'Somebody who was not signed in')} was not allowed to act as ${subject(event, 'somebody')}${reason(event)}.`,
  IMPERSONATION_STOPPED: (event) => `${actor(event)} stopped acting as ${subject(event)}.`,
  IMPERSONATION_EXPIRED: (event) =>
    `The session of ${actor(event)} as ${subject(event)} ended by itself: its time ran out, or nobody used it.`,
  IMPERSONATION_REVOKED: (event) =>
    event.actorId === null
      ? `The gateway ended a session on ${subject(event)}${reason(event)}.`
      : `${actor(event)} revoked a session on ${subject(event)}${reason(event)}.`,
  IMPERSONATION_VOIDED: (event) =>
    `A start of ${actor(event)} as ${subject(event)} was recorded, but the session never came to be.`,
  OPERATION_ATTEMPTED: (event) =>
    `${actor(event)}, as ${subject(event)}, was about to run ${operation(event)}. Whether it ran is told by a later event, if there is one.`,
  OPERATION_COMPLETED: (event) => completed(event),
  OPERATION_DENIED: (event) =>
    `${actor(event)}, as ${subject(event)}, was refused ${operation(event, 'a request')}${reason(event)}.`,
  AUDIT_READ: (event) => `${actor(event)} read the audit trail.`,
  AUDIT_EXPORTED: (event) =>
    event.actorId === null
      ? 'The audit trail was exported on the command line.'
      : `${actor(event)} exported the audit trail.`,
  AUDIT_GAP: ({ gap }) =>
    `For a time the audit trail could not be written${gap === null ? '' : `; ${events(gap.lost)} given up`}.`,
  AUDIT_ERASED: (event) =>
    event.outcome === 'UNKNOWN'
      ? `The personal details about ${subject(event)} were about to be erased.`
      : `The personal details about ${subject(event)} were erased.`,
  ANOMALY_DETECTED: (event) => anomaly(event),
  AUDIT_PRUNED: () => 'The oldest events were archived and taken out of the store.',
  AUDIT_RESTORED: () => 'The store had been restored from an earlier copy; every session in it was ended.',
  LEGAL_HOLD_PLACED: (event) => `A legal hold was placed${heldAbout(event)}.`,
  LEGAL_HOLD_RELEASED: (event) => `A legal hold was released${heldAbout(event)}.`,
};

function heldAbout(event: EventFacts): string {
  return event.subjectId === null ? '' : ` on what is recorded about ${subject(event)}`;
}

function completed(event: EventFacts): string {
  const ran = `${actor(event)}, as ${subject(event)}, ran ${operation(event)}`;
  if (event.outcome === 'SUCCESS') return `${ran}.`;
  if (event.outcome === 'UNKNOWN') return `${ran}; how it turned out is not known.`;
  return event.code === null
    ? `${ran}; it failed, in whole or in part.`
    : `${ran}; it failed, because ${because(event.code)}.`;
}

function anomaly(event: EventFacts): string {
  const times = event.count.toLocaleString();
  const within = event.anomaly === null ? '' : ` within ${stretch(event.anomaly.windowSeconds)}`;
  if (event.anomaly?.kind === 'DENIED_BURST_BY_ACTOR') {
    return `${actor(event)} was refused ${times} times${within}.`;
  }
  if (event.anomaly?.kind === 'DENIED_BURST_BY_ADDRESS') {
    return `Requests from one address were refused ${times} times${within}.`;
  }
  if (event.anomaly?.kind === 'MANY_SUBJECTS') return `${actor(event)} acted as ${times} different people${within}.`;
  return 'Something out of the ordinary was noticed.';
}

function stretch(seconds: number): string {
  if (seconds === 3_600) return 'an hour';
  return seconds === 60 ? 'a minute' : `${seconds.toLocaleString()} s`;
}

function actor({ actor: person, actorId }: EventFacts, nobody = 'The gateway'): string {
  return person?.name ?? actorId ?? nobody;
}

function subject({ subject: person, subjectId }: EventFacts, nobody = 'a person unknown'): string {
  return person?.name ?? subjectId ?? nobody;
}

function reason({ code }: EventFacts): string {
  return code === null ? '' : `, because ${because(code)}`;
}

function operation({ operation: run }: EventFacts, nothing = 'an operation'): string {
  if (run === null) return nothing;
  const kind = run.type.toLowerCase();
  if (run.name !== null) return `the ${kind} ${run.name}`;
  const [field, ...more] = run.fields;
  if (field === undefined) return `a ${kind}`;
  return more.length === 0 ? `a ${kind} of ${field}` : `a ${kind} of ${field} and ${more.length} more`;
}

function events(count: number): string {
  return count === 1 ? 'one event was' : `${count.toLocaleString()} events were`;
}
