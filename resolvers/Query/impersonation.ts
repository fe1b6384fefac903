import type { QueryResolvers } from '../../src/generated/resolvers-types.js';

export const impersonation: NonNullable<QueryResolvers['impersonation']> = (_parent, _args, context) =>
  context.impersonation;
