import type { ImpersonationAccess } from './impersonation-session.js';

/** The closed list of event types, in the order of the public schema. */
export const EVENT_TYPES = [
  'IMPERSONATION_STARTED',
  'IMPERSONATION_DENIED',
  'IMPERSONATION_STOPPED',
  'IMPERSONATION_EXPIRED',
  'IMPERSONATION_REVOKED',
  'IMPERSONATION_VOIDED',
  'OPERATION_ATTEMPTED',
  'OPERATION_COMPLETED',
  'OPERATION_DENIED',
  'AUDIT_READ',
  'AUDIT_EXPORTED',
  'AUDIT_GAP',
  'AUDIT_ERASED',
  'ANOMALY_DETECTED',
  'AUDIT_PRUNED',
  'AUDIT_RESTORED',
  'LEGAL_HOLD_PLACED',
  'LEGAL_HOLD_RELEASED',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_OUTCOMES = ['SUCCESS', 'FAILURE', 'UNKNOWN'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** Types that close a session; every session has exactly one of them in the end. */
export const SESSION_END_TYPES = [
  'IMPERSONATION_STOPPED',
  'IMPERSONATION_EXPIRED',
  'IMPERSONATION_REVOKED',
] as const satisfies readonly EventType[];

export interface EventActor {
  readonly id: string;
  readonly issuer: string;
  readonly authTime: number | null;
  readonly amr: readonly string[];
}

export interface EventSession {
  readonly id: string;
  readonly access: ImpersonationAccess;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

export type OperationKind = 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';

export interface EventOperation {
  readonly name: string | null;
  readonly type: OperationKind;
  /** Root coordinates in the order selected, e.g. `Mutation.startImpersonation`. */
  readonly fields: readonly string[];
  /** SHA-256, hex, of the normalised document: no literal values, no ignored characters. */
  readonly documentHash: string;
  readonly errorCodes: readonly string[];
  readonly durationMs: number | null;
  /** The upstreams it had asked by then, by name, sorted. Only where it had asked any. */
  readonly upstreams?: readonly string[];
}

/** What a person may have a right to have erased; the hashed body carries only a salted commitment to it. */
export interface EventDetails {
  readonly reason?: string;
  readonly ticket?: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** JSON text of the operation's variables, sensitive values already replaced. */
  readonly variables?: string;
}

/** A time in which the trail could not be written; in AUDIT_GAP events alone. */
export interface EventGap {
  /** Milliseconds since the epoch: when the first event could not be written, and when writing succeeded again. */
  readonly from: number;
  readonly until: number;
  /** How many events were given up in it: what they were to permit was refused, or it had happened and is not on record. */
  readonly lost: number;
}

/** The closed list of what is told as an anomaly, in the order of the public schema. */
export const ANOMALY_KINDS = ['DENIED_BURST_BY_ACTOR', 'DENIED_BURST_BY_ADDRESS', 'MANY_SUBJECTS'] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

/** What was out of the ordinary; in ANOMALY_DETECTED events alone, whose `count` says how many there were by then. */
export interface EventAnomaly {
  readonly kind: AnomalyKind;
  /** So many within the window are told as an anomaly. */
  readonly threshold: number;
  readonly windowSeconds: number;
  /** The codes of the refusals that were counted, each once, sorted; empty where none was refused. */
  readonly codes: readonly string[];
}

/** Events of one chain that follow one another, both ends included, and the hashes (hex) that they lie between. */
export interface PrunedRange {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  /** The hash of the event before `from`; of the chain's genesis where there is none. */
  readonly previousHash: string;
  /** The hash of the event at `to`. */
  readonly head: string;
}

/** Whether a range is the beginning of another, or the whole of it. */
export function isWithin(range: PrunedRange, whole: PrunedRange): boolean {
  const { chain, from, to, previousHash, head } = range;
  const begins = chain === whole.chain && from === whole.from && previousHash === whole.previousHash;
  return begins && (to < whole.to || (to === whole.to && head === whole.head));
}

/** What was taken out of the store, and into which archive; in AUDIT_PRUNED events alone. */
export interface EventPruned {
  /** Milliseconds since the epoch: everything that was taken out had occurred, and was sealed, before. */
  readonly before: number;
  /** The newest of the seals that cover what was taken out. */
  readonly throughSeal: number;
  /** The archive: its SHA-256 (hex), its length, and how many events are in it. */
  readonly archive: { readonly sha256: string; readonly bytes: number; readonly events: number };
  readonly ranges: readonly PrunedRange[];
  /**
   * The event (AUDIT_PRUNED) of an earlier pruning that is given up by this one: `ranges` say what it had taken out by then, and
   * nothing else that it announced may go by it any more. Absent in the record of a pruning.
   */
  readonly givenUp?: { readonly chain: string; readonly sequence: number };
}

/** What a legal hold keeps: the events that match all that is not null. Times are milliseconds since the epoch. */
export interface EventHold {
  readonly id: string;
  /** As actor or as subject. */
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** Events that occurred at or after, and before. */
  readonly from: number | null;
  readonly to: number | null;
  /** When it ends by itself; null: never. */
  readonly until: number | null;
}

/** An event before the trail gives it a chain, a sequence number and a hash. */
export interface EventDraft {
  readonly type: EventType;
  readonly outcome: EventOutcome;
  readonly code: string | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly actor: EventActor | null;
  readonly subjectId: string | null;
  readonly session: EventSession | null;
  readonly operation: EventOperation | null;
  readonly request: { readonly id: string; readonly traceparent: string | null };
  /** How many attempts this event stands for; above 1 only where a flood was folded into one event. */
  readonly count: number;
  readonly gap?: EventGap;
  readonly anomaly?: EventAnomaly;
  readonly pruned?: EventPruned;
  /** In LEGAL_HOLD_PLACED and LEGAL_HOLD_RELEASED alone. */
  readonly hold?: EventHold;
  readonly details: EventDetails;
}

/** An event as it is stored: the exact hashed text, its place in the chain, and the projections that indexes serve. */
export interface StoredEvent {
  /** `<chain>:<sequence, 12 digits>` */
  readonly id: string;
  readonly chain: string;
  readonly sequence: number;
  /** The exact UTF-8 JSON text that was hashed. */
  readonly body: string;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
  readonly signature: Uint8Array | null;
  /** Null once erased. `salt` is 16 random bytes; `text` is the exact JSON text the body commits to. */
  readonly details: { readonly salt: Uint8Array; readonly text: string } | null;
  /** Milliseconds since the epoch, as in the body. */
  readonly occurredAt: number;
  readonly type: EventType;
  readonly outcome: EventOutcome;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly sessionId: string | null;
  readonly requestId: string;
  readonly operationName: string | null;
}
