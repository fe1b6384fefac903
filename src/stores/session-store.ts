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
 * Somebody's word that they see to the event of an end. Until the event is known to be durable the claim stands; one that
 * grows old may be taken over by anybody, so that no crash leaves a session without its end event.
 */
export interface EndClaim {
  /** A fresh random id: nobody else's claim, and no other claim of the same process, is taken for this one. */
  readonly by: string;
  readonly at: number;
}

/** An end whose event is not known to be durable: of a session, or of a start that never became one. */
export type UnrecordedEnd =
  | { readonly kind: 'ended'; readonly session: ImpersonationSession }
  | { readonly kind: 'void'; readonly id: string };

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
   * Compare-and-set: ends the session if it is ACTIVE and the ending fits its time (STOPPED and REVOKED before `expiresAt`,
   * EXPIRED not before it; EXPIRED for INACTIVITY before it, and not before `inactivity.endsAt` as stored), and returns it as it
   * now stands; null otherwise. Of any number of concurrent callers exactly
   * one gets the session: the one whose `claim` now stands, and who records the end event.
   */
  end(id: string, ending: SessionEnding, claim: EndClaim): Promise<ImpersonationSession | null>;
  /**
   * Moves a claim to `claim.at`. True only where that very claim (`claim.by`) still stands: nobody has taken it over, and
   * the event is not confirmed. So also for a claim whose answer was lost.
   */
  renewEndClaim(id: string, claim: EndClaim): Promise<boolean>;
  /** Marks that the end event of the session, or of the void start, is durable. */
  confirmEndRecorded(id: string): Promise<void>;
  /**
   * Takes over ONE end, of a session or of a start, whose event was not confirmed and whose claim is older than
   * `claim.at - leaseMs`; null where there is none. Of concurrent callers exactly one gets a given end.
   */
  claimUnrecordedEnd(claim: EndClaim, leaseMs: number): Promise<UnrecordedEnd | null>;
  /**
   * Compare-and-set: there was activity. Moves `inactivity.endsAt` to `until`, never back, if the session is ACTIVE and neither that
   * time nor `expiresAt` had come at `at`, and returns it as it now stands; null otherwise. So no activity brings a session back.
   */
  prolong(id: string, at: number, until: number): Promise<ImpersonationSession | null>;
  /** ACTIVE sessions with `expiresAt <= now` or `inactivity.endsAt <= now`, the longest due first, at most `limit`. */
  dueForExpiry(now: number, limit: number): Promise<readonly ImpersonationSession[]>;
  /** How many sessions of the actor are ACTIVE and at `now` neither past their expiry nor past `inactivity.endsAt`. */
  countActive(actorId: string, now: number): Promise<number>;
  /** How many sessions of the actor have `startedAt >= since`, whatever their status. */
  countStartedSince(actorId: string, since: number): Promise<number>;
  /** Newest first by (startedAt, id). `status` filters on the stored status. Void starts never show. */
  page(filter: SessionFilter, page: PageRequest): Promise<Slice<ImpersonationSession>>;
  /**
   * Takes the id of a start whose session was never stored, so that a late `insert` of it answers `duplicate`. True for
   * exactly one caller, whose `claim` to record the event now stands; false where the id is taken. `get`, `getMany` and
   * `page` never show it.
   */
  voidStart(id: string, claim: EndClaim): Promise<boolean>;
  /**
   * Up to when every recorded start is known to have a session or to be void; null where nobody has said so. What
   * {@link setStartsSettledUpTo} was last told.
   */
  startsSettledUpTo(): Promise<number | null>;
  /** Remembers how far the search for void starts has come. The last word counts, also where it is an earlier time. */
  setStartsSettledUpTo(at: number): Promise<void>;
  /**
   * Replaces `reason` and `endReason` (where there is one) by {@link ERASED_TEXT} and `ticket` by null, durably, in every
   * session whose actor or subject is the person; nothing else of a session changes. May be repeated: after a failure any
   * part of the sessions may have been changed.
   * @returns how many sessions changed now.
   */
  eraseDetails(personId: string): Promise<number>;
}
