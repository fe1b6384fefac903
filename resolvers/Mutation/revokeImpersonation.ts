import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const revokeImpersonation: NonNullable<MutationResolvers['revokeImpersonation']> = async (
  _parent,
  { input },
  { identity, request, services, operation },
) => ({ session: await services.impersonation.revoke(identity, input, request, operation.describe()) });
