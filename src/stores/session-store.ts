import type {
  ImpersonationSession,
  ImpersonationSessionStatus,
  SessionEnding,
} from '../domain/impersonation-session.js';
import type { PageRequest, Slice } from './page.js';

/** Stands where a reason was erased. */
export const ERASED_TEXT = '[ERASED]';

export interface SessionFilter {
  readonly status?: ImpersonationSessionStatus;
  readonly actorId?: string;
  readonly subjectId?: string;
}

/**
 * Impersonation sessions. Every write resolves only once it is durable; every method throws StoreUnavailableError where the
 * store does not answer. `now`, `at` and the like are milliseconds since the epoch.
 */
export interface SessionStore {
  /**
   * Stores a new ACTIVE session. Atomic across replicas: `limit` when the actor already holds `activeLimit` sessions
   * whose status is ACTIVE (nothing is stored), `duplicate` when the id is taken (by a session or by `voidStart`).
   */
  insert(session: ImpersonationSession, activeLimit: number): Promise<'stored' | 'limit' | 'duplicate'>;
  get(id: string): Promise<ImpersonationSession | null>;
  /** Those of the ids that exist, in any order. */
  getMany(ids: readonly string[]): Promise<readonly ImpersonationSession[]>;
  /**
   * Compare-and-set: ends the session if it is ACTIVE and returns it as it now stands; null where it does not exist or
   * had ended before. Of any number of concurrent callers exactly one gets the session: the one that records the end
   * event. Until `confirmEndRecorded` the end counts as unrecorded; see `claimUnrecordedEnd`.
   * @param claimedAt when the caller took it upon itself to record the end event.
   */
  end(id: string, ending: SessionEnding, claimedAt: number): Promise<ImpersonationSession | null>;
  /** Marks that the end event of the session is durable. */
  confirmEndRecorded(id: string): Promise<void>;
  /**
   * Takes over ONE ended session whose end event was not confirmed and whose last claim is older than `now - leaseMs`,
   * setting its claim to `now`; null where there is none. Of concurrent callers exactly one gets a given session.
   */
  claimUnrecordedEnd(now: number, leaseMs: number): Promise<ImpersonationSession | null>;
  /** ACTIVE sessions with `expiresAt <= now`, oldest first, at most `limit`. */
  dueForExpiry(now: number, limit: number): Promise<readonly ImpersonationSession[]>;
  /** How many sessions of the actor are ACTIVE and not past their expiry at `now`. */
  countActive(actorId: string, now: number): Promise<number>;
  /** How many sessions of the actor have `startedAt >= since`, whatever their status. */
  countStartedSince(actorId: string, since: number): Promise<number>;
  /** Newest first by (startedAt, id). `status` filters on the stored status. Void starts never show. */
  page(filter: SessionFilter, page: PageRequest): Promise<Slice<ImpersonationSession>>;
  /**
   * Takes the id of a start whose session was never stored, so that a late `insert` of it answers `duplicate`. True for
   * exactly one caller; false where the id is taken. `get`, `getMany` and `page` never show it.
   */
  voidStart(id: string, at: number): Promise<boolean>;
  /**
   * Replaces `reason` and `endReason` (where there is one) by {@link ERASED_TEXT} and `ticket` by null, durably, in every
   * session whose actor or subject is the person; nothing else of a session changes. May be repeated: after a failure any
   * part of the sessions may have been changed.
   * @returns how many sessions changed now.
   */
  eraseDetails(personId: string): Promise<number>;
}
