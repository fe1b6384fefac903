import type { OperationRecord } from '../audit/operation-record.js';
import type { AuditReader } from '../audit/read.js';
import type { JudgeIntegrity } from '../audit/seal/integrity.js';
import type { Verification } from '../audit/verification/verification.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { User } from '../domain/user.js';
import type { ErrorCode } from '../errors/index.js';
import type { Impersonation } from '../impersonation/index.js';
import type { Loaders } from '../loaders/index.js';
import type { UserDirectory } from '../stores/index.js';
import type { Onward } from './onward.js';
import type { RequestLog } from './request-log.js';

/** The use cases that resolvers call; the same objects for every request. */
export interface Services {
  readonly impersonation: Impersonation;
  readonly audit: AuditReader;
  readonly verification: Verification;
  readonly judgeIntegrity: JudgeIntegrity;
  readonly directory: UserDirectory;
}

/** What every resolver gets. Frozen: nothing a resolver does can change who is in effect or who is acting. */
export interface GatewayContext {
  /** The effective user: whose rights and data are in effect. Null when nobody is signed in. */
  readonly viewer: User | null;
  /** The person really signed in. Equals `viewer` outside impersonation and is never lost inside it. */
  readonly actor: User | null;
  /** The impersonation session this request runs under, or null. */
  readonly impersonation: ImpersonationSession | null;
  readonly identity: Identity;
  /** Set where the people could not be confirmed: then only what ends an impersonation may run. */
  readonly unconfirmed: ErrorCode | null;
  readonly request: RequestFacts;
  readonly loaders: Loaders;
  readonly services: Services;
  readonly log: RequestLog;
  /** The audit record of the operation of this request. */
  readonly operation: OperationRecord;
  /** What a call to an upstream needs to know of this request. */
  readonly onward: Onward;
  /**
   * Aborted when the client has gone, the operation is over, or its time is up: what waits for others should end then, e.g.
   * `fetch(url, { signal: context.signal })`. Made when it is first asked for.
   */
  readonly signal: AbortSignal;
  /** Whether the operation was given up because it took too long. */
  timeIsUp(): boolean;
  /** Whether the session this request runs under has ended since the request began. */
  sessionEnded(): boolean;
  /**
   * Why nothing may be done in the name of the session this request runs under; null where it may, or there is none. To be asked
   * before what cannot be undone: the process may have stood still since the request began. Never rejects.
   */
  sessionFault(): ErrorCode | null | Promise<ErrorCode | null>;
}
