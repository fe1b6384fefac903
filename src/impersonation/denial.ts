import { describeActor, describeSession, draftEvent } from '../audit/describe.js';
import type { EventDetails, EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ErrorCode } from '../errors/index.js';
import type { ImpersonationDependencies } from './dependencies.js';

export interface DeniedAttempt {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly code: ErrorCode;
  /** Whom the attempt was about, where that is known and well-formed. */
  readonly subjectId?: string | null;
  readonly operation?: EventOperation | null;
  readonly details?: EventDetails;
}

/** Who is counted for a flood of refused attempts: the actor, or the address of an anonymous caller. */
export function attemptKey(identity: Identity, request: RequestFacts): string {
  return identity.actor === null ? `address:${request.ipAddress ?? 'unknown'}` : `actor:${identity.actor.id}`;
}

/** Leaves the IMPERSONATION_DENIED event of a refused attempt. Never throws: the refusal stands anyway. */
export async function recordDenial(
  { attempts, clock, metrics }: Pick<ImpersonationDependencies, 'attempts' | 'clock' | 'metrics'>,
  attempt: DeniedAttempt,
): Promise<void> {
  const { identity, request, code } = attempt;
  metrics.impersonations.inc({ event: 'IMPERSONATION_DENIED', code });
  await attempts.refused(
    attemptKey(identity, request),
    draftEvent(
      { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', occurredAt: clock.now(), request },
      {
        code,
        actor: describeActor(identity),
        subjectId: attempt.subjectId ?? null,
        session: identity.session && describeSession(identity.session),
        operation: attempt.operation ?? null,
        details: attempt.details ?? {},
      },
    ),
    // Where the trail, or the store under it, is what failed, waiting for it would only make the caller wait longer.
    code === 'AUDIT_UNAVAILABLE' || code === 'REVOCATION_UNAVAILABLE' ? 'later' : 'now',
  );
}
