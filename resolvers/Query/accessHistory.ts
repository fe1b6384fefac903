import { GatewayError } from '../../src/errors/index.js';
import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { connection, readPage } from '../connection.js';
import { encodeCursor } from '../cursor.js';

export const accessHistory: NonNullable<QueryResolvers['accessHistory']> = async (
  _parent,
  { first, after },
  { viewer, services },
) => {
  if (viewer === null) throw new GatewayError('UNAUTHENTICATED');
  const page = readPage('session', { first, after }, 20);
  const slice = await services.impersonation.list({ subjectId: viewer.id }, page);
  return connection(slice, page, (session) => encodeCursor('session', { at: session.startedAt, id: session.id }));
};
