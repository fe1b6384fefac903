import type { ImpersonationSessionResolvers } from '../src/generated/resolvers-types.js';
import { readPage } from './connection.js';
import { eventConnection } from './event-connection.js';

export const ImpersonationSession: ImpersonationSessionResolvers = {
  actor: ({ actorId }, _args, { loaders }) => loaders.person.load(actorId),
  subject: ({ subjectId }, _args, { loaders }) => loaders.person.load(subjectId),
  endedBy: ({ endedById }, _args, { loaders }) => (endedById === null ? null : loaders.person.load(endedById)),
  events: ({ id }, args, context) => eventConnection(context, { sessionId: id }, readPage('event', args, 50)),
};
