import { type ImpersonationSession, INACTIVITY, type SessionEnding } from '../domain/impersonation-session.js';
import { type ErrorCode, StoreUnavailableError } from '../errors/index.js';
import { newId } from '../platform/ids.js';
import { endingByTime } from '../policy/index.js';
import type { EndingDependencies } from './dependencies.js';
import { type EndCause, endEvent, endingInTime, voidedEvent } from './end-event.js';
import { createEndRecorder, type EndRecorder } from './end-recorder.js';

export interface SessionEnder extends Pick<EndRecorder, 'carryOn' | 'takeOver' | 'isUnstored'> {
  /**
   * Ends an active session: enforced on this replica first, then stored, then recorded. Of all that try, on any replica,
   * exactly one records the end event. Resolves to the session as it now stands, or null where it had ended before, by time
   * included: a session whose time was up is EXPIRED, whatever was wanted.
   * A store that is down does not keep the end from taking effect here; storing and recording it is retried, where a request is
   * the cause for 2 s before this resolves, then behind it: `isUnstored` tells which.
   * @param cause in whose request; null where no request is the cause.
   * @param code why the gateway itself ended it.
   */
  end(
    session: ImpersonationSession,
    ending: SessionEnding,
    cause: EndCause | null,
    code?: ErrorCode | null,
  ): Promise<ImpersonationSession | null>;
  /** Ends every session whose time is up, and every one that nobody has used for as long as it allows. */
  expireDue(): Promise<void>;
  /** Leaves the event that a recorded start never became a session, unless somebody else does or the start was closed before. */
  voidStart(session: ImpersonationSession): Promise<void>;
}

const EXPIRE_BATCH = 200;

export function createSessionEnder(deps: EndingDependencies): SessionEnder {
  const { sessions, view, clock, logger } = deps;
  const recorder = createEndRecorder(deps);

  async function end(
    session: ImpersonationSession,
    wanted: SessionEnding,
    cause: EndCause | null,
    code: ErrorCode | null = null,
  ): Promise<ImpersonationSession | null> {
    // An end that took effect here and is not stored yet stands: what its caller was told must not become another end.
    if (recorder.isHeld(session.id)) return null;
    const ending = endingInTime(session, wanted);
    // Whether nobody used it, the store alone can say: another replica may have seen somebody.
    const isCertain = ending.endReason !== INACTIVITY || ending.status !== 'EXPIRED';
    if (isCertain) view.markEnded(session, ending);
    const asWanted = ending.status === wanted.status;
    const event = (ended: ImpersonationSession) =>
      endEvent({ ...ended, ...ending }, asWanted ? cause : null, asWanted ? code : null);
    const claim = { by: newId(), at: clock.now() };
    let ended: ImpersonationSession | null;
    try {
      ended = await sessions.end(session.id, ending, claim);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      logger.warn(
        { err: error, sessionId: session.id },
        'an ended session could not be stored yet; it is refused here all the same',
      );
      // Time needs nobody to remember it: the next sweep of any replica finds the session due.
      if (ending.status === 'EXPIRED' || recorder.isHeld(session.id)) return null;
      recorder.keep(session.id, event(session), claim, ending);
      // The others learn of it from the store alone: who asked for the end should not be told sooner than can be helped.
      if (cause !== null) await recorder.waitUntilStored(session.id);
      return { ...session, ...ending };
    }
    if (ended === null) return null;
    if (!isCertain) view.markEnded(ended, ending);
    await recorder.record(session.id, event(ended), claim);
    return asWanted ? ended : null;
  }

  return {
    end,
    carryOn: recorder.carryOn,
    takeOver: recorder.takeOver,
    isUnstored: recorder.isUnstored,
    async expireDue() {
      for (;;) {
        const now = clock.now();
        const due = await sessions.dueForExpiry(now, EXPIRE_BATCH);
        const ended = await Promise.all(due.map((session) => end(session, endingByTime(session, now), null)));
        // Where none of them was ended, the next look would find the very same: a store that can be read but not written.
        if (due.length < EXPIRE_BATCH || ended.every((session) => session === null)) return;
      }
    },
    async voidStart(session) {
      // Looked at before, so that a session that somebody removed from the store after its end is not called void.
      if (await recorder.isClosed(session.id)) return;
      const claim = { by: newId(), at: clock.now() };
      if (!(await sessions.voidStart(session.id, claim))) return;
      await recorder.record(session.id, voidedEvent(session, claim.at), claim);
    },
  };
}
