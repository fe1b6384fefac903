import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { checkId } from '../../src/impersonation/input.js';

export const impersonationSession: NonNullable<QueryResolvers['impersonationSession']> = (
  _parent,
  { id },
  { services },
) => services.impersonation.one(checkId('id', id));
