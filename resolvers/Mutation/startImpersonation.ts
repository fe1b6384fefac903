import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const startImpersonation: NonNullable<MutationResolvers['startImpersonation']> = async (
  _parent,
  { input },
  { identity, request, services, operation },
) => {
  const { actorToken, session, subject } = await services.impersonation.start(
    identity,
    input,
    request,
    operation.describe(),
  );
  return { actorToken, expiresAt: session.expiresAt, session, viewer: subject };
};
