import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { ContinuationFault } from '../policy/index.js';
import { CODE_OF_FAULT } from './continuation-codes.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';

/** Ends a session for good because of what its actor or subject have become. */
export type RevokeUnfit = (session: ImpersonationSession, why: ContinuationFault) => Promise<void>;

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
      CODE_OF_FAULT[why],
    );
  };
}
