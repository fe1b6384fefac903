import type { AttemptRecorder } from '../audit/attempts.js';
import { describeSession, describeSessionActor, draftEvent } from '../audit/describe.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ErrorCode } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';

export interface RefusalRecorderOptions {
  readonly attempts: AttemptRecorder;
  readonly findSession: (id: string) => Promise<ImpersonationSession | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Leaves the OPERATION_DENIED event of a request whose actor token was authentic but is not honoured any more. Never
 * throws: the refusal stands anyway.
 */
export function createRefusalRecorder({ attempts, findSession, clock, logger }: RefusalRecorderOptions) {
  return async (sessionId: string, code: ErrorCode, request: RequestFacts): Promise<void> => {
    const session = await findSession(sessionId).catch(() => null);
    if (session === null) {
      logger.warn(
        { sessionId, code, requestId: request.id },
        'an authentic actor token of an unknown session was refused',
      );
      return;
    }
    await attempts.refused(
      `session:${session.id}`,
      draftEvent(
        { type: 'OPERATION_DENIED', outcome: 'FAILURE', occurredAt: clock.now(), request },
        {
          code,
          actor: describeSessionActor(session),
          subjectId: session.subjectId,
          session: describeSession(session),
        },
      ),
    );
  };
}
