import type { EventOutcome, ImpersonationEventType } from '../../generated/graphql.js';

/** Which events to show: the gateway's filter, field for field. What is absent does not restrict. */
export interface AuditFilter {
  readonly types?: readonly ImpersonationEventType[];
  readonly outcome?: EventOutcome;
  readonly actorId?: string;
  readonly subjectId?: string;
  readonly sessionId?: string;
  readonly requestId?: string;
  readonly operationName?: string;
  /** RFC 3339 in UTC: at or after. */
  readonly occurredAfter?: string;
  /** RFC 3339 in UTC: before. */
  readonly occurredBefore?: string;
}

export type FilterField = keyof AuditFilter;

/** In the order of the public schema. A test holds both lists equal to it. */
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
] as const satisfies readonly ImpersonationEventType[];

export const OUTCOMES = ['SUCCESS', 'FAILURE', 'UNKNOWN'] as const satisfies readonly EventOutcome[];

/** In the order in which they stand in a URL. */
export const FILTER_FIELDS = [
  'types',
  'outcome',
  'actorId',
  'subjectId',
  'sessionId',
  'requestId',
  'operationName',
  'occurredAfter',
  'occurredBefore',
] as const satisfies readonly FilterField[];

/** What the fields are called on the page. */
export const FIELD_NAMES: Readonly<Record<FilterField, string>> = {
  types: 'What happened',
  outcome: 'Outcome',
  actorId: 'Actor',
  subjectId: 'Subject',
  sessionId: 'Session',
  requestId: 'Request id',
  operationName: 'Operation name',
  occurredAfter: 'From',
  occurredBefore: 'Until',
};

/** The filter with some fields set anew; undefined lifts a restriction. */
export function changedFilter(
  filter: AuditFilter,
  changes: { readonly [Field in FilterField]?: AuditFilter[Field] | undefined },
): AuditFilter {
  const all: Partial<Record<FilterField, unknown>> = { ...filter, ...changes };
  return Object.fromEntries(FILTER_FIELDS.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])));
}
