import type { EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { User } from '../domain/user.js';
import { GatewayError } from '../errors/index.js';
import { recordDenial } from './denial.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';
import { findSession } from './find-session.js';
import { checkId } from './input.js';

export interface StoppedImpersonation {
  readonly session: ImpersonationSession;
  /** The restored identity. */
  readonly actor: User;
}

/** The use case behind `stopImpersonation`. */
export type StopImpersonation = (
  identity: Identity,
  sessionId: string | null,
  request: RequestFacts,
  operation: EventOperation | null,
) => Promise<StoppedImpersonation>;

/**
 * Creates the use case. The actor ends their own session: the one the request runs under, or from their own token the
 * one they name.
 * @throws GatewayError NOT_IMPERSONATING, SESSION_NOT_FOUND (unknown, or somebody else's: the two are not told apart),
 *   IMPERSONATION_ENDED, REVOCATION_UNAVAILABLE, BAD_USER_INPUT. Each but IMPERSONATION_ENDED leaves an IMPERSONATION_DENIED event.
 */
export function createStopImpersonation(deps: ImpersonationDependencies, ender: SessionEnder): StopImpersonation {
  const { clock } = deps;

  async function sessionToStop(identity: Identity, sessionId: string | null): Promise<ImpersonationSession> {
    const own = identity.session;
    if (sessionId === null) {
      if (own === null) throw new GatewayError('NOT_IMPERSONATING');
      return own;
    }
    checkId('sessionId', sessionId);
    if (own !== null) {
      if (own.id !== sessionId) throw new GatewayError('SESSION_NOT_FOUND');
      return own;
    }
    const session = await findSession(deps, sessionId);
    if (session === null || session.actorId !== identity.actor?.id) throw new GatewayError('SESSION_NOT_FOUND');
    return session;
  }

  return async (identity, sessionId, request, operation) => {
    if (identity.actor === null) throw new GatewayError('UNAUTHENTICATED');
    try {
      const session = await sessionToStop(identity, sessionId);
      const ended =
        session.status === 'ACTIVE'
          ? await ender.end(
              session,
              { status: 'STOPPED', endedAt: clock.now(), endedById: identity.actor.id, endReason: null },
              { identity, request, operation },
            )
          : null;
      if (ended === null) throw new GatewayError('IMPERSONATION_ENDED');
      return { session: ended, actor: identity.actor };
    } catch (error) {
      // That the session has ended is no attempt at anything: its end event is there.
      if (error instanceof GatewayError && error.code !== 'IMPERSONATION_ENDED') {
        await recordDenial(deps, { identity, request, code: error.code, operation });
      }
      throw error;
    }
  };
}
