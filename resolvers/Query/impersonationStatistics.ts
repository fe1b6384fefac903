import type { QueryResolvers } from '../../src/generated/resolvers-types.js';

export const impersonationStatistics: NonNullable<QueryResolvers['impersonationStatistics']> = (
  _parent,
  asked,
  { identity, request, operation, services },
) => services.audit.statistics(asked, { identity, request, operation: operation.describe() });
