import type { QueryResolvers } from '../../src/generated/resolvers-types.js';

export const actor: NonNullable<QueryResolvers['actor']> = (_parent, _args, context) => context.actor;
