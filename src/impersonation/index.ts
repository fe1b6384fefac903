import { createSessionActivity, type SessionActivity } from './activity.js';
import { type DeniedAttempt, recordDenial } from './denial.js';
import type { ImpersonationDependencies } from './dependencies.js';
import { createSessionEnder } from './end-session.js';
import { createSessionList, createShowSession, type SessionList, type ShowSession } from './list.js';
import { createRevokeImpersonation, type RevokeImpersonation } from './revoke.js';
import { createRevokeUnfit, type RevokeUnfit } from './revoke-unfit.js';
import { createStartImpersonation, type StartImpersonation } from './start.js';
import { createStopImpersonation, type StopImpersonation } from './stop.js';
import { createSweeper, type Sweeper } from './sweeper.js';

/** The use cases of impersonation. */
export interface Impersonation {
  readonly start: StartImpersonation;
  readonly stop: StopImpersonation;
  readonly revoke: RevokeImpersonation;
  /** Ends a session that the gateway found unfit to go on. */
  readonly revokeUnfit: RevokeUnfit;
  readonly list: SessionList;
  readonly one: ShowSession;
  /** Whether the end of this session is known to this replica alone, because the store has not taken it yet. */
  readonly isUnstored: (sessionId: string) => boolean;
  /** Whether sessions are used, and what becomes of those that are not. */
  readonly activity: SessionActivity;
  /** Records an attempt that was refused before it reached a use case. */
  readonly recordDenial: (attempt: DeniedAttempt) => Promise<void>;
  readonly sweeper: Sweeper;
}

export function createImpersonation(deps: ImpersonationDependencies): Impersonation {
  const ender = createSessionEnder(deps);
  return {
    start: createStartImpersonation(deps, ender),
    stop: createStopImpersonation(deps, ender),
    revoke: createRevokeImpersonation(deps, ender),
    revokeUnfit: createRevokeUnfit(deps, ender),
    isUnstored: ender.isUnstored,
    list: createSessionList(deps),
    one: createShowSession(deps),
    activity: createSessionActivity(deps, ender),
    recordDenial: (attempt) => recordDenial(deps, attempt),
    sweeper: createSweeper(deps, ender),
  };
}

export type { SessionActivity } from './activity.js';
export type { ImpersonationDependencies } from './dependencies.js';
export { endAllSessions } from './end-all.js';
export { createSessionFault, type SessionFault } from './session-fault.js';
export { createSessionView, type SessionView } from './session-view.js';
