import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { checkId } from '../../src/impersonation/input.js';

export const impersonationEvent: NonNullable<QueryResolvers['impersonationEvent']> = (_parent, { id }, context) => {
  const { identity, request, operation, services } = context;
  return services.audit.one(checkId('id', id), { identity, request, operation: operation.describe() });
};
