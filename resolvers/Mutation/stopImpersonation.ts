import { noteUnstoredEnd } from '../../src/context/index.js';
import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const stopImpersonation: NonNullable<MutationResolvers['stopImpersonation']> = async (
  _parent,
  { sessionId },
  context,
) => {
  const { identity, request, services, operation } = context;
  const { session, actor } = await services.impersonation.stop(
    identity,
    sessionId ?? null,
    request,
    operation.describe(),
  );
  if (services.impersonation.isUnstored(session.id)) noteUnstoredEnd(context, session.id);
  return { session, viewer: actor };
};
