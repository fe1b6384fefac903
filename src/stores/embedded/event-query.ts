import type { EventFilter } from '../event-store.js';
import type { PageQuery } from './keyset-page.js';

/** Column and index of each filter, the most selective first as a rule. */
const INDEXES = [
  ['requestId', 'eventsByRequest'],
  ['sessionId', 'eventsBySession'],
  ['subjectId', 'eventsBySubject'],
  ['actorId', 'eventsByActor'],
  ['operationName', 'eventsByOperation'],
  ['type', 'eventsByType'],
  ['outcome', 'eventsByOutcome'],
] as const;

/** What a page of the filter reads; null where nothing can match. */
export function eventQuery(filter: EventFilter): PageQuery | null {
  const types = filter.types && [...new Set(filter.types)];
  if (types?.length === 0) return null;
  const equalities = INDEXES.flatMap(([column, index]) => {
    const value = column === 'type' ? types : filter[column];
    return value === undefined ? [] : [{ column, index, values: typeof value === 'string' ? [value] : value }];
  });
  return {
    equalities,
    ...(filter.occurredAfter !== undefined && { after: filter.occurredAfter }),
    ...(filter.occurredBefore !== undefined && { before: filter.occurredBefore }),
  };
}
