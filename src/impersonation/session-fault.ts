import { isPromise } from 'node:util/types';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { ErrorCode } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { SessionView } from './session-view.js';

/**
 * Why nothing may be done in the name of a session any more; null where it may. At once while the view is fresh, else when the
 * store has told. Never rejects: what cannot be told is REVOCATION_UNAVAILABLE.
 */
export type SessionFault = (sessionId: string) => ErrorCode | null | Promise<ErrorCode | null>;

/**
 * Asked in the middle of a request, before something that cannot be undone. Whether the view knows of an end is not enough there:
 * the whole process may have stood still since the request began, and the view with it.
 */
export function createSessionFault(view: Pick<SessionView, 'lookup'>, clock: Clock): SessionFault {
  function faultOf(session: ImpersonationSession | null): ErrorCode | null {
    if (session === null) return 'IMPERSONATION_ENDED';
    if (session.status === 'EXPIRED') return 'TOKEN_EXPIRED';
    if (session.status !== 'ACTIVE') return 'IMPERSONATION_ENDED';
    // Negated, so that a time that is not a number counts as over.
    return !(clock.now() < session.expiresAt) ? 'TOKEN_EXPIRED' : null;
  }

  return (sessionId) => {
    const found = view.lookup(sessionId);
    return isPromise(found) ? found.then(faultOf, () => 'REVOCATION_UNAVAILABLE' as const) : faultOf(found);
  };
}
