import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { ImpersonationSession } from '../../src/domain/impersonation-session.js';
import type { User } from '../../src/domain/user.js';
import type { EventFilter, PageKey, PageRequest, SessionFilter, Slice, UserSearch } from '../../src/stores/index.js';

function compareKeys(left: PageKey, right: PageKey): number {
  if (left.at !== right.at) return left.at - right.at;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

/** What `page` must answer, worked out by sorting everything. */
export function naivePage<T>(all: readonly T[], keyOf: (item: T) => PageKey, request: PageRequest): Slice<T> {
  const { limit, direction, from } = request;
  const newestFirst = [...all].sort((left, right) => compareKeys(keyOf(right), keyOf(left)));
  const rest = newestFirst.filter((item) => {
    if (from === undefined) return true;
    const order = compareKeys(keyOf(item), from);
    return direction === 'forward' ? order < 0 : order > 0;
  });
  const items = direction === 'forward' ? rest.slice(0, limit) : rest.slice(Math.max(0, rest.length - limit));
  return { items, hasMore: rest.length > limit };
}

export const eventKey = (event: StoredEvent): PageKey => ({ at: event.occurredAt, id: event.id });
export const sessionKey = (session: ImpersonationSession): PageKey => ({ at: session.startedAt, id: session.id });

export function eventMatches(event: StoredEvent, filter: EventFilter): boolean {
  return (
    (filter.types === undefined || filter.types.includes(event.type)) &&
    (filter.outcome === undefined || event.outcome === filter.outcome) &&
    (filter.actorId === undefined || event.actorId === filter.actorId) &&
    (filter.subjectId === undefined || event.subjectId === filter.subjectId) &&
    (filter.sessionId === undefined || event.sessionId === filter.sessionId) &&
    (filter.requestId === undefined || event.requestId === filter.requestId) &&
    (filter.operationName === undefined || event.operationName === filter.operationName) &&
    (filter.occurredAfter === undefined || event.occurredAt >= filter.occurredAfter) &&
    (filter.occurredBefore === undefined || event.occurredAt < filter.occurredBefore)
  );
}

export function sessionMatches(session: ImpersonationSession, filter: SessionFilter): boolean {
  return (
    (filter.status === undefined || session.status === filter.status) &&
    (filter.actorId === undefined || session.actorId === filter.actorId) &&
    (filter.subjectId === undefined || session.subjectId === filter.subjectId)
  );
}

/** What `search` must answer, worked out by looking at everybody. */
export function naiveSearch(all: readonly User[], search: UserSearch): { items: readonly User[]; hasMore: boolean } {
  const prefix = (search.prefix ?? '').toLowerCase();
  const found = all
    .filter((user) => user.name.toLowerCase().startsWith(prefix) || user.email.toLowerCase().startsWith(prefix))
    .filter((user) => search.role === undefined || user.roles.includes(search.role))
    .filter((user) => search.afterId === undefined || user.id > search.afterId)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  return { items: found.slice(0, search.limit), hasMore: found.length > search.limit };
}
