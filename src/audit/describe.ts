import type { EventActor, EventDetails, EventDraft, EventSession } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ActorAuthentication, ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';

/** By the sign-in, which comes again with every request under it: what is encoded of the same object is encoded once. */
const actors = new WeakMap<ActorAuthentication, EventActor>();
const sessions = new WeakMap<ImpersonationSession, EventSession>();

function eventActor(id: string, authentication: ActorAuthentication): EventActor {
  const known = actors.get(authentication);
  if (known?.id === id) return known;
  const { issuer, authTime, amr } = authentication;
  const actor = { id, issuer, authTime, amr };
  actors.set(authentication, actor);
  return actor;
}

/** The person really acting in this request, as events name them; null when nobody is signed in. */
export function describeActor(identity: Identity): EventActor | null {
  return identity.kind === 'anonymous' ? null : eventActor(identity.actor.id, identity.authentication);
}

/** The actor of a session, with the sign-in that began it. */
export function describeSessionActor(session: ImpersonationSession): EventActor {
  return eventActor(session.actorId, session.authentication);
}

export function describeSession(session: ImpersonationSession): EventSession {
  let described = sessions.get(session);
  if (described === undefined) {
    described = { id: session.id, access: session.access, startedAt: session.startedAt, expiresAt: session.expiresAt };
    sessions.set(session, described);
  }
  return described;
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
