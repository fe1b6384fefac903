import type { StoredEvent } from '../../domain/audit-event.js';
import type { Tracing } from '../../platform/tracing.js';
import type { AroundCall } from '../observed-store.js';

/** Requests whose events share one write and are named by it. */
const MOST_LINKS = 32;
const TRACEPARENT = /"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"/;

/** Calls of the store as spans. Polling, which belongs to no request, leaves none. */
export function tracedCalls(tracing: Tracing): AroundCall {
  return (operation, given, call) => {
    const parents = operation === 'events.append' ? requestsOf(given[0] as readonly StoredEvent[]) : [];
    const parent = parents[0] ?? tracing.current();
    if (parent === null) return call();
    const span = tracing.begin(`store ${operation}`, {
      parent,
      links: parents.slice(1),
      attributes: { 'gateway.store.operation': operation },
    });
    let result: unknown;
    try {
      result = span.within(call);
    } catch (error) {
      span.ended(nameOf(error));
      throw error;
    }
    if (result instanceof Promise) {
      result.then(
        () => span.ended(null),
        (error: unknown) => span.ended(nameOf(error)),
      );
    } else span.ended(null);
    return result;
  };
}

/** A write is shared by all requests that waited for it: it is shown under the first, and linked to the others. */
function requestsOf(events: readonly StoredEvent[]): string[] {
  const found = new Set<string>();
  for (const { body } of events) {
    const [, traceparent] = TRACEPARENT.exec(body) ?? [];
    if (traceparent !== undefined) found.add(traceparent);
    if (found.size > MOST_LINKS) break;
  }
  return [...found];
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
