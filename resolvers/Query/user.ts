import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { checkId } from '../../src/impersonation/input.js';

export const user: NonNullable<QueryResolvers['user']> = (_parent, { id }, context) =>
  context.loaders.person.load(checkId('id', id));
