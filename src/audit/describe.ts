import type { EventActor, EventDetails, EventDraft, EventSession } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';

/** The person really acting in this request, as events name them; null when nobody is signed in. */
export function describeActor(identity: Identity): EventActor | null {
  if (identity.kind === 'anonymous') return null;
  const { issuer, authTime, amr } = identity.authentication;
  return { id: identity.actor.id, issuer, authTime, amr };
}

/** The actor of a session, with the sign-in that began it. */
export function describeSessionActor(session: ImpersonationSession): EventActor {
  const { issuer, authTime, amr } = session.authentication;
  return { id: session.actorId, issuer, authTime, amr };
}

export function describeSession(session: ImpersonationSession): EventSession {
  return { id: session.id, access: session.access, startedAt: session.startedAt, expiresAt: session.expiresAt };
}

/** Where the request came from. */
export function describeOrigin(request: RequestFacts): EventDetails {
  return {
    ...(request.ipAddress === null ? {} : { ipAddress: request.ipAddress }),
    ...(request.userAgent === null ? {} : { userAgent: request.userAgent }),
  };
}

/** A draft with the parts that most events share filled in: one attempt, no code, no operation, the request's origin. */
export function draftEvent(
  required: Pick<EventDraft, 'type' | 'outcome' | 'occurredAt'> & { readonly request: RequestFacts },
  facts: Partial<Omit<EventDraft, 'type' | 'outcome' | 'occurredAt' | 'request'>> = {},
): EventDraft {
  const { type, outcome, occurredAt, request } = required;
  return {
    type,
    outcome,
    occurredAt,
    code: facts.code ?? null,
    actor: facts.actor ?? null,
    subjectId: facts.subjectId ?? null,
    session: facts.session ?? null,
    operation: facts.operation ?? null,
    request: { id: request.id, traceparent: request.traceparent },
    count: facts.count ?? 1,
    details: { ...describeOrigin(request), ...facts.details },
  };
}
