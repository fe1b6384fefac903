import type {
  ActorAuthentication,
  ImpersonationAccess,
  ImpersonationSession,
  ImpersonationSessionStatus,
  Inactivity,
} from '../../domain/impersonation-session.js';

/** One document of `impersonationSessions`: a session, or a {@link VoidStartDocument}. */
export interface SessionDocument {
  _id: string;
  status: ImpersonationSessionStatus;
  access: ImpersonationAccess;
  actorId: string;
  authentication: { issuer: string; authTime: number | null; amr: string[] };
  subjectId: string;
  reason: string;
  ticket: string | null;
  startedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endedById: string | null;
  endReason: string | null;
  /** How long it may go without activity, milliseconds; with `idleEndsAt`, or neither. */
  idleLimitMs?: number;
  /** When it ends for want of activity; stays as it was once it has ended. */
  idleEndsAt?: Date;
  /** `<actorId>#<n>`, unique, only while ACTIVE: the n-th of the sessions that the actor may hold at once. */
  activeSlot?: string;
  /** When somebody last took it upon themselves to record the end event; only until that event is known to be durable. */
  endClaimedAt?: Date;
  /** Which claim that was; see `EndClaim`. */
  endClaimedBy?: string;
}

/** Takes the id of a start that never became a session. It has no time and no slot, so no list and no limit sees it. */
export interface VoidStartDocument {
  _id: string;
  status: 'VOID';
  voidedAt: Date;
  /** As in a {@link SessionDocument}. */
  endClaimedAt?: Date;
  endClaimedBy?: string;
}

/** How far the search for void starts has come. Without an `actorId` or a known `status` it is no session to anybody. */
export interface ProgressDocument {
  _id: string;
  status: 'PROGRESS';
  reachedAt: Date;
}

export function sessionDocument(session: ImpersonationSession, activeSlot: string): SessionDocument {
  const { id, startedAt, expiresAt, endedAt, authentication, inactivity, ...rest } = session;
  return {
    _id: id,
    ...rest,
    authentication: { ...authentication, amr: [...authentication.amr] },
    startedAt: new Date(startedAt),
    expiresAt: new Date(expiresAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    ...(inactivity !== undefined && { idleLimitMs: inactivity.limitMs, idleEndsAt: new Date(inactivity.endsAt) }),
    activeSlot,
  };
}

const STATUSES: readonly unknown[] = ['ACTIVE', 'STOPPED', 'EXPIRED', 'REVOKED'] satisfies ImpersonationSessionStatus[];
const ACCESSES: readonly unknown[] = ['READ_ONLY', 'FULL'] satisfies ImpersonationAccess[];

/**
 * The session a document holds. Null for a void start, and for a document this gateway cannot have written: a session that
 * cannot be read in full grants nothing.
 */
export function sessionFromDocument(document: Readonly<Record<string, unknown>>): ImpersonationSession | null {
  const authentication = authenticationOf(document.authentication);
  const inactivity = inactivityOf(document);
  if (inactivity === undefined) return null;
  const session = {
    id: document._id,
    status: document.status,
    access: document.access,
    actorId: document.actorId,
    authentication,
    subjectId: document.subjectId,
    reason: document.reason,
    ticket: document.ticket,
    startedAt: timeOf(document.startedAt),
    expiresAt: timeOf(document.expiresAt),
    ...(inactivity !== null && { inactivity }),
    endedAt: document.endedAt === null ? null : timeOf(document.endedAt),
    endedById: document.endedById,
    endReason: document.endReason,
  };
  return isSession(session) ? session : null;
}

/** Null where there is none, undefined for what this gateway cannot have written: half a limit would be none. */
function inactivityOf({ idleLimitMs, idleEndsAt }: Readonly<Record<string, unknown>>): Inactivity | null | undefined {
  if (idleLimitMs === undefined && idleEndsAt === undefined) return null;
  const endsAt = timeOf(idleEndsAt);
  if (typeof idleLimitMs !== 'number' || !(idleLimitMs > 0) || endsAt === undefined) return undefined;
  return { limitMs: idleLimitMs, endsAt };
}

type Fields = { readonly [field in keyof ImpersonationSession]: unknown };

function isSession(value: Fields): value is Fields & ImpersonationSession {
  return (
    [value.id, value.actorId, value.subjectId, value.reason].every(isText) &&
    [value.ticket, value.endedById, value.endReason].every((field) => field === null || isText(field)) &&
    STATUSES.includes(value.status) &&
    ACCESSES.includes(value.access) &&
    value.authentication !== undefined &&
    value.startedAt !== undefined &&
    value.expiresAt !== undefined &&
    value.endedAt !== undefined
  );
}

function authenticationOf(value: unknown): ActorAuthentication | undefined {
  if (typeof value !== 'object' || value === null || !('issuer' in value && 'authTime' in value && 'amr' in value)) {
    return undefined;
  }
  const { issuer, authTime, amr } = value;
  if (!isText(issuer) || !Array.isArray(amr) || !amr.every(isText)) return undefined;
  if (authTime !== null && typeof authTime !== 'number') return undefined;
  return { issuer, authTime, amr };
}

function timeOf(value: unknown): number | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
