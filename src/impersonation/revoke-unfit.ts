import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { ErrorCode } from '../errors/index.js';
import type { ContinuationFault } from '../policy/index.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';

/** Ends a session for good because of what its actor or subject have become. */
export type RevokeUnfit = (session: ImpersonationSession, why: ContinuationFault) => Promise<void>;

/** The code that the end event carries: the refusal a start would meet now. */
const CODE: Readonly<Record<ContinuationFault, ErrorCode>> = {
  ACTOR_GONE: 'FORBIDDEN',
  ACTOR_DISABLED: 'FORBIDDEN',
  ACTOR_DEMOTED: 'FORBIDDEN',
  SUBJECT_GONE: 'USER_NOT_FOUND',
  SUBJECT_DISABLED: 'SUBJECT_DISABLED',
  SUBJECT_PROTECTED: 'SUBJECT_PROTECTED',
  ENDED: 'IMPERSONATION_ENDED',
  EXPIRED: 'TOKEN_EXPIRED',
};

/**
 * Without this, a session refused while its actor is demoted would come back to life with the role. An unfit session is
 * ended, and "ended" is final.
 */
export function createRevokeUnfit(deps: ImpersonationDependencies, ender: SessionEnder): RevokeUnfit {
  return async (session, why) => {
    await ender.end(
      session,
      { status: 'REVOKED', endedAt: deps.clock.now(), endedById: null, endReason: why },
      null,
      CODE[why],
    );
  };
}
