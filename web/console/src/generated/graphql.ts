/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What the gateway tells as an anomaly. */
export type AnomalyKind =
  /** Many refused attempts of one actor, under whatever identity. */
  | 'DENIED_BURST_BY_ACTOR'
  /** Many refused attempts or credentials from one address, or one /64 of IPv6. */
  | 'DENIED_BURST_BY_ADDRESS'
  /** One actor acted as many different subjects. */
  | 'MANY_SUBJECTS';

/** The parts of a verification, in their order. */
export type AuditVerificationPhase =
  /** It is done. */
  | 'DONE'
  /** The events: content, links, signatures, seals over them. */
  | 'EVENTS'
  /** The seals, and their anchors outside the database. */
  | 'SEALS'
  /** The sessions: what the events mean together. */
  | 'SESSIONS';

/** What a verification concludes. */
export type AuditVerificationVerdict =
  /** There are faults. */
  | 'FAULTS'
  /** Everything that was checked holds. */
  | 'HOLDS';

/** How it turned out. */
export type EventOutcome =
  /** It was refused or went wrong. */
  | 'FAILURE'
  /** It was done. */
  | 'SUCCESS'
  /** It is not known (yet). */
  | 'UNKNOWN';

/** What an impersonation may do. */
export type ImpersonationAccess =
  /** Mutations are allowed, except those marked `@blockedWhileImpersonating`. */
  | 'FULL'
  /** Every mutation but `stopImpersonation` is refused. */
  | 'READ_ONLY';

/** Which events. What is absent does not restrict. */
export type ImpersonationEventFilter = {
  /** Events of this actor. */
  readonly actorId?: string | number | null | undefined;
  /** Events at or after this time. */
  readonly occurredAfter?: string | null | undefined;
  /** Events before this time. */
  readonly occurredBefore?: string | null | undefined;
  /** Events about operations of this name. */
  readonly operationName?: string | null | undefined;
  /** Events with this outcome. */
  readonly outcome?: EventOutcome | null | undefined;
  /** Events of this request. */
  readonly requestId?: string | number | null | undefined;
  /** Events of this session. */
  readonly sessionId?: string | number | null | undefined;
  /** Events about this subject. */
  readonly subjectId?: string | number | null | undefined;
  /** Events of these types. */
  readonly types?: ReadonlyArray<ImpersonationEventType> | null | undefined;
};

/** What happened. */
export type ImpersonationEventType =
  /** The gateway noticed something out of the ordinary; `anomaly` says what, `count` how often by then, `code` the last refusal. */
  | 'ANOMALY_DETECTED'
  /** The personal details of all events about one person, the subject of this event, were erased. UNKNOWN: about to be. */
  | 'AUDIT_ERASED'
  /** Somebody exported the audit trail. */
  | 'AUDIT_EXPORTED'
  /** For a time no events could be written; `gap` says when. */
  | 'AUDIT_GAP'
  /** The oldest events were taken out of the store, after an archive of them had been written and verified. */
  | 'AUDIT_PRUNED'
  /** Somebody queried the audit trail. */
  | 'AUDIT_READ'
  /** The store had been restored from an earlier copy; what the copy lacked is lost. Every session in it was ended. */
  | 'AUDIT_RESTORED'
  /** An attempt at an impersonation was refused; `code` says why. */
  | 'IMPERSONATION_DENIED'
  /** The session's time ran out. */
  | 'IMPERSONATION_EXPIRED'
  /** Somebody else, or the gateway, ended the session. */
  | 'IMPERSONATION_REVOKED'
  /** A start was allowed. */
  | 'IMPERSONATION_STARTED'
  /** The actor ended the session. */
  | 'IMPERSONATION_STOPPED'
  /** A start was recorded, but the session never came to be. */
  | 'IMPERSONATION_VOIDED'
  /** A legal hold: the events and details it names are neither pruned nor erased. */
  | 'LEGAL_HOLD_PLACED'
  /** A legal hold was released. */
  | 'LEGAL_HOLD_RELEASED'
  /** A mutation or subscription under impersonation is about to run. Without a later OPERATION_COMPLETED its outcome is unknown. */
  | 'OPERATION_ATTEMPTED'
  /** An operation under impersonation ran. */
  | 'OPERATION_COMPLETED'
  /** An operation, or a part of it, was refused under impersonation; `code` says why. */
  | 'OPERATION_DENIED';

/** Which sessions. What is absent does not restrict. */
export type ImpersonationSessionFilter = {
  /** Sessions of this actor. */
  readonly actorId?: string | number | null | undefined;
  /** Sessions in this state. */
  readonly status?: ImpersonationSessionStatus | null | undefined;
  /** Sessions on this subject. */
  readonly subjectId?: string | number | null | undefined;
};

/** Where an impersonation session is in its life. */
export type ImpersonationSessionStatus =
  /** Its actor token is accepted. */
  | 'ACTIVE'
  /** Its time ran out. */
  | 'EXPIRED'
  /** Somebody else, or the gateway, ended it. */
  | 'REVOKED'
  /** The actor ended it. */
  | 'STOPPED';

/** What is known of an event's integrity. */
export type IntegrityStatus =
  /** A check found a fault. */
  | 'FAILED'
  /** Chained, not yet covered by a seal. */
  | 'PENDING'
  /** Covered by a verified seal. */
  | 'SEALED';

/** The three kinds of GraphQL operation. */
export type OperationType =
  /** Changes. */
  | 'MUTATION'
  /** Reads. */
  | 'QUERY'
  /** A stream. */
  | 'SUBSCRIPTION';

/**
 * What a person may be. The user directory decides who holds which roles. Other schemas may extend this list; a role that no
 * rule names grants nothing.
 */
export type Role =
  /** May impersonate others. Can never be impersonated, unless configured otherwise. */
  | 'ADMIN'
  /** Reads the audit trail. Can never be impersonated, unless configured otherwise. */
  | 'AUDITOR'
  /** Works on support cases: may look people up. */
  | 'SUPPORT'
  /** A customer. */
  | 'USER';

/** Whom to impersonate, why and for how long. */
export type StartImpersonationInput = {
  /** What the session may do. */
  readonly access?: ImpersonationAccess | null | undefined;
  /** How long, in seconds: 60 to the configured maximum. Out of range is an error, never adjusted. */
  readonly durationSeconds?: number | null | undefined;
  /** Why: 3 to 500 characters after trimming. Kept in the audit trail. */
  readonly reason: string;
  /** The support case or the like, up to 100 characters. */
  readonly ticket?: string | null | undefined;
  /** The subject: the user to act as. */
  readonly userId: string | number;
};

export type AccessHistoryQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type AccessHistoryQuery = { readonly accessHistory: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ImpersonationSessionStatus, readonly access: ImpersonationAccess, readonly actorId: string, readonly reason: string, readonly ticket: string | null, readonly startedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly actor: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type OwnPersonQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnPersonQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> } | null };

export type StatisticsQueryVariables = Exact<{
  occurredAfter: string;
  occurredBefore: string;
  buckets: number;
}>;


export type StatisticsQuery = { readonly impersonationStatistics: ReadonlyArray<{ readonly from: string, readonly until: string, readonly started: number, readonly denied: number, readonly ended: number }> };

export type AuditVerificationSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type AuditVerificationSubscription = { readonly auditVerification: { readonly phase: AuditVerificationPhase, readonly checkedEvents: number, readonly totalEvents: number | null, readonly faultCount: number, readonly verdict: AuditVerificationVerdict | null, readonly notCovered: ReadonlyArray<string>, readonly finishedAt: string | null, readonly faults: ReadonlyArray<{ readonly kind: string, readonly chain: string | null, readonly sequence: number | null, readonly seal: number | null, readonly message: string }> } };

export type SignInQueryVariables = Exact<{ [key: string]: never; }>;


export type SignInQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> } | null, readonly impersonation: { readonly id: string } | null };

export type EndedSessionQueryVariables = Exact<{
  actorId: string | number;
  subjectId: string | number;
}>;


export type EndedSessionQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ImpersonationSessionStatus, readonly expiresAt: string, readonly endedAt: string | null, readonly endedBy: { readonly id: string, readonly name: string } | null }> } };

export type RevocationQueryVariables = Exact<{
  sessionId: string | number;
}>;


export type RevocationQuery = { readonly impersonationEvents: { readonly nodes: ReadonlyArray<{ readonly reason: string | null, readonly code: string | null }> } };

export type RevokeAgainMutationVariables = Exact<{
  sessionId: string | number;
  reason: string;
}>;


export type RevokeAgainMutation = { readonly revokeImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type ActiveElsewhereQueryVariables = Exact<{
  actorId: string | number;
}>;


export type ActiveElsewhereQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly subjectId: string, readonly expiresAt: string, readonly subject: { readonly id: string, readonly name: string } | null }> } };

export type ActiveSessionsQueryVariables = Exact<{
  actorId: string | number;
}>;


export type ActiveSessionsQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string }> } };

export type StartImpersonationMutationVariables = Exact<{
  input: StartImpersonationInput;
}>;


export type StartImpersonationMutation = { readonly startImpersonation: { readonly actorToken: string, readonly expiresAt: string, readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> }, readonly session: { readonly id: string, readonly access: ImpersonationAccess, readonly reason: string, readonly ticket: string | null, readonly startedAt: string } } };

export type StopImpersonationMutationVariables = Exact<{ [key: string]: never; }>;


export type StopImpersonationMutation = { readonly stopImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type StopLeftoverMutationVariables = Exact<{
  sessionId: string | number;
}>;


export type StopLeftoverMutation = { readonly stopImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type FindPeopleQueryVariables = Exact<{
  search: string;
}>;


export type FindPeopleQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly email: string }> } };

export type PersonByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type PersonByIdQuery = { readonly user: { readonly id: string, readonly name: string } | null };

export type SessionsQueryVariables = Exact<{
  filter?: ImpersonationSessionFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type SessionsQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ImpersonationSessionStatus, readonly access: ImpersonationAccess, readonly actorId: string, readonly subjectId: string, readonly reason: string, readonly ticket: string | null, readonly startedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly endedBy: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type SessionQueryVariables = Exact<{
  id: string | number;
}>;


export type SessionQuery = { readonly impersonationSession: { readonly id: string, readonly status: ImpersonationSessionStatus, readonly access: ImpersonationAccess, readonly actorId: string, readonly subjectId: string, readonly reason: string, readonly ticket: string | null, readonly startedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly endedBy: { readonly id: string, readonly name: string } | null } | null };

export type SessionRowFragment = { readonly id: string, readonly status: ImpersonationSessionStatus, readonly access: ImpersonationAccess, readonly actorId: string, readonly subjectId: string, readonly reason: string, readonly ticket: string | null, readonly startedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly endedBy: { readonly id: string, readonly name: string } | null };

export type SessionChangesSubscriptionVariables = Exact<{
  filter: ImpersonationEventFilter;
  after?: string | null | undefined;
}>;


export type SessionChangesSubscription = { readonly impersonationEventRecorded: { readonly id: string, readonly streamCursor: string | null } };

export type RevokeMutationVariables = Exact<{
  sessionId: string | number;
  reason: string;
}>;


export type RevokeMutation = { readonly revokeImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type EventRowFieldsFragment = { readonly id: string, readonly type: ImpersonationEventType, readonly outcome: EventOutcome, readonly code: string | null, readonly occurredAt: string, readonly actorId: string | null, readonly subjectId: string | null, readonly count: number, readonly detailsErased: boolean, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly operation: { readonly name: string | null, readonly type: OperationType, readonly fields: ReadonlyArray<string> } | null, readonly gap: { readonly lost: number } | null, readonly anomaly: { readonly kind: AnomalyKind, readonly threshold: number, readonly windowSeconds: number } | null, readonly integrity: { readonly status: IntegrityStatus } };

export type EventsQueryVariables = Exact<{
  filter?: ImpersonationEventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type EventsQuery = { readonly impersonationEvents: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly type: ImpersonationEventType, readonly outcome: EventOutcome, readonly code: string | null, readonly occurredAt: string, readonly actorId: string | null, readonly subjectId: string | null, readonly count: number, readonly detailsErased: boolean, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly operation: { readonly name: string | null, readonly type: OperationType, readonly fields: ReadonlyArray<string> } | null, readonly gap: { readonly lost: number } | null, readonly anomaly: { readonly kind: AnomalyKind, readonly threshold: number, readonly windowSeconds: number } | null, readonly integrity: { readonly status: IntegrityStatus } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean } } };

export type EventsRecordedSubscriptionVariables = Exact<{
  filter?: ImpersonationEventFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsRecordedSubscription = { readonly impersonationEventRecorded: { readonly streamCursor: string | null, readonly id: string, readonly type: ImpersonationEventType, readonly outcome: EventOutcome, readonly code: string | null, readonly occurredAt: string, readonly actorId: string | null, readonly subjectId: string | null, readonly count: number, readonly detailsErased: boolean, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null, readonly operation: { readonly name: string | null, readonly type: OperationType, readonly fields: ReadonlyArray<string> } | null, readonly gap: { readonly lost: number } | null, readonly anomaly: { readonly kind: AnomalyKind, readonly threshold: number, readonly windowSeconds: number } | null, readonly integrity: { readonly status: IntegrityStatus } } };

export type EventInChainQueryVariables = Exact<{
  id: string | number;
  previous: string | number;
  hasPrevious: boolean;
  next: string | number;
  hasNext: boolean;
}>;


export type EventInChainQuery = { readonly event: { readonly sessionId: string | null, readonly reason: string | null, readonly ticket: string | null, readonly requestId: string, readonly ipAddress: string | null, readonly userAgent: string | null, readonly id: string, readonly type: ImpersonationEventType, readonly outcome: EventOutcome, readonly code: string | null, readonly occurredAt: string, readonly actorId: string | null, readonly subjectId: string | null, readonly count: number, readonly detailsErased: boolean, readonly operation: { readonly documentHash: string, readonly variables: string | null, readonly errorCodes: ReadonlyArray<string>, readonly durationMs: number | null, readonly upstreams: ReadonlyArray<string>, readonly name: string | null, readonly type: OperationType, readonly fields: ReadonlyArray<string> } | null, readonly gap: { readonly from: string, readonly until: string, readonly lost: number } | null, readonly anomaly: { readonly codes: ReadonlyArray<string>, readonly kind: AnomalyKind, readonly threshold: number, readonly windowSeconds: number } | null, readonly integrity: { readonly chain: string, readonly sequence: number, readonly hash: string, readonly previousHash: string, readonly status: IntegrityStatus }, readonly actor: { readonly name: string } | null, readonly subject: { readonly name: string } | null } | null, readonly previous?: { readonly id: string, readonly type: ImpersonationEventType, readonly integrity: { readonly hash: string } } | null, readonly next?: { readonly id: string, readonly type: ImpersonationEventType, readonly integrity: { readonly previousHash: string } } | null };

export type UsersQueryVariables = Exact<{
  search?: string | null | undefined;
  role?: Role | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role>, readonly disabled: boolean }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type UpdateDeliveryNoteMutationVariables = Exact<{
  orderId: string | number;
  note: string;
}>;


export type UpdateDeliveryNoteMutation = { readonly updateDeliveryNote: { readonly id: string, readonly deliveryNote: string | null } };

export type OrdersOfViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type OrdersOfViewerQuery = { readonly orders: ReadonlyArray<{ readonly id: string, readonly title: string, readonly totalCents: number, readonly placedAt: string, readonly deliveryNote: string | null, readonly cardLast4: string | null }> };

export type ChangePasswordMutationVariables = Exact<{
  newPassword: string;
}>;


export type ChangePasswordMutation = { readonly changePassword: boolean };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const SessionRowFragmentDoc = new TypedDocumentString(`
    fragment SessionRow on ImpersonationSession {
  id
  status
  access
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  reason
  ticket
  startedAt
  expiresAt
  endedAt
  endedBy {
    id
    name
  }
}
    `, {"fragmentName":"SessionRow"}) as unknown as TypedDocumentString<SessionRowFragment, unknown>;
export const EventRowFieldsFragmentDoc = new TypedDocumentString(`
    fragment EventRowFields on ImpersonationEvent {
  id
  type
  outcome
  code
  occurredAt
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  operation {
    name
    type
    fields
  }
  count
  gap {
    lost
  }
  anomaly {
    kind
    threshold
    windowSeconds
  }
  detailsErased
  integrity {
    status
  }
}
    `, {"fragmentName":"EventRowFields"}) as unknown as TypedDocumentString<EventRowFieldsFragment, unknown>;
export const AccessHistoryDocument = new TypedDocumentString(`
    query AccessHistory($first: Int!, $after: String) {
  accessHistory(first: $first, after: $after) {
    nodes {
      id
      status
      access
      actor {
        id
        name
      }
      actorId
      reason
      ticket
      startedAt
      expiresAt
      endedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AccessHistoryQuery, AccessHistoryQueryVariables>;
export const OwnPersonDocument = new TypedDocumentString(`
    query OwnPerson {
  viewer {
    id
    name
    email
    roles
  }
}
    `) as unknown as TypedDocumentString<OwnPersonQuery, OwnPersonQueryVariables>;
export const StatisticsDocument = new TypedDocumentString(`
    query Statistics($occurredAfter: DateTime!, $occurredBefore: DateTime!, $buckets: Int!) {
  impersonationStatistics(
    occurredAfter: $occurredAfter
    occurredBefore: $occurredBefore
    buckets: $buckets
  ) {
    from
    until
    started
    denied
    ended
  }
}
    `) as unknown as TypedDocumentString<StatisticsQuery, StatisticsQueryVariables>;
export const AuditVerificationDocument = new TypedDocumentString(`
    subscription AuditVerification {
  auditVerification {
    phase
    checkedEvents
    totalEvents
    faults {
      kind
      chain
      sequence
      seal
      message
    }
    faultCount
    verdict
    notCovered
    finishedAt
  }
}
    `) as unknown as TypedDocumentString<AuditVerificationSubscription, AuditVerificationSubscriptionVariables>;
export const SignInDocument = new TypedDocumentString(`
    query SignIn {
  viewer {
    id
    name
    email
    roles
  }
  impersonation {
    id
  }
}
    `) as unknown as TypedDocumentString<SignInQuery, SignInQueryVariables>;
export const EndedSessionDocument = new TypedDocumentString(`
    query EndedSession($actorId: ID!, $subjectId: ID!) {
  impersonationSessions(
    filter: {actorId: $actorId, subjectId: $subjectId}
    first: 50
  ) {
    nodes {
      id
      status
      expiresAt
      endedAt
      endedBy {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EndedSessionQuery, EndedSessionQueryVariables>;
export const RevocationDocument = new TypedDocumentString(`
    query Revocation($sessionId: ID!) {
  impersonationEvents(
    filter: {sessionId: $sessionId, types: [IMPERSONATION_REVOKED]}
    first: 1
  ) {
    nodes {
      reason
      code
    }
  }
}
    `) as unknown as TypedDocumentString<RevocationQuery, RevocationQueryVariables>;
export const RevokeAgainDocument = new TypedDocumentString(`
    mutation RevokeAgain($sessionId: ID!, $reason: String!) {
  revokeImpersonation(input: {sessionId: $sessionId, reason: $reason}) {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeAgainMutation, RevokeAgainMutationVariables>;
export const ActiveElsewhereDocument = new TypedDocumentString(`
    query ActiveElsewhere($actorId: ID!) {
  impersonationSessions(filter: {status: ACTIVE, actorId: $actorId}, first: 20) {
    nodes {
      id
      subjectId
      expiresAt
      subject {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ActiveElsewhereQuery, ActiveElsewhereQueryVariables>;
export const ActiveSessionsDocument = new TypedDocumentString(`
    query ActiveSessions($actorId: ID!) {
  impersonationSessions(filter: {status: ACTIVE, actorId: $actorId}, first: 100) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<ActiveSessionsQuery, ActiveSessionsQueryVariables>;
export const StartImpersonationDocument = new TypedDocumentString(`
    mutation StartImpersonation($input: StartImpersonationInput!) {
  startImpersonation(input: $input) {
    actorToken
    expiresAt
    viewer {
      id
      name
      email
      roles
    }
    session {
      id
      access
      reason
      ticket
      startedAt
    }
  }
}
    `) as unknown as TypedDocumentString<StartImpersonationMutation, StartImpersonationMutationVariables>;
export const StopImpersonationDocument = new TypedDocumentString(`
    mutation StopImpersonation {
  stopImpersonation {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<StopImpersonationMutation, StopImpersonationMutationVariables>;
export const StopLeftoverDocument = new TypedDocumentString(`
    mutation StopLeftover($sessionId: ID!) {
  stopImpersonation(sessionId: $sessionId) {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<StopLeftoverMutation, StopLeftoverMutationVariables>;
export const FindPeopleDocument = new TypedDocumentString(`
    query FindPeople($search: String!) {
  users(search: $search, first: 8) {
    nodes {
      id
      name
      email
    }
  }
}
    `) as unknown as TypedDocumentString<FindPeopleQuery, FindPeopleQueryVariables>;
export const PersonByIdDocument = new TypedDocumentString(`
    query PersonById($id: ID!) {
  user(id: $id) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<PersonByIdQuery, PersonByIdQueryVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions($filter: ImpersonationSessionFilter, $first: Int!, $after: String) {
  impersonationSessions(filter: $filter, first: $first, after: $after) {
    nodes {
      ...SessionRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment SessionRow on ImpersonationSession {
  id
  status
  access
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  reason
  ticket
  startedAt
  expiresAt
  endedAt
  endedBy {
    id
    name
  }
}`) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const SessionDocument = new TypedDocumentString(`
    query Session($id: ID!) {
  impersonationSession(id: $id) {
    ...SessionRow
  }
}
    fragment SessionRow on ImpersonationSession {
  id
  status
  access
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  reason
  ticket
  startedAt
  expiresAt
  endedAt
  endedBy {
    id
    name
  }
}`) as unknown as TypedDocumentString<SessionQuery, SessionQueryVariables>;
export const SessionChangesDocument = new TypedDocumentString(`
    subscription SessionChanges($filter: ImpersonationEventFilter!, $after: String) {
  impersonationEventRecorded(filter: $filter, after: $after) {
    id
    streamCursor
  }
}
    `) as unknown as TypedDocumentString<SessionChangesSubscription, SessionChangesSubscriptionVariables>;
export const RevokeDocument = new TypedDocumentString(`
    mutation Revoke($sessionId: ID!, $reason: String!) {
  revokeImpersonation(input: {sessionId: $sessionId, reason: $reason}) {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeMutation, RevokeMutationVariables>;
export const EventsDocument = new TypedDocumentString(`
    query Events($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  impersonationEvents(
    filter: $filter
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    edges {
      cursor
      node {
        ...EventRowFields
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
    }
  }
}
    fragment EventRowFields on ImpersonationEvent {
  id
  type
  outcome
  code
  occurredAt
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  operation {
    name
    type
    fields
  }
  count
  gap {
    lost
  }
  anomaly {
    kind
    threshold
    windowSeconds
  }
  detailsErased
  integrity {
    status
  }
}`) as unknown as TypedDocumentString<EventsQuery, EventsQueryVariables>;
export const EventsRecordedDocument = new TypedDocumentString(`
    subscription EventsRecorded($filter: ImpersonationEventFilter, $after: String) {
  impersonationEventRecorded(filter: $filter, after: $after) {
    ...EventRowFields
    streamCursor
  }
}
    fragment EventRowFields on ImpersonationEvent {
  id
  type
  outcome
  code
  occurredAt
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  operation {
    name
    type
    fields
  }
  count
  gap {
    lost
  }
  anomaly {
    kind
    threshold
    windowSeconds
  }
  detailsErased
  integrity {
    status
  }
}`) as unknown as TypedDocumentString<EventsRecordedSubscription, EventsRecordedSubscriptionVariables>;
export const EventInChainDocument = new TypedDocumentString(`
    query EventInChain($id: ID!, $previous: ID!, $hasPrevious: Boolean!, $next: ID!, $hasNext: Boolean!) {
  event: impersonationEvent(id: $id) {
    ...EventRowFields
    sessionId
    reason
    ticket
    operation {
      documentHash
      variables
      errorCodes
      durationMs
      upstreams
    }
    requestId
    ipAddress
    userAgent
    gap {
      from
      until
    }
    anomaly {
      codes
    }
    integrity {
      chain
      sequence
      hash
      previousHash
    }
  }
  previous: impersonationEvent(id: $previous) @include(if: $hasPrevious) {
    id
    type
    integrity {
      hash
    }
  }
  next: impersonationEvent(id: $next) @include(if: $hasNext) {
    id
    type
    integrity {
      previousHash
    }
  }
}
    fragment EventRowFields on ImpersonationEvent {
  id
  type
  outcome
  code
  occurredAt
  actor {
    name
  }
  actorId
  subject {
    name
  }
  subjectId
  operation {
    name
    type
    fields
  }
  count
  gap {
    lost
  }
  anomaly {
    kind
    threshold
    windowSeconds
  }
  detailsErased
  integrity {
    status
  }
}`) as unknown as TypedDocumentString<EventInChainQuery, EventInChainQueryVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($search: String, $role: Role, $first: Int!, $after: String) {
  users(search: $search, role: $role, first: $first, after: $after) {
    nodes {
      id
      name
      email
      roles
      disabled
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const UpdateDeliveryNoteDocument = new TypedDocumentString(`
    mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {
  updateDeliveryNote(orderId: $orderId, note: $note) {
    id
    deliveryNote
  }
}
    `) as unknown as TypedDocumentString<UpdateDeliveryNoteMutation, UpdateDeliveryNoteMutationVariables>;
export const OrdersOfViewerDocument = new TypedDocumentString(`
    query OrdersOfViewer {
  orders {
    id
    title
    totalCents
    placedAt
    deliveryNote
    cardLast4
  }
}
    `) as unknown as TypedDocumentString<OrdersOfViewerQuery, OrdersOfViewerQueryVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($newPassword: String!) {
  changePassword(newPassword: $newPassword)
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;