import { describeActor, describeSession, describeSessionActor, draftEvent } from '../audit/describe.js';
import type { EventOperation } from '../domain/audit-event.js';
import type { DirectIdentity, Identity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { User } from '../domain/user.js';
import { type ErrorCode, GatewayError, StoreUnavailableError } from '../errors/index.js';
import { newId } from '../platform/ids.js';
import { thisMoment } from '../platform/moment.js';
import { beginInactivity, canImpersonate, refusal } from '../policy/index.js';
import { recordDenial } from './denial.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';
import { checkStartInput, type StartInput, type StartRequest, wellFormedId } from './input.js';

export interface StartedImpersonation {
  readonly actorToken: string;
  readonly session: ImpersonationSession;
  readonly subject: User;
}

/** The use case behind `startImpersonation`. */
export type StartImpersonation = (
  identity: Identity,
  input: StartInput,
  request: RequestFacts,
  operation: EventOperation | null,
) => Promise<StartedImpersonation>;

const MINUTE_MS = 60_000;

/**
 * Creates the use case. It guarantees, in this order: the attempt is allowed by policy, its event is durable, its session is
 * stored, and only then a token exists. Every refusal leaves an IMPERSONATION_DENIED event with its code.
 */
export function createStartImpersonation(deps: ImpersonationDependencies, ender: SessionEnder): StartImpersonation {
  const { sessions, view, trail, minter, rules, durations, clock, logger, metrics } = deps;
  /** Starts of one actor run one after the other here, so that their limits are counted exactly. */
  const lanes = new Map<string, Promise<unknown>>();

  async function inLane<T>(actorId: string, work: () => Promise<T>): Promise<T> {
    const before = lanes.get(actorId) ?? Promise.resolve();
    const turn = before.then(work, work);
    const settled = turn.catch(() => undefined);
    lanes.set(actorId, settled);
    try {
      return await turn;
    } finally {
      if (lanes.get(actorId) === settled) lanes.delete(actorId);
    }
  }

  async function decide(
    identity: Identity,
    wanted: StartRequest,
  ): Promise<{ subject: User; identity: DirectIdentity }> {
    const now = clock.now();
    const actorId = identity.actor?.id;
    const [subject, activeSessions, startsInLastMinute] = await Promise.all([
      deps.findUser(wanted.subjectId),
      actorId === undefined ? 0 : sessions.countActive(actorId, now),
      actorId === undefined ? 0 : sessions.countStartedSince(actorId, now - MINUTE_MS + 1),
    ]);
    const decision = canImpersonate({ identity, subject, now, rules, activeSessions, startsInLastMinute });
    if (!decision.allowed) throw refusal(decision);
    // The policy allowed it, so both hold; said again so that no change of policy can open a hole here.
    if (subject === null || identity.kind !== 'direct') throw new GatewayError('FORBIDDEN');
    return { subject, identity };
  }

  async function store(session: ImpersonationSession): Promise<void> {
    let stored = await sessions.insert(session, rules.activeSessionLimit);
    if (stored === 'limit') {
      // Sessions whose time is up hold their place until they are ended: end them and try once more.
      await ender.expireDue();
      stored = await sessions.insert(session, rules.activeSessionLimit);
    }
    if (stored === 'stored') return;
    await ender.voidStart(session);
    throw new GatewayError(stored === 'limit' ? 'SESSION_LIMIT' : 'AUDIT_UNAVAILABLE');
  }

  /** Ends what may have been stored of a start that failed: a session without a token would hold a place until it expires. */
  async function abandon(session: ImpersonationSession, code: ErrorCode): Promise<void> {
    const ending = { status: 'REVOKED', endedAt: clock.now(), endedById: null, endReason: code } as const;
    await ender.end(session, ending, null, code).catch((error: unknown) => {
      logger.error({ err: error, sessionId: session.id }, 'a start that failed could not be ended');
    });
  }

  return async (identity, input, request, operation) => {
    let wanted: StartRequest | null = null;
    try {
      const checked = checkStartInput(input, durations);
      wanted = checked;
      const actorId = identity.actor?.id ?? '';
      return await inLane(actorId, async () => {
        const { subject, identity: actor } = await decide(identity, checked);
        const startedAt = clock.now();
        const inactivity = beginInactivity(durations.idleSeconds ?? 0, startedAt);
        const session: ImpersonationSession = {
          id: newId(),
          status: 'ACTIVE',
          access: checked.access,
          actorId: actor.actor.id,
          authentication: actor.authentication,
          subjectId: subject.id,
          reason: checked.reason,
          ticket: checked.ticket,
          startedAt,
          // On a whole second, so that the token's `exp` and the session end at the same moment.
          expiresAt: Math.floor(startedAt / 1_000) * 1_000 + checked.durationSeconds * 1_000,
          ...(inactivity !== null && { inactivity }),
          endedAt: null,
          endedById: null,
          endReason: null,
        };
        await trail.record(
          draftEvent(
            { type: 'IMPERSONATION_STARTED', outcome: 'SUCCESS', occurredAt: startedAt, request },
            {
              actor: describeActor(actor),
              subjectId: subject.id,
              session: describeSession(session),
              operation,
              details: {
                reason: session.reason,
                ...(session.ticket === null ? {} : { ticket: session.ticket }),
              },
            },
          ),
        );
        let actorToken: string;
        try {
          const asOf = thisMoment(clock);
          await store(session);
          view.add(session, asOf);
          actorToken = await minter.mint({
            session,
            subjectRoles: subject.roles,
            jti: newId(),
            // Or who cannot use a stolen session token could use the stolen token of the impersonation.
            boundTo: actor.boundTo,
            now: startedAt,
          });
        } catch (error) {
          if (!(error instanceof GatewayError)) await abandon(session, asRefusal(error).code);
          throw error;
        }
        metrics.impersonations.inc({ event: 'IMPERSONATION_STARTED', code: '' });
        deps.anomalies?.started(describeSessionActor(session), subject.id, request);
        return { actorToken, session, subject };
      });
    } catch (error) {
      const refused = asRefusal(error);
      await recordDenial(deps, {
        identity,
        request,
        code: refused.code,
        // Also where the rest of the input was refused: an auditor wants to know whom it was about.
        subjectId: wellFormedId(input.userId),
        operation,
        details: {
          ...(wanted === null ? {} : { reason: wanted.reason }),
          ...(wanted?.ticket == null ? {} : { ticket: wanted.ticket }),
        },
      });
      throw refused;
    }
  };
}

/** A store that does not answer cannot vouch that the start was recorded and stored. */
function asRefusal(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(error instanceof StoreUnavailableError ? 'AUDIT_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR', {
    cause: error,
  });
}
