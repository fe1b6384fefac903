import {
  type ImpersonationSession,
  INACTIVITY,
  type Inactivity,
  type SessionEnding,
} from '../domain/impersonation-session.js';

/** What a client has asked for, as far as it tells whether anybody is there. */
export interface Use {
  readonly kind: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';
  /** The client says that nobody caused it: a page that polls. It can only shorten a session, so it needs no trust. */
  readonly isMarked: boolean;
  /** Whether a guard let through any root field that is more than a look; see {@link isLook}. */
  readonly hasRun: boolean;
}

/** Activity is stored no more often than this, milliseconds. */
const LEAST_STEP_MS = 1_000;
/** More than a sweep and clocks that differ explain, and no more than the verifier of the trail allows for. */
const LATE_MS = 10_000;
/** These ask about the impersonation itself, or about the schema: what banners, consoles and tools ask by themselves. */
const LOOKS: readonly string[] = [
  'Query.impersonation',
  'Query.actor',
  'Query.__typename',
  'Query.__schema',
  'Query.__type',
  'Mutation.__typename',
];

/** Whether a root field, by its coordinate, only looks at how the impersonation stands. */
export function isLook(coordinate: string): boolean {
  return LOOKS.includes(coordinate);
}

/**
 * Whether somebody uses the session: a query or a mutation that was let through. Not what was refused, a look, what the client marks
 * as its own doing, or a stream: that is a screen that nobody need sit in front of.
 */
export function isActivity({ kind, isMarked, hasRun }: Use): boolean {
  return kind !== 'SUBSCRIPTION' && !isMarked && hasRun;
}

/** How coarsely activity is kept: by so much a session may last longer than its limit, never shorter. Milliseconds. */
export function activityStepMs(limitMs: number): number {
  return Math.max(LEAST_STEP_MS, limitMs / 10);
}

/** The time-out of a session that begins. @param limitSeconds 0: it has none */
export function beginInactivity(limitSeconds: number, startedAt: number): Inactivity | null {
  if (limitSeconds === 0) return null;
  const limitMs = limitSeconds * 1_000;
  return Object.freeze({ limitMs, endsAt: startedAt + limitMs + activityStepMs(limitMs) });
}

/**
 * Until when the session is to last now that there was activity; null where what is kept will do. What is kept is always the limit
 * after the last activity or more: so most activity needs no write, and none shortens a session.
 */
export function prolongedUntil({ inactivity, expiresAt }: ImpersonationSession, now: number): number | null {
  if (inactivity === undefined) return null;
  const { limitMs, endsAt } = inactivity;
  return endsAt < Math.min(now + limitMs, expiresAt) ? now + limitMs + activityStepMs(limitMs) : null;
}

/** Whether the session has to end for want of activity: it, or its activity, may be known better elsewhere. */
export function isInactive({ inactivity, expiresAt }: ImpersonationSession, now: number): boolean {
  // Negated, so that a time that is not a number ends it.
  return inactivity !== undefined && !(now < inactivity.endsAt) && !(inactivity.endsAt >= expiresAt);
}

/** Whether a session that is EXPIRED ended for want of activity, and not by its fixed time. */
export function endedInactive({ status, endedAt, expiresAt }: ImpersonationSession): boolean {
  return status === 'EXPIRED' && endedAt !== null && endedAt < expiresAt;
}

/**
 * The end that time brings the session: the earlier of the two.
 * @param now when it is ended. Long after its time for want of activity it ends then and no sooner: no gateway was there that
 *   knows of that time, but an older one may have been, and have let in what would be on record as done after the end.
 */
export function endingByTime({ inactivity, expiresAt }: ImpersonationSession, now: number): SessionEnding {
  const idleEnd = inactivity?.endsAt ?? expiresAt;
  const endedAt = Math.min(now > idleEnd + LATE_MS ? now : idleEnd, expiresAt);
  return { status: 'EXPIRED', endedAt, endedById: null, endReason: endedAt < expiresAt ? INACTIVITY : null };
}
