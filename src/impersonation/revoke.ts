import type { EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { GatewayError } from '../errors/index.js';
import { recordDenial } from './denial.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';
import { findSession } from './find-session.js';
import { checkId, checkReason } from './input.js';

/** The use case behind `revokeImpersonation`. */
export type RevokeImpersonation = (
  identity: Identity,
  input: { readonly sessionId: string; readonly reason: string },
  request: RequestFacts,
  operation: EventOperation | null,
) => Promise<ImpersonationSession>;

/**
 * Creates the use case: somebody who may impersonate ends anybody's session at once.
 * @throws GatewayError BAD_USER_INPUT, SESSION_NOT_FOUND, IMPERSONATION_ENDED, REVOCATION_UNAVAILABLE. Each but
 *   IMPERSONATION_ENDED leaves an IMPERSONATION_DENIED event.
 */
export function createRevokeImpersonation(deps: ImpersonationDependencies, ender: SessionEnder): RevokeImpersonation {
  return async (identity, input, request, operation) => {
    if (identity.kind !== 'direct') throw new GatewayError('FORBIDDEN');
    let reason: string | null = null;
    try {
      const sessionId = checkId('sessionId', input.sessionId);
      reason = checkReason(input.reason);
      const session = await findSession(deps, sessionId);
      if (session === null) throw new GatewayError('SESSION_NOT_FOUND');
      const ended =
        session.status === 'ACTIVE'
          ? await ender.end(
              session,
              { status: 'REVOKED', endedAt: deps.clock.now(), endedById: identity.actor.id, endReason: reason },
              { identity, request, operation },
            )
          : null;
      if (ended === null) throw new GatewayError('IMPERSONATION_ENDED');
      return ended;
    } catch (error) {
      // That the session has ended is no attempt at anything: its end event is there.
      if (error instanceof GatewayError && error.code !== 'IMPERSONATION_ENDED') {
        const details = reason === null ? {} : { reason };
        await recordDenial(deps, { identity, request, code: error.code, operation, details });
      }
      throw error;
    }
  };
}
