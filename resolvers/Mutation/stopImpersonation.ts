import { withUnstoredEnd } from '../../src/context/index.js';
import type { MutationResolvers } from '../../src/generated/resolvers-types.js';

export const stopImpersonation: NonNullable<MutationResolvers['stopImpersonation']> = async (
  _parent,
  { sessionId },
  context,
) => {
  const { identity, request, services, operation } = context;
  const named = sessionId ?? null;
  const { session, actor } = await withUnstoredEnd(
    context,
    named,
    () => services.impersonation.stop(identity, named, request, operation.describe()),
    (ended) => ended.session.id,
  );
  return { session, viewer: actor };
};
