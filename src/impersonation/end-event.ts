import { describeActor, describeSession, describeSessionActor, draftEvent } from '../audit/describe.js';
import type { RecordedEvent } from '../audit/recorded-event.js';
import {
  type EventActor,
  type EventDraft,
  type EventOperation,
  type EventType,
  SESSION_END_TYPES,
} from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import { type ImpersonationSession, INACTIVITY, type SessionEnding } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { type ErrorCode, isErrorCode } from '../errors/index.js';
import { newId } from '../platform/ids.js';
import { codeOfFault } from './continuation-codes.js';

/** In whose request a session ends. */
export interface EndCause {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly operation: EventOperation | null;
}

/** What closes a recorded start: of these every start has exactly one event in the end. */
export const CLOSING_TYPES: readonly EventType[] = [...SESSION_END_TYPES, 'IMPERSONATION_VOIDED'];

const END_TYPE = {
  STOPPED: 'IMPERSONATION_STOPPED',
  EXPIRED: 'IMPERSONATION_EXPIRED',
  REVOKED: 'IMPERSONATION_REVOKED',
} as const satisfies Record<SessionEnding['status'], EventType>;

/** The facts of a piece of work that no request caused. */
function ownRequest(): RequestFacts {
  return { id: newId(), ipAddress: null, userAgent: null, traceparent: null };
}

/**
 * The ending that really takes place: a session whose time was up had ended then, whoever comes after that and before a
 * sweep. Else one replica would tell an expiry and another, a moment later, a stop of the same session.
 */
export function endingInTime(session: ImpersonationSession, wanted: SessionEnding): SessionEnding {
  if (wanted.status === 'EXPIRED' && wanted.endReason === INACTIVITY && wanted.endedAt < session.expiresAt)
    return wanted;
  // By its fixed time alone: of its activity another replica may know more, and nothing may get in the way of a stop.
  // Negated, so that a time that is not a number counts as over.
  if (wanted.status === 'EXPIRED' || !(wanted.endedAt < session.expiresAt)) {
    return { status: 'EXPIRED', endedAt: session.expiresAt, endedById: null, endReason: null };
  }
  return wanted;
}

/**
 * The event of the end of a session.
 * @param cause the request that ended it; null where there is none, or where nobody knows it any more.
 */
export function endEvent(
  session: ImpersonationSession & SessionEnding,
  cause: EndCause | null,
  code: ErrorCode | null,
): EventDraft {
  return draftEvent(
    {
      type: END_TYPE[session.status],
      outcome: 'SUCCESS',
      occurredAt: session.endedAt,
      request: cause?.request ?? ownRequest(),
    },
    {
      code,
      actor: endActor(session, cause),
      subjectId: session.subjectId,
      session: describeSession(session),
      operation: cause?.operation ?? null,
      details: session.endReason === null ? {} : { reason: session.endReason },
    },
  );
}

/** Who ended it. Time has no hands: an expiry is filed under the session's own actor. */
function endActor(session: ImpersonationSession, cause: EndCause | null): EventActor | null {
  if (session.status === 'EXPIRED') return describeSessionActor(session);
  if (session.endedById === null) return null;
  const actor = cause === null ? null : describeActor(cause.identity);
  if (actor !== null && actor.id === session.endedById) return actor;
  if (session.endedById === session.actorId) return describeSessionActor(session);
  return { id: session.endedById, issuer: '', authTime: null, amr: [] };
}

/** Why the gateway itself ended the session, as far as the session still tells; null where a person or time did. */
export function codeOfEnd({ status, endedById, endReason }: ImpersonationSession): ErrorCode | null {
  if (status !== 'REVOKED' || endedById !== null || endReason === null) return null;
  return isErrorCode(endReason) ? endReason : codeOfFault(endReason);
}

/** The event that a recorded start never became a session. */
export function voidedEvent(session: ImpersonationSession, occurredAt: number): EventDraft {
  return draftEvent(
    { type: 'IMPERSONATION_VOIDED', outcome: 'FAILURE', occurredAt, request: ownRequest() },
    { actor: describeSessionActor(session), subjectId: session.subjectId, session: describeSession(session) },
  );
}

/** The session that a STARTED event announced; null where somebody has changed the event so that it announces none. */
export function announcedSession(event: RecordedEvent): ImpersonationSession | null {
  let body: RecordedEvent['body'];
  try {
    body = event.body;
  } catch {
    return null;
  }
  const { actor, session, subject } = body;
  if (actor == null || session == null || subject == null) return null;
  const startedAt = Date.parse(session.startedAt);
  const expiresAt = Date.parse(session.expiresAt);
  if (Number.isNaN(startedAt) || Number.isNaN(expiresAt)) return null;
  return {
    id: session.id,
    status: 'REVOKED',
    access: session.access,
    actorId: actor.id,
    authentication: { issuer: actor.issuer, authTime: actor.authTime, amr: actor.amr },
    subjectId: subject.id,
    reason: '',
    ticket: null,
    startedAt,
    expiresAt,
    endedAt: null,
    endedById: null,
    endReason: null,
  };
}
