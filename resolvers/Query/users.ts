import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { checkSearch } from '../../src/impersonation/input.js';
import { connection, readPage } from '../connection.js';
import { encodeCursor } from '../cursor.js';

export const users: NonNullable<QueryResolvers['users']> = async (_parent, args, context) => {
  const page = readPage('user', { first: args.first, after: args.after }, 20);
  const prefix = checkSearch(args.search);
  const found = await context.services.directory.search({
    limit: page.limit,
    ...(prefix === null ? {} : { prefix }),
    ...(args.role == null ? {} : { role: args.role }),
    ...(page.from === undefined ? {} : { afterId: page.from.id }),
  });
  for (const person of found.items) context.loaders.person.prime(person.id, person);
  return connection(found, page, (person) => encodeCursor('user', { at: 0, id: person.id }));
};
