import type { RecordedEvent } from '../../src/audit/recorded-event.js';
import type { SubscriptionResolvers } from '../../src/generated/resolvers-types.js';
import { readEventFilter } from '../event-filter.js';

export const impersonationEventRecorded = {
  subscribe: (_parent, { filter, after }, { identity, request, services, operation }) =>
    services.audit.follow(readEventFilter(filter), after ?? null, {
      identity,
      request,
      operation: operation.describe(),
    }),
  resolve: (event: RecordedEvent) => event,
} satisfies SubscriptionResolvers['impersonationEventRecorded'];
