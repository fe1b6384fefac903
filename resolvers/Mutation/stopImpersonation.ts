import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const stopImpersonation: NonNullable<MutationResolvers['stopImpersonation']> = async (
  _parent,
  { sessionId },
  { identity, request, services, operation },
) => {
  const { session, actor } = await services.impersonation.stop(
    identity,
    sessionId ?? null,
    request,
    operation.describe(),
  );
  return { session, viewer: actor };
};
