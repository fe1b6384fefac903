export type ImpersonationAccess = 'READ_ONLY' | 'FULL';
export type ImpersonationSessionStatus = 'ACTIVE' | 'STOPPED' | 'EXPIRED' | 'REVOKED';

/** How the actor had signed in when the session began; copied into every event of the session. */
export interface ActorAuthentication {
  /** `iss` of the actor's session token. */
  readonly issuer: string;
  /** `auth_time` of that token, seconds since the epoch; null where the issuer does not tell. */
  readonly authTime: number | null;
  /** `amr` of that token (RFC 8176); empty where the issuer does not tell. */
  readonly amr: readonly string[];
}

/** How long a session may go without activity: its own, fixed when it began, so that replicas and later settings do not disagree. */
export interface Inactivity {
  readonly limitMs: number;
  /** When it ends for want of activity. Moved on by activity, never back. Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** What a session that ended for want of activity has as its `endReason`. */
export const INACTIVITY = 'INACTIVITY';

/** A time-boxed, revocable record that lets `actorId` act as `subjectId`. Times are milliseconds since the epoch. */
export interface ImpersonationSession {
  readonly id: string;
  readonly status: ImpersonationSessionStatus;
  readonly access: ImpersonationAccess;
  readonly actorId: string;
  readonly authentication: ActorAuthentication;
  readonly subjectId: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Absent: it ends by its fixed time alone. */
  readonly inactivity?: Inactivity;
  readonly endedAt: number | null;
  /** The person who ended it; null while active, and when time or the gateway itself ended it. */
  readonly endedById: string | null;
  /** Why it was revoked, in the words of whoever revoked it, or the error code where the gateway did; {@link INACTIVITY}. */
  readonly endReason: string | null;
}

/** What ends a session. `code` is set where the gateway itself found the session unfit (actor demoted, subject promoted …). */
export interface SessionEnding {
  readonly status: 'STOPPED' | 'EXPIRED' | 'REVOKED';
  readonly endedAt: number;
  readonly endedById: string | null;
  readonly endReason: string | null;
}
