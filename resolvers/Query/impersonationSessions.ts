import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { connection, readPage } from '../connection.js';
import { encodeCursor } from '../cursor.js';

export const impersonationSessions: NonNullable<QueryResolvers['impersonationSessions']> = async (
  _parent,
  { filter, first, after },
  context,
) => {
  const page = readPage('session', { first, after }, 20);
  const slice = await context.services.impersonation.list(
    {
      ...(filter?.status == null ? {} : { status: filter.status }),
      ...(filter?.actorId == null ? {} : { actorId: filter.actorId }),
      ...(filter?.subjectId == null ? {} : { subjectId: filter.subjectId }),
    },
    page,
  );
  return connection(slice, page, (session) => encodeCursor('session', { at: session.startedAt, id: session.id }));
};
