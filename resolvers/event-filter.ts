import type { ImpersonationEventFilter } from '../src/generated/resolvers-types.js';
import type { EventFilter } from '../src/stores/index.js';

/** The store's filter for what a client asked; null restricts as little as absence. */
export function readEventFilter(filter: ImpersonationEventFilter | null | undefined): EventFilter {
  if (filter == null) return {};
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null)) as EventFilter;
}
