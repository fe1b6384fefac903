import type { EventDetails, EventDraft, EventOutcome } from '../domain/audit-event.js';
import type { Clock } from '../platform/clock.js';
import { newTimedId } from '../platform/ids.js';
import type { EventStore, SessionStore } from '../stores/index.js';
import type { AuditTrail } from './trail.js';

export interface ErasureParts {
  readonly events: Pick<EventStore, 'eraseDetails'>;
  readonly sessions: Pick<SessionStore, 'eraseDetails'>;
  readonly trail: Pick<AuditTrail, 'record'>;
  readonly clock: Clock;
}

/** How many events lost their details, and how many sessions their texts. */
export interface Erasure {
  readonly events: number;
  readonly sessions: number;
}

/**
 * Destroys what the trail and the sessions hold of a person beyond ids and facts: reasons, tickets, addresses, user agents,
 * variables, wherever the person was actor or subject. Chains, seals and anchors stay valid: an event's body holds no more than
 * a salted hash of its details, and the salt goes with them. It is itself on record, before (AUDIT_ERASED, UNKNOWN) and
 * after (SUCCESS, with the numbers; FAILURE where it broke off). May be repeated.
 * @param reason why, e.g. the number of the request; kept in the events about the erasure.
 * @throws GatewayError AUDIT_UNAVAILABLE: nothing was erased, or it was and is on record as UNKNOWN only
 * @throws StoreUnavailableError: any part may have been erased
 */
export async function eraseDetails(
  personId: string,
  reason: string | null,
  { events, sessions, trail, clock }: ErasureParts,
): Promise<Erasure> {
  const requestId = newTimedId();
  const record = (outcome: EventOutcome, done: Partial<Erasure>): Promise<void> =>
    trail.record(erasureDraft(personId, requestId, outcome, reason, done, clock.now()));

  // Nothing may vanish without a word: the intention is on record before the first detail goes.
  await record('UNKNOWN', {});
  let erased: Partial<Erasure> = {};
  try {
    erased = { sessions: await sessions.eraseDetails(personId) };
    erased = { ...erased, events: await events.eraseDetails(personId) };
  } catch (error) {
    await record('FAILURE', erased).catch(() => undefined);
    throw error;
  }
  await record('SUCCESS', erased);
  return { events: erased.events ?? 0, sessions: erased.sessions ?? 0 };
}

function erasureDraft(
  personId: string,
  requestId: string,
  outcome: EventOutcome,
  reason: string | null,
  done: Partial<Erasure>,
  occurredAt: number,
): EventDraft {
  const details: EventDetails = {
    ...(reason === null ? {} : { reason }),
    ...(Object.keys(done).length === 0 ? {} : { variables: JSON.stringify({ erased: done }) }),
  };
  return {
    type: 'AUDIT_ERASED',
    outcome,
    code: null,
    occurredAt,
    // Whoever runs the command is known to the machine it runs on, not to the gateway.
    actor: null,
    subjectId: personId,
    session: null,
    operation: null,
    request: { id: requestId, traceparent: null },
    count: 1,
    details,
  };
}
