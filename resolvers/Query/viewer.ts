import type { QueryResolvers } from '../../src/generated/resolvers-types.js';

export const viewer: NonNullable<QueryResolvers['viewer']> = (_parent, _args, context) => context.viewer;
