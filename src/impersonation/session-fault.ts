import { isPromise } from 'node:util/types';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { ErrorCode } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import { endedInactive, isInactive } from '../policy/index.js';
import type { SessionActivity } from './activity.js';
import type { SessionView } from './session-view.js';

/**
 * Why nothing may be done in the name of a session any more; null where it may. At once while the view is fresh, else when the
 * store has told. Never rejects: what cannot be told is REVOCATION_UNAVAILABLE.
 */
export type SessionFault = (sessionId: string) => ErrorCode | null | Promise<ErrorCode | null>;

/**
 * Asked in the middle of a request, before something that cannot be undone. Whether the view knows of an end is not enough there:
 * the whole process may have stood still since the request began, and the view with it.
 * @param settle what becomes of a session that looks unused here; see SessionActivity
 */
export function createSessionFault(
  view: Pick<SessionView, 'lookup'>,
  clock: Clock,
  settle: SessionActivity['settle'],
): SessionFault {
  function ended(session: ImpersonationSession | null): ErrorCode | null {
    if (session === null) return 'IMPERSONATION_ENDED';
    if (endedInactive(session)) return 'IMPERSONATION_ENDED';
    if (session.status === 'EXPIRED') return 'TOKEN_EXPIRED';
    if (session.status !== 'ACTIVE') return 'IMPERSONATION_ENDED';
    // Negated, so that a time that is not a number counts as over.
    return !(clock.now() < session.expiresAt) ? 'TOKEN_EXPIRED' : null;
  }

  async function settled(session: ImpersonationSession): Promise<ErrorCode | null> {
    try {
      const now = await settle(session);
      const fault = ended(now);
      return fault === null && now !== null && isInactive(now, clock.now()) ? 'REVOCATION_UNAVAILABLE' : fault;
    } catch {
      return 'REVOCATION_UNAVAILABLE';
    }
  }

  function faultOf(session: ImpersonationSession | null): ErrorCode | null | Promise<ErrorCode | null> {
    const fault = ended(session);
    return fault === null && session !== null && isInactive(session, clock.now()) ? settled(session) : fault;
  }

  return (sessionId) => {
    const found = view.lookup(sessionId);
    return isPromise(found) ? found.then(faultOf, () => 'REVOCATION_UNAVAILABLE' as const) : faultOf(found);
  };
}
