import { withUnstoredEnd } from '../../src/context/index.js';
import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const revokeImpersonation: NonNullable<MutationResolvers['revokeImpersonation']> = async (
  _parent,
  { input },
  context,
) => {
  const { identity, request, services, operation } = context;
  const session = await withUnstoredEnd(
    context,
    input.sessionId,
    () => services.impersonation.revoke(identity, input, request, operation.describe()),
    ({ id }) => id,
  );
  return { session };
};
