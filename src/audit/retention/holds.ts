import type { EventDraft, EventHold, StoredEvent } from '../../domain/audit-event.js';
import { newId, newTimedId } from '../../platform/ids.js';
import type { EventFilter, EventStore } from '../../stores/index.js';
import { RecordedEvent } from '../recorded-event.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import type { AuditTrail } from '../trail.js';
import { eventsOf } from './events-of.js';
import { isGenuine } from './genuine-event.js';
import { RetentionError } from './retention-error.js';

/** A hold as the trail tells of it. Times are milliseconds since the epoch. */
export interface PlacedHold extends EventHold {
  readonly placedAt: number;
  /** The event that placed it. */
  readonly eventId: string;
  /** Null where it was erased. */
  readonly reason: string | null;
  readonly releasedAt: number | null;
}

export type HoldSource = Pick<EventStore, 'page' | 'chain'>;

/**
 * Every hold that was ever placed, oldest first. The trail itself is where they are kept: none can be taken away without a
 * trace. A release counts only where a gateway wrote it; a placing counts whoever wrote it, since it only protects.
 * @throws StoreUnavailableError; RetentionError where one cannot be read: nobody knows then what it protects
 */
export async function readHolds(events: HoldSource, gateway: GatewaySigner): Promise<readonly PlacedHold[]> {
  const released = new Map<string, number>();
  for await (const event of eventsOf(events, { types: ['LEGAL_HOLD_RELEASED'] })) {
    if (await isGenuine(event, events, gateway)) released.set(holdIn(event).id, event.occurredAt);
  }
  const holds: PlacedHold[] = [];
  for await (const event of eventsOf(events, { types: ['LEGAL_HOLD_PLACED'] })) {
    const hold = holdIn(event);
    holds.push({
      ...hold,
      placedAt: event.occurredAt,
      eventId: event.id,
      reason: new RecordedEvent(event).details.reason ?? null,
      releasedAt: released.get(hold.id) ?? null,
    });
  }
  return holds.reverse();
}

export function isInForce({ releasedAt, until }: PlacedHold, now: number): boolean {
  return releasedAt === null && (until === null || now < until);
}

/** Whether the hold keeps the event: all that it names fits. */
export function isHeld(hold: EventHold, event: StoredEvent): boolean {
  const { userId, sessionId, from, to } = hold;
  if (userId !== null && event.actorId !== userId && event.subjectId !== userId) return false;
  if (sessionId !== null && event.sessionId !== sessionId) return false;
  return !((from !== null && event.occurredAt < from) || (to !== null && event.occurredAt >= to));
}

/**
 * The holds in force that keep any event about the person.
 * @throws StoreUnavailableError; RetentionError as {@link readHolds}
 */
export async function holdsAbout(
  personId: string,
  events: HoldSource,
  gateway: GatewaySigner,
  now: number,
): Promise<readonly PlacedHold[]> {
  const found: PlacedHold[] = [];
  for (const hold of await readHolds(events, gateway)) {
    if (isInForce(hold, now) && (await keepsAny(hold, personId, events))) found.push(hold);
  }
  return found;
}

async function keepsAny(hold: EventHold, personId: string, events: HoldSource): Promise<boolean> {
  const { userId, sessionId, from, to } = hold;
  // Events about the person may still come.
  if (userId === personId && sessionId === null && to === null) return true;
  const rest: EventFilter = {
    ...(sessionId === null ? {} : { sessionId }),
    ...(from === null ? {} : { occurredAfter: from }),
    ...(to === null ? {} : { occurredBefore: to }),
  };
  const others = userId === null || userId === personId ? {} : { userId };
  for (const [own, other] of [
    ['actorId', 'subjectId'],
    ['subjectId', 'actorId'],
  ] as const) {
    const filter = { ...rest, [own]: personId, ...('userId' in others ? { [other]: others.userId } : {}) };
    if ((await events.page(filter, { limit: 1, direction: 'forward' })).items.length > 0) return true;
  }
  return false;
}

export interface HoldParts {
  readonly events: HoldSource;
  readonly gateway: GatewaySigner;
  readonly trail: Pick<AuditTrail, 'record'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Places a hold; it is in force once its event is durable. @throws GatewayError AUDIT_UNAVAILABLE */
export async function placeHold(what: Omit<EventHold, 'id'>, reason: string, parts: HoldParts): Promise<EventHold> {
  const hold = { ...what, id: newId() };
  await parts.trail.record(holdDraft('LEGAL_HOLD_PLACED', hold, reason, parts.now));
  return hold;
}

/**
 * Releases a hold that is in force.
 * @throws RetentionError where there is no such hold, or it is not in force; GatewayError AUDIT_UNAVAILABLE; StoreUnavailableError
 */
export async function releaseHold(id: string, reason: string, parts: HoldParts): Promise<EventHold> {
  const held = (await readHolds(parts.events, parts.gateway)).find((hold) => hold.id === id);
  if (held === undefined) throw new RetentionError(`There is no hold ${JSON.stringify(id)}; --list shows them.`);
  if (!isInForce(held, parts.now)) throw new RetentionError(`The hold ${id} is not in force any more.`);
  const { userId, sessionId, from, to, until } = held;
  const hold = { id, userId, sessionId, from, to, until };
  await parts.trail.record(holdDraft('LEGAL_HOLD_RELEASED', hold, reason, parts.now));
  return hold;
}

function holdDraft(
  type: 'LEGAL_HOLD_PLACED' | 'LEGAL_HOLD_RELEASED',
  hold: EventHold,
  reason: string,
  occurredAt: number,
): EventDraft {
  return {
    type,
    outcome: 'SUCCESS',
    code: null,
    occurredAt,
    // Whoever runs the command is known to the machine it runs on: `gateway.instance` names both.
    actor: null,
    subjectId: hold.userId,
    session: null,
    operation: null,
    request: { id: newTimedId(), traceparent: null },
    count: 1,
    hold,
    details: { reason },
  };
}

/** @throws RetentionError */
function holdIn(event: StoredEvent): EventHold {
  try {
    const { hold } = JSON.parse(event.body) as { hold: Record<keyof EventHold, string | null> };
    const time = (text: string | null): number | null => {
      const at = text === null ? null : Date.parse(text);
      if (at !== null && Number.isNaN(at)) throw new Error('no time');
      return at;
    };
    const { id, userId, sessionId } = hold;
    if (typeof id !== 'string') throw new Error('no id');
    return { id, userId, sessionId, from: time(hold.from), to: time(hold.to), until: time(hold.until) };
  } catch {
    throw new RetentionError(`The legal hold of event ${JSON.stringify(event.id)} cannot be read. Verify the trail.`);
  }
}
