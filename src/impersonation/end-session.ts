import { describeActor, describeSession, describeSessionActor, draftEvent } from '../audit/describe.js';
import type { EventActor, EventDraft, EventOperation, EventType } from '../domain/audit-event.js';
import { SESSION_END_TYPES } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { ImpersonationSession, SessionEnding } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { type ErrorCode, StoreUnavailableError } from '../errors/index.js';
import { newId } from '../platform/ids.js';
import type { ImpersonationDependencies } from './dependencies.js';

/** In whose request a session ends; null where no request is the cause. */
export interface EndCause {
  readonly identity: Identity;
  readonly request: RequestFacts;
  readonly operation: EventOperation | null;
}

export interface SessionEnder {
  /**
   * Ends an active session: enforced on this replica first, then stored, then recorded. Of all that try, on any replica,
   * exactly one records the end event. Resolves to the session as it now stands, or null where it had ended before.
   * A store that is down does not keep the end from taking effect here; storing and recording it is retried.
   * @param code why the gateway itself ended it.
   */
  end(
    session: ImpersonationSession,
    ending: SessionEnding,
    cause: EndCause | null,
    code?: ErrorCode | null,
  ): Promise<ImpersonationSession | null>;
  /** Ends every session whose time is up. */
  expireDue(): Promise<void>;
  /** Stores ends that could not be stored when they happened, and records ends whose recorder crashed. */
  catchUp(): Promise<void>;
  /** Leaves the event that a recorded start never became a session, unless somebody else did. */
  recordVoided(session: ImpersonationSession): Promise<void>;
}

/** How long the one that ended a session may take to record it before another replica takes over. */
const CLAIM_LEASE_MS = 30_000;
/** An end event is not sent later than this after its claim: by then another replica may be about to send it. */
const CLAIM_USABLE_MS = 15_000;
/** How long a caller waits for the end event to be durable; the end itself has taken effect long before. */
const RECORD_WAIT_MS = 2_000;
const EXPIRE_BATCH = 200;
const VOID_ABANDONED_MS = 10 * 60_000;

const END_TYPE = {
  STOPPED: 'IMPERSONATION_STOPPED',
  EXPIRED: 'IMPERSONATION_EXPIRED',
  REVOKED: 'IMPERSONATION_REVOKED',
} as const satisfies Record<SessionEnding['status'], EventType>;

interface PendingEnd {
  readonly session: ImpersonationSession;
  readonly ending: SessionEnding;
  readonly cause: EndCause | null;
  readonly code: ErrorCode | null;
}

/** The facts of a piece of work that no request caused. */
function ownRequest(): RequestFacts {
  return { id: newId(), ipAddress: null, userAgent: null, traceparent: null };
}

/** Waits for the work, but not for long; the work goes on. */
async function forAWhile(work: Promise<unknown>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      late = setTimeout(resolve, RECORD_WAIT_MS);
    }),
  ]);
  clearTimeout(late);
}

export function createSessionEnder(deps: ImpersonationDependencies): SessionEnder {
  const { sessions, events, view, trail, clock, logger, metrics } = deps;
  /** Ends that took effect here but could not be stored yet. */
  const pending = new Map<string, PendingEnd>();

  function endEvent(session: ImpersonationSession, cause: EndCause | null, code: ErrorCode | null): EventDraft {
    const status = session.status === 'ACTIVE' ? 'REVOKED' : session.status;
    return draftEvent(
      {
        type: END_TYPE[status],
        outcome: 'SUCCESS',
        occurredAt: session.endedAt ?? clock.now(),
        request: cause?.request ?? ownRequest(),
      },
      {
        code,
        actor: endActor(session, cause),
        subjectId: session.subjectId,
        session: describeSession(session),
        operation: cause?.operation ?? null,
        details: session.endReason === null ? {} : { reason: session.endReason },
      },
    );
  }

  /** Who ended it. Time has no hands: an expiry is filed under the session's own actor. */
  function endActor(session: ImpersonationSession, cause: EndCause | null): EventActor | null {
    if (session.status === 'EXPIRED') return describeSessionActor(session);
    if (session.endedById === null) return null;
    const actor = cause === null ? null : describeActor(cause.identity);
    if (actor !== null && actor.id === session.endedById) return actor;
    if (session.endedById === session.actorId) return describeSessionActor(session);
    return { id: session.endedById, issuer: '', authTime: null, amr: [] };
  }

  async function record(
    session: ImpersonationSession,
    cause: EndCause | null,
    code: ErrorCode | null,
    claimedAt: number,
  ) {
    const draft = endEvent(session, cause, code);
    metrics.impersonations.inc({ event: draft.type, code: code ?? '' });
    const written = trail
      .recordEventually(draft, claimedAt + CLAIM_USABLE_MS)
      .then((recorded) => (recorded ? sessions.confirmEndRecorded(session.id) : undefined))
      .catch((error: unknown) => {
        logger.warn(
          { err: error, sessionId: session.id },
          'the end of a session is not confirmed yet; it will be caught up',
        );
      });
    await forAWhile(written);
  }

  async function end(
    session: ImpersonationSession,
    ending: SessionEnding,
    cause: EndCause | null,
    code: ErrorCode | null = null,
  ): Promise<ImpersonationSession | null> {
    view.markEnded(session, ending);
    const claimedAt = clock.now();
    let ended: ImpersonationSession | null;
    try {
      ended = await sessions.end(session.id, ending, claimedAt);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      logger.warn(
        { err: error, sessionId: session.id },
        'an ended session could not be stored yet; it is refused here all the same',
      );
      const waiting = pending.get(session.id);
      if (waiting !== undefined) return null;
      pending.set(session.id, { session, ending, cause, code });
      return { ...session, ...ending };
    }
    if (ended === null) return null;
    await record(ended, cause, code, claimedAt);
    return ended;
  }

  async function storePending(): Promise<void> {
    for (const [id, entry] of pending) {
      const claimedAt = clock.now();
      const ended = await sessions.end(id, entry.ending, claimedAt);
      pending.delete(id);
      if (ended !== null) await record(ended, entry.cause, entry.code, claimedAt);
    }
  }

  async function recordAbandoned(): Promise<void> {
    // A claim taken while the trail fails could only run out.
    while (trail.failingSince() === null) {
      const now = clock.now();
      const session = await sessions.claimUnrecordedEnd(now, CLAIM_LEASE_MS);
      if (session === null) return;
      const known = await events.page(
        { sessionId: session.id, types: SESSION_END_TYPES },
        { limit: 1, direction: 'forward' },
      );
      if (known.items.length > 0) await sessions.confirmEndRecorded(session.id);
      else await record(session, null, null, now);
    }
  }

  /** Whether somebody took the start's id long ago and never got to record it. */
  async function voidingWasAbandoned(session: ImpersonationSession): Promise<boolean> {
    if (clock.now() - session.startedAt < VOID_ABANDONED_MS) return false;
    if ((await sessions.get(session.id)) !== null) return false;
    const known = await events.page(
      { sessionId: session.id, types: ['IMPERSONATION_VOIDED'] },
      { limit: 1, direction: 'forward' },
    );
    return known.items.length === 0;
  }

  return {
    end,
    async expireDue() {
      for (;;) {
        const due = await sessions.dueForExpiry(clock.now(), EXPIRE_BATCH);
        const ended = await Promise.all(
          due.map((session) =>
            end(session, { status: 'EXPIRED', endedAt: session.expiresAt, endedById: null, endReason: null }, null),
          ),
        );
        // Where none of them was ended, the next look would find the very same: a store that can be read but not written.
        if (due.length < EXPIRE_BATCH || ended.every((session) => session === null)) return;
      }
    },
    async catchUp() {
      await storePending();
      await recordAbandoned();
    },
    async recordVoided(session) {
      if (!(await sessions.voidStart(session.id, clock.now())) && !(await voidingWasAbandoned(session))) return;
      metrics.impersonations.inc({ event: 'IMPERSONATION_VOIDED', code: '' });
      const draft = draftEvent(
        { type: 'IMPERSONATION_VOIDED', outcome: 'FAILURE', occurredAt: clock.now(), request: ownRequest() },
        {
          actor: describeSessionActor(session),
          subjectId: session.subjectId,
          session: describeSession(session),
        },
      );
      const written = trail.recordEventually(draft).catch((error: unknown) => {
        logger.warn({ err: error, sessionId: session.id }, 'a void start could not be recorded');
      });
      await forAWhile(written);
    },
  };
}
