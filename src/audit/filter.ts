import type { StoredEvent } from '../domain/audit-event.js';
import type { EventFilter } from '../stores/index.js';

/** Whether an event passes a filter: the same meaning that the store gives it. */
export function passesFilter(event: StoredEvent, filter: EventFilter): boolean {
  return (
    (filter.types === undefined || filter.types.includes(event.type)) &&
    (filter.outcome === undefined || filter.outcome === event.outcome) &&
    (filter.actorId === undefined || filter.actorId === event.actorId) &&
    (filter.subjectId === undefined || filter.subjectId === event.subjectId) &&
    (filter.sessionId === undefined || filter.sessionId === event.sessionId) &&
    (filter.requestId === undefined || filter.requestId === event.requestId) &&
    (filter.operationName === undefined || filter.operationName === event.operationName) &&
    (filter.occurredAfter === undefined || event.occurredAt >= filter.occurredAfter) &&
    (filter.occurredBefore === undefined || event.occurredAt < filter.occurredBefore)
  );
}
