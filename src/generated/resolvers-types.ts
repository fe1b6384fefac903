import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { User as UserRecord } from '../domain/user.js';
import type { ImpersonationSession as ImpersonationSessionRecord } from '../domain/impersonation-session.js';
import type { RecordedEvent as RecordedEventRecord } from '../audit/recorded-event.js';
import type { GatewayContext } from '../context/gateway-context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment: RFC 3339, in UTC, with milliseconds, e.g. `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: number; output: number; }
};

/** Something out of the ordinary that one gateway process noticed. It is told of once for each kind, person or address, and time. */
export type Anomaly = {
  readonly __typename?: 'Anomaly';
  /** The codes of the refusals that were counted, each once. */
  readonly codes: ReadonlyArray<Scalars['String']['output']>;
  /** What it is. */
  readonly kind: AnomalyKind;
  /** So many within the time are told as an anomaly. */
  readonly threshold: Scalars['Int']['output'];
  /** The time, in seconds. */
  readonly windowSeconds: Scalars['Int']['output'];
};

/** What the gateway tells as an anomaly. */
export type AnomalyKind =
  /** Many refused attempts of one actor, under whatever identity. */
  | 'DENIED_BURST_BY_ACTOR'
  /** Many refused attempts or credentials from one address, or one /64 of IPv6. */
  | 'DENIED_BURST_BY_ADDRESS'
  /** One actor acted as many different subjects. */
  | 'MANY_SUBJECTS';

/** Something that cannot be in a trail that nobody changed. */
export type AuditFault = {
  readonly __typename?: 'AuditFault';
  /** The chain it was found in. */
  readonly chain?: Maybe<Scalars['ID']['output']>;
  /** What is wrong: one of the kinds in docs/audit-format.md. */
  readonly kind: Scalars['String']['output'];
  /** A sentence about it. */
  readonly message: Scalars['String']['output'];
  /** The index of the seal. */
  readonly seal?: Maybe<Scalars['Int']['output']>;
  /** The number of the event in its chain. */
  readonly sequence?: Maybe<Scalars['Int']['output']>;
};

/** A time in which the audit trail could not be written. */
export type AuditGap = {
  readonly __typename?: 'AuditGap';
  /** When the first event could not be written. */
  readonly from: Scalars['DateTime']['output'];
  /** How many events were given up: what they were to permit was refused, or it had happened and is not on record. */
  readonly lost: Scalars['Int']['output'];
  /** When writing succeeded again. */
  readonly until: Scalars['DateTime']['output'];
};

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

/** How far a verification of the trail is. */
export type AuditVerificationProgress = {
  readonly __typename?: 'AuditVerificationProgress';
  /** How many events have been checked. */
  readonly checkedEvents: Scalars['Int']['output'];
  /** How many faults were found in all. */
  readonly faultCount: Scalars['Int']['output'];
  /** What was found wrong, the first 100 faults. */
  readonly faults: ReadonlyArray<AuditFault>;
  /** When it was done; null before. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What the verdict does not cover, a sentence each; empty before the end. */
  readonly notCovered: ReadonlyArray<Scalars['String']['output']>;
  /** What is being checked. */
  readonly phase: AuditVerificationPhase;
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How many there were when it began; null while that is not known. */
  readonly totalEvents?: Maybe<Scalars['Int']['output']>;
  /** The conclusion; null before the end. */
  readonly verdict?: Maybe<AuditVerificationVerdict>;
};

/** What a verification concludes. */
export type AuditVerificationVerdict =
  /** There are faults. */
  | 'FAULTS'
  /** Everything that was checked holds. */
  | 'HOLDS';

/** A GraphQL operation as the audit trail keeps it. */
export type AuditedOperation = {
  readonly __typename?: 'AuditedOperation';
  /** SHA-256 of the normalised document, hex. */
  readonly documentHash: Scalars['String']['output'];
  /** How long it took, in milliseconds. */
  readonly durationMs?: Maybe<Scalars['Float']['output']>;
  /** The codes of the errors in the result. */
  readonly errorCodes: ReadonlyArray<Scalars['String']['output']>;
  /** Root coordinates, e.g. `Mutation.renameProject`. */
  readonly fields: ReadonlyArray<Scalars['String']['output']>;
  /** The operation's name. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Query, mutation or subscription. */
  readonly type: OperationType;
  /** The services behind the gateway that it asked, by their names in the gateway's configuration; of an event that was recorded before the end, those asked by then. */
  readonly upstreams: ReadonlyArray<Scalars['String']['output']>;
  /** JSON of the variables, sensitive values replaced by "[REDACTED]". */
  readonly variables?: Maybe<Scalars['String']['output']>;
};

/** An event's place in the tamper-evident record. */
export type EventIntegrity = {
  readonly __typename?: 'EventIntegrity';
  /** The chain: one per gateway process. */
  readonly chain: Scalars['ID']['output'];
  /** SHA-256 over the previous hash and the event's body, hex. */
  readonly hash: Scalars['String']['output'];
  /** The hash of the event before it in the chain, hex. */
  readonly previousHash: Scalars['String']['output'];
  /** The number in the chain, from 0. */
  readonly sequence: Scalars['Int']['output'];
  /** Whether a seal covers the event. */
  readonly status: IntegrityStatus;
};

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

/** One entry of the audit trail. */
export type ImpersonationEvent = {
  readonly __typename?: 'ImpersonationEvent';
  /** The person really acting; null where nobody was signed in or the directory no longer has them. */
  readonly actor?: Maybe<User>;
  /** The id of the person really acting; null where nobody was signed in. */
  readonly actorId?: Maybe<Scalars['ID']['output']>;
  /** What was out of the ordinary; in ANOMALY_DETECTED events alone. */
  readonly anomaly?: Maybe<Anomaly>;
  /** Why it was refused or failed: one of the error codes. */
  readonly code?: Maybe<Scalars['String']['output']>;
  /** How many attempts this event stands for: 1, or more where a flood of refused attempts was folded into one event, or where they are an anomaly. */
  readonly count: Scalars['Int']['output'];
  /** Whether the personal details of this event were erased. The event itself is still provably unchanged. */
  readonly detailsErased: Scalars['Boolean']['output'];
  /** When the trail could not be written; in AUDIT_GAP events alone. */
  readonly gap?: Maybe<AuditGap>;
  /** The event's id: its chain and its number in it. */
  readonly id: Scalars['ID']['output'];
  /** The event's place in the tamper-evident record. */
  readonly integrity: EventIntegrity;
  /** Where the request came from; null where unknown or erased. */
  readonly ipAddress?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** The operation this is about. */
  readonly operation?: Maybe<AuditedOperation>;
  /** How it turned out. */
  readonly outcome: EventOutcome;
  /** The reason given; null where none was given or it was erased. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The request this happened in. */
  readonly requestId: Scalars['ID']['output'];
  /** The impersonation session this belongs to. */
  readonly sessionId?: Maybe<Scalars['ID']['output']>;
  /**
   * Where to go on after this event, with the same filter: `after` of `impersonationEventRecorded`, on any replica. Opaque. In a stream
   * only, and null there too while more than 256 processes write to the trail.
   */
  readonly streamCursor?: Maybe<Scalars['String']['output']>;
  /** The impersonated user; null where the directory no longer has them. */
  readonly subject?: Maybe<User>;
  /** The id of the impersonated user, or of the user somebody tried to impersonate. */
  readonly subjectId?: Maybe<Scalars['ID']['output']>;
  /** The support case or the like; null where none was given or it was erased. */
  readonly ticket?: Maybe<Scalars['String']['output']>;
  /** What happened. */
  readonly type: ImpersonationEventType;
  /** What the client called itself; null where unknown or erased. */
  readonly userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of events. */
export type ImpersonationEventConnection = {
  readonly __typename?: 'ImpersonationEventConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ImpersonationEventEdge>;
  /** The events alone. */
  readonly nodes: ReadonlyArray<ImpersonationEvent>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
};

/** An event in a page. */
export type ImpersonationEventEdge = {
  readonly __typename?: 'ImpersonationEventEdge';
  /** Where this entry is; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: ImpersonationEvent;
};

/** Which events. What is absent does not restrict. */
export type ImpersonationEventFilter = {
  /** Events of this actor. */
  readonly actorId?: InputMaybe<Scalars['ID']['input']>;
  /** Events at or after this time. */
  readonly occurredAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events before this time. */
  readonly occurredBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events about operations of this name. */
  readonly operationName?: InputMaybe<Scalars['String']['input']>;
  /** Events with this outcome. */
  readonly outcome?: InputMaybe<EventOutcome>;
  /** Events of this request. */
  readonly requestId?: InputMaybe<Scalars['ID']['input']>;
  /** Events of this session. */
  readonly sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** Events about this subject. */
  readonly subjectId?: InputMaybe<Scalars['ID']['input']>;
  /** Events of these types. */
  readonly types?: InputMaybe<ReadonlyArray<ImpersonationEventType>>;
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

/** A time-boxed, revocable record that lets one person act as another. */
export type ImpersonationSession = {
  readonly __typename?: 'ImpersonationSession';
  /** What the session may do. */
  readonly access: ImpersonationAccess;
  /** The person really acting; null where the directory no longer has them. */
  readonly actor?: Maybe<User>;
  /** The id of the person really acting. */
  readonly actorId: Scalars['ID']['output'];
  /** When it ended; null while active. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who ended it; null while active, and where time or the gateway ended it. */
  readonly endedBy?: Maybe<User>;
  /** The events of this session, newest first. */
  readonly events: ImpersonationEventConnection;
  /** When it ends by itself. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** The session's id (`sid` in the actor token). */
  readonly id: Scalars['ID']['output'];
  /** Why it was started. */
  readonly reason: Scalars['String']['output'];
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** Where the session is in its life. */
  readonly status: ImpersonationSessionStatus;
  /** The impersonated user; null where the directory no longer has them. */
  readonly subject?: Maybe<User>;
  /** The id of the impersonated user. */
  readonly subjectId: Scalars['ID']['output'];
  /** The support case or the like. */
  readonly ticket?: Maybe<Scalars['String']['output']>;
};


/** A time-boxed, revocable record that lets one person act as another. */
export type ImpersonationSessionEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of impersonation sessions. */
export type ImpersonationSessionConnection = {
  readonly __typename?: 'ImpersonationSessionConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ImpersonationSessionEdge>;
  /** The sessions alone. */
  readonly nodes: ReadonlyArray<ImpersonationSession>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
};

/** A session in a page. */
export type ImpersonationSessionEdge = {
  readonly __typename?: 'ImpersonationSessionEdge';
  /** Where this entry is; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: ImpersonationSession;
};

/** Which sessions. What is absent does not restrict. */
export type ImpersonationSessionFilter = {
  /** Sessions of this actor. */
  readonly actorId?: InputMaybe<Scalars['ID']['input']>;
  /** Sessions in this state. */
  readonly status?: InputMaybe<ImpersonationSessionStatus>;
  /** Sessions on this subject. */
  readonly subjectId?: InputMaybe<Scalars['ID']['input']>;
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

/** Impersonations in a stretch of time. */
export type ImpersonationStatisticsBucket = {
  readonly __typename?: 'ImpersonationStatisticsBucket';
  /** How many events tell of refused attempts at an impersonation. */
  readonly denied: Scalars['Int']['output'];
  /** How many sessions were stopped, revoked or expired; a start that came to nothing counts too. */
  readonly ended: Scalars['Int']['output'];
  /** Where the stretch begins. */
  readonly from: Scalars['DateTime']['output'];
  /** How many starts were allowed. */
  readonly started: Scalars['Int']['output'];
  /** Where it ends; what happened in this very millisecond is in the next. */
  readonly until: Scalars['DateTime']['output'];
};

/** What is known of an event's integrity. */
export type IntegrityStatus =
  /** A check found a fault. */
  | 'FAILED'
  /** Chained, not yet covered by a seal. */
  | 'PENDING'
  /** Covered by a verified seal. */
  | 'SEALED';

/** What can be changed. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** End anybody's impersonation at once. */
  readonly revokeImpersonation: RevokeImpersonationPayload;
  /** Start acting as a customer. Returns an actor token that cannot be renewed; send it as the bearer token of later requests. */
  readonly startImpersonation: StartImpersonationPayload;
  /** End an impersonation. Without `sessionId`: the one this request runs under. With it: the caller's own, from the caller's own token. */
  readonly stopImpersonation: StopImpersonationPayload;
};


/** What can be changed. */
export type MutationRevokeImpersonationArgs = {
  input: RevokeImpersonationInput;
};


/** What can be changed. */
export type MutationStartImpersonationArgs = {
  input: StartImpersonationInput;
};


/** What can be changed. */
export type MutationStopImpersonationArgs = {
  sessionId?: InputMaybe<Scalars['ID']['input']>;
};

/** The three kinds of GraphQL operation. */
export type OperationType =
  /** Changes. */
  | 'MUTATION'
  /** Reads. */
  | 'QUERY'
  /** A stream. */
  | 'SUBSCRIPTION';

/** Where a page stands in its list, as in the Relay connection specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last entry of this page; null where the page is empty. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether further entries follow this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether entries come before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry of this page; null where the page is empty. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

/** Whose rights a rule is about. Outside an impersonation both are the same person. */
export type Principal =
  /** The person really signed in: never lost inside an impersonation. */
  | 'ACTOR'
  /** The effective user: whose rights and data are in effect. */
  | 'VIEWER';

/** What can be read. */
export type Query = {
  readonly __typename?: 'Query';
  /** Who impersonated the viewer, when and why: a person's own ledger, newest first. */
  readonly accessHistory: ImpersonationSessionConnection;
  /** The person really signed in. Equals `viewer` unless the request runs under an impersonation. */
  readonly actor?: Maybe<User>;
  /** The impersonation session this request runs under; null when there is none. */
  readonly impersonation?: Maybe<ImpersonationSession>;
  /**
   * The event with this id, or null. Its neighbours in the chain have the same id with the number before or after it, in twelve
   * digits. Reading it is itself recorded, once in ten minutes.
   */
  readonly impersonationEvent?: Maybe<ImpersonationEvent>;
  /** The audit trail, newest first. 50 events when neither `first` nor `last` is given; 500 at most. Reading it is itself recorded. */
  readonly impersonationEvents: ImpersonationEventConnection;
  /** The impersonation session with this id, or null. */
  readonly impersonationSession?: Maybe<ImpersonationSession>;
  /** All impersonation sessions, newest first. */
  readonly impersonationSessions: ImpersonationSessionConnection;
  /**
   * How many impersonations began and ended, and how many were refused, in each of equal stretches of a time of at most 366 days, oldest
   * first. An event counts once, however many attempts were folded into it. Reading it is itself recorded, once in ten minutes.
   */
  readonly impersonationStatistics: ReadonlyArray<ImpersonationStatisticsBucket>;
  /** The user with this id, or null. */
  readonly user?: Maybe<User>;
  /** Users in ascending order of id. */
  readonly users: UserConnection;
  /** The effective user of this request: whose rights and data are in effect. Null when nobody is signed in. */
  readonly viewer?: Maybe<User>;
};


/** What can be read. */
export type QueryAccessHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. */
export type QueryImpersonationEventArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryImpersonationEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ImpersonationEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. */
export type QueryImpersonationSessionArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryImpersonationSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ImpersonationSessionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. */
export type QueryImpersonationStatisticsArgs = {
  buckets?: Scalars['Int']['input'];
  occurredAfter: Scalars['DateTime']['input'];
  occurredBefore: Scalars['DateTime']['input'];
};


/** What can be read. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  role?: InputMaybe<Role>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** Which session to end, and why. */
export type RevokeImpersonationInput = {
  /** Why: 3 to 500 characters after trimming. Kept in the audit trail. */
  readonly reason: Scalars['String']['input'];
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** An impersonation that was revoked. */
export type RevokeImpersonationPayload = {
  readonly __typename?: 'RevokeImpersonationPayload';
  /** The session as it now stands. */
  readonly session: ImpersonationSession;
};

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
  readonly access?: InputMaybe<ImpersonationAccess>;
  /** How long, in seconds: 60 to the configured maximum. Out of range is an error, never adjusted. */
  readonly durationSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Why: 3 to 500 characters after trimming. Kept in the audit trail. */
  readonly reason: Scalars['String']['input'];
  /** The support case or the like, up to 100 characters. */
  readonly ticket?: InputMaybe<Scalars['String']['input']>;
  /** The subject: the user to act as. */
  readonly userId: Scalars['ID']['input'];
};

/** An impersonation that has begun. */
export type StartImpersonationPayload = {
  readonly __typename?: 'StartImpersonationPayload';
  /** The actor token (JWT, `sub` the subject, `act.sub` the actor). Shown once; never logged. */
  readonly actorToken: Scalars['String']['output'];
  /** When the token and the session end. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** The session. */
  readonly session: ImpersonationSession;
  /** The subject, as whom the token acts. */
  readonly viewer: User;
};

/** An impersonation that has ended. */
export type StopImpersonationPayload = {
  readonly __typename?: 'StopImpersonationPayload';
  /** The session as it now stands. */
  readonly session: ImpersonationSession;
  /** The restored identity: the actor. */
  readonly viewer: User;
};

/** What can be followed as it happens. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * Verifies the whole trail now, as `audit verify` does, and tells how far it is; the last step has the verdict. One verification runs in
   * a gateway process at a time: who asks meanwhile follows that one. It is given up when nobody follows it. Asking is itself recorded.
   */
  readonly auditVerification: AuditVerificationProgress;
  /**
   * Each event as it is recorded, on whichever replica, exactly once. The events of one process come in their order; there is no order
   * among processes. Following is itself recorded.
   */
  readonly impersonationEventRecorded: ImpersonationEvent;
};


/** What can be followed as it happens. */
export type SubscriptionImpersonationEventRecordedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ImpersonationEventFilter>;
};

/** A person known to the user directory. */
export type User = {
  readonly __typename?: 'User';
  /** Where a picture of the person is, if there is one. */
  readonly avatarUrl?: Maybe<Scalars['String']['output']>;
  /** Whether the person is disabled: a disabled person can neither act nor be impersonated. */
  readonly disabled: Scalars['Boolean']['output'];
  /** The e-mail address. */
  readonly email: Scalars['String']['output'];
  /** The id that tokens carry as `sub`. */
  readonly id: Scalars['ID']['output'];
  /** The name to show. */
  readonly name: Scalars['String']['output'];
  /** The roles the person holds now, as the user directory says. Roles this schema does not know are left out and grant nothing. */
  readonly roles: ReadonlyArray<Role>;
};

/** A page of users. */
export type UserConnection = {
  readonly __typename?: 'UserConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** The users alone. */
  readonly nodes: ReadonlyArray<User>;
  /** Where this page lies in the whole list. */
  readonly pageInfo: PageInfo;
};

/** A user in a page. */
export type UserEdge = {
  readonly __typename?: 'UserEdge';
  /** Where this entry is; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Anomaly: ResolverTypeWrapper<Anomaly>;
  AnomalyKind: AnomalyKind;
  AuditFault: ResolverTypeWrapper<AuditFault>;
  AuditGap: ResolverTypeWrapper<AuditGap>;
  AuditVerificationPhase: AuditVerificationPhase;
  AuditVerificationProgress: ResolverTypeWrapper<AuditVerificationProgress>;
  AuditVerificationVerdict: AuditVerificationVerdict;
  AuditedOperation: ResolverTypeWrapper<RecordedEventRecord>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EventIntegrity: ResolverTypeWrapper<RecordedEventRecord>;
  EventOutcome: EventOutcome;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ImpersonationAccess: ImpersonationAccess;
  ImpersonationEvent: ResolverTypeWrapper<RecordedEventRecord>;
  ImpersonationEventConnection: ResolverTypeWrapper<Omit<ImpersonationEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ImpersonationEventEdge']>, nodes: ReadonlyArray<ResolversTypes['ImpersonationEvent']> }>;
  ImpersonationEventEdge: ResolverTypeWrapper<Omit<ImpersonationEventEdge, 'node'> & { node: ResolversTypes['ImpersonationEvent'] }>;
  ImpersonationEventFilter: ImpersonationEventFilter;
  ImpersonationEventType: ImpersonationEventType;
  ImpersonationSession: ResolverTypeWrapper<ImpersonationSessionRecord>;
  ImpersonationSessionConnection: ResolverTypeWrapper<Omit<ImpersonationSessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ImpersonationSessionEdge']>, nodes: ReadonlyArray<ResolversTypes['ImpersonationSession']> }>;
  ImpersonationSessionEdge: ResolverTypeWrapper<Omit<ImpersonationSessionEdge, 'node'> & { node: ResolversTypes['ImpersonationSession'] }>;
  ImpersonationSessionFilter: ImpersonationSessionFilter;
  ImpersonationSessionStatus: ImpersonationSessionStatus;
  ImpersonationStatisticsBucket: ResolverTypeWrapper<ImpersonationStatisticsBucket>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  IntegrityStatus: IntegrityStatus;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  OperationType: OperationType;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Principal: Principal;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RevokeImpersonationInput: RevokeImpersonationInput;
  RevokeImpersonationPayload: ResolverTypeWrapper<Omit<RevokeImpersonationPayload, 'session'> & { session: ResolversTypes['ImpersonationSession'] }>;
  Role: Role;
  StartImpersonationInput: StartImpersonationInput;
  StartImpersonationPayload: ResolverTypeWrapper<Omit<StartImpersonationPayload, 'session' | 'viewer'> & { session: ResolversTypes['ImpersonationSession'], viewer: ResolversTypes['User'] }>;
  StopImpersonationPayload: ResolverTypeWrapper<Omit<StopImpersonationPayload, 'session' | 'viewer'> & { session: ResolversTypes['ImpersonationSession'], viewer: ResolversTypes['User'] }>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<UserRecord>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['UserEdge']>, nodes: ReadonlyArray<ResolversTypes['User']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Anomaly: Anomaly;
  AuditFault: AuditFault;
  AuditGap: AuditGap;
  AuditVerificationProgress: AuditVerificationProgress;
  AuditedOperation: RecordedEventRecord;
  Boolean: Scalars['Boolean']['output'];
  DateTime: Scalars['DateTime']['output'];
  EventIntegrity: RecordedEventRecord;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  ImpersonationEvent: RecordedEventRecord;
  ImpersonationEventConnection: Omit<ImpersonationEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ImpersonationEventEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ImpersonationEvent']> };
  ImpersonationEventEdge: Omit<ImpersonationEventEdge, 'node'> & { node: ResolversParentTypes['ImpersonationEvent'] };
  ImpersonationEventFilter: ImpersonationEventFilter;
  ImpersonationSession: ImpersonationSessionRecord;
  ImpersonationSessionConnection: Omit<ImpersonationSessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ImpersonationSessionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ImpersonationSession']> };
  ImpersonationSessionEdge: Omit<ImpersonationSessionEdge, 'node'> & { node: ResolversParentTypes['ImpersonationSession'] };
  ImpersonationSessionFilter: ImpersonationSessionFilter;
  ImpersonationStatisticsBucket: ImpersonationStatisticsBucket;
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RevokeImpersonationInput: RevokeImpersonationInput;
  RevokeImpersonationPayload: Omit<RevokeImpersonationPayload, 'session'> & { session: ResolversParentTypes['ImpersonationSession'] };
  StartImpersonationInput: StartImpersonationInput;
  StartImpersonationPayload: Omit<StartImpersonationPayload, 'session' | 'viewer'> & { session: ResolversParentTypes['ImpersonationSession'], viewer: ResolversParentTypes['User'] };
  StopImpersonationPayload: Omit<StopImpersonationPayload, 'session' | 'viewer'> & { session: ResolversParentTypes['ImpersonationSession'], viewer: ResolversParentTypes['User'] };
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  User: UserRecord;
  UserConnection: Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['UserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['User']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
};

export type AuthenticatedDirectiveArgs = { };

export type AuthenticatedDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BlockedWhileImpersonatingDirectiveArgs = { };

export type BlockedWhileImpersonatingDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = BlockedWhileImpersonatingDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  requireOneSlicingArgument?: Maybe<Scalars['Boolean']['input']>;
  sizedFields?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
  slicingArguments?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresRoleDirectiveArgs = {
  of?: Principal;
  role: ReadonlyArray<Role>;
};

export type RequiresRoleDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = RequiresRoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SensitiveDirectiveArgs = { };

export type SensitiveDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = SensitiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AnomalyResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Anomaly'] = ResolversParentTypes['Anomaly']> = {
  codes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AnomalyKind'], ParentType, ContextType>;
  threshold?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  windowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditFaultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AuditFault'] = ResolversParentTypes['AuditFault']> = {
  chain?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seal?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type AuditGapResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AuditGap'] = ResolversParentTypes['AuditGap']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AuditVerificationProgressResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AuditVerificationProgress'] = ResolversParentTypes['AuditVerificationProgress']> = {
  checkedEvents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  faultCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['AuditFault']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  notCovered?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['AuditVerificationPhase'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  totalEvents?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  verdict?: Resolver<Maybe<ResolversTypes['AuditVerificationVerdict']>, ParentType, ContextType>;
};

export type AuditedOperationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AuditedOperation'] = ResolversParentTypes['AuditedOperation']> = {
  documentHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  errorCodes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  fields?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OperationType'], ParentType, ContextType>;
  upstreams?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  variables?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EventIntegrityResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['EventIntegrity'] = ResolversParentTypes['EventIntegrity']> = {
  chain?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  previousHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['IntegrityStatus'], ParentType, ContextType>;
};

export type ImpersonationEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationEvent'] = ResolversParentTypes['ImpersonationEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  actorId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  anomaly?: Resolver<Maybe<ResolversTypes['Anomaly']>, ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  detailsErased?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gap?: Resolver<Maybe<ResolversTypes['AuditGap']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  integrity?: Resolver<ResolversTypes['EventIntegrity'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  operation?: Resolver<Maybe<ResolversTypes['AuditedOperation']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['EventOutcome'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  streamCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  subjectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ImpersonationEventType'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ImpersonationEventConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationEventConnection'] = ResolversParentTypes['ImpersonationEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ImpersonationEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ImpersonationEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ImpersonationEventEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationEventEdge'] = ResolversParentTypes['ImpersonationEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ImpersonationEvent'], ParentType, ContextType>;
};

export type ImpersonationSessionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationSession'] = ResolversParentTypes['ImpersonationSession']> = {
  access?: Resolver<ResolversTypes['ImpersonationAccess'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  actorId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['ImpersonationEventConnection'], ParentType, ContextType, RequireFields<ImpersonationSessionEventsArgs, 'first'>>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ImpersonationSessionStatus'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ImpersonationSessionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationSessionConnection'] = ResolversParentTypes['ImpersonationSessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ImpersonationSessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ImpersonationSession']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ImpersonationSessionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationSessionEdge'] = ResolversParentTypes['ImpersonationSessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ImpersonationSession'], ParentType, ContextType>;
};

export type ImpersonationStatisticsBucketResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ImpersonationStatisticsBucket'] = ResolversParentTypes['ImpersonationStatisticsBucket']> = {
  denied?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ended?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  started?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  revokeImpersonation?: Resolver<ResolversTypes['RevokeImpersonationPayload'], ParentType, ContextType, RequireFields<MutationRevokeImpersonationArgs, 'input'>>;
  startImpersonation?: Resolver<ResolversTypes['StartImpersonationPayload'], ParentType, ContextType, RequireFields<MutationStartImpersonationArgs, 'input'>>;
  stopImpersonation?: Resolver<ResolversTypes['StopImpersonationPayload'], ParentType, ContextType, Partial<MutationStopImpersonationArgs>>;
};

export type PageInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  accessHistory?: Resolver<ResolversTypes['ImpersonationSessionConnection'], ParentType, ContextType, RequireFields<QueryAccessHistoryArgs, 'first'>>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  impersonation?: Resolver<Maybe<ResolversTypes['ImpersonationSession']>, ParentType, ContextType>;
  impersonationEvent?: Resolver<Maybe<ResolversTypes['ImpersonationEvent']>, ParentType, ContextType, RequireFields<QueryImpersonationEventArgs, 'id'>>;
  impersonationEvents?: Resolver<ResolversTypes['ImpersonationEventConnection'], ParentType, ContextType, Partial<QueryImpersonationEventsArgs>>;
  impersonationSession?: Resolver<Maybe<ResolversTypes['ImpersonationSession']>, ParentType, ContextType, RequireFields<QueryImpersonationSessionArgs, 'id'>>;
  impersonationSessions?: Resolver<ResolversTypes['ImpersonationSessionConnection'], ParentType, ContextType, RequireFields<QueryImpersonationSessionsArgs, 'first'>>;
  impersonationStatistics?: Resolver<ReadonlyArray<ResolversTypes['ImpersonationStatisticsBucket']>, ParentType, ContextType, RequireFields<QueryImpersonationStatisticsArgs, 'buckets' | 'occurredAfter' | 'occurredBefore'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
  viewer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type RevokeImpersonationPayloadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RevokeImpersonationPayload'] = ResolversParentTypes['RevokeImpersonationPayload']> = {
  session?: Resolver<ResolversTypes['ImpersonationSession'], ParentType, ContextType>;
};

export type StartImpersonationPayloadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['StartImpersonationPayload'] = ResolversParentTypes['StartImpersonationPayload']> = {
  actorToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['ImpersonationSession'], ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type StopImpersonationPayloadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['StopImpersonationPayload'] = ResolversParentTypes['StopImpersonationPayload']> = {
  session?: Resolver<ResolversTypes['ImpersonationSession'], ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  auditVerification?: SubscriptionResolver<ResolversTypes['AuditVerificationProgress'], "auditVerification", ParentType, ContextType>;
  impersonationEventRecorded?: SubscriptionResolver<ResolversTypes['ImpersonationEvent'], "impersonationEventRecorded", ParentType, ContextType, Partial<SubscriptionImpersonationEventRecordedArgs>>;
};

export type UserResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  disabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['Role']>, ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GatewayContext> = {
  Anomaly?: AnomalyResolvers<ContextType>;
  AuditFault?: AuditFaultResolvers<ContextType>;
  AuditGap?: AuditGapResolvers<ContextType>;
  AuditVerificationProgress?: AuditVerificationProgressResolvers<ContextType>;
  AuditedOperation?: AuditedOperationResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EventIntegrity?: EventIntegrityResolvers<ContextType>;
  ImpersonationEvent?: ImpersonationEventResolvers<ContextType>;
  ImpersonationEventConnection?: ImpersonationEventConnectionResolvers<ContextType>;
  ImpersonationEventEdge?: ImpersonationEventEdgeResolvers<ContextType>;
  ImpersonationSession?: ImpersonationSessionResolvers<ContextType>;
  ImpersonationSessionConnection?: ImpersonationSessionConnectionResolvers<ContextType>;
  ImpersonationSessionEdge?: ImpersonationSessionEdgeResolvers<ContextType>;
  ImpersonationStatisticsBucket?: ImpersonationStatisticsBucketResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RevokeImpersonationPayload?: RevokeImpersonationPayloadResolvers<ContextType>;
  StartImpersonationPayload?: StartImpersonationPayloadResolvers<ContextType>;
  StopImpersonationPayload?: StopImpersonationPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = GatewayContext> = {
  authenticated?: AuthenticatedDirectiveResolver<any, any, ContextType>;
  blockedWhileImpersonating?: BlockedWhileImpersonatingDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
  requiresRole?: RequiresRoleDirectiveResolver<any, any, ContextType>;
  sensitive?: SensitiveDirectiveResolver<any, any, ContextType>;
};
