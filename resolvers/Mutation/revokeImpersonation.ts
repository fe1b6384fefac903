import { noteUnstoredEnd } from '../../src/context/index.js';
import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const revokeImpersonation: NonNullable<MutationResolvers['revokeImpersonation']> = async (
  _parent,
  { input },
  context,
) => {
  const { identity, request, services, operation } = context;
  const session = await services.impersonation.revoke(identity, input, request, operation.describe());
  if (services.impersonation.isUnstored(session.id)) noteUnstoredEnd(context, session.id);
  return { session };
};
