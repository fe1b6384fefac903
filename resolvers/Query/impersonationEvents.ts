import type { QueryResolvers } from '../../src/generated/resolvers-types.js';
import { readPage } from '../connection.js';
import { eventConnection } from '../event-connection.js';
import { readEventFilter } from '../event-filter.js';

export const impersonationEvents: NonNullable<QueryResolvers['impersonationEvents']> = (_parent, args, context) =>
  eventConnection(context, readEventFilter(args.filter), readPage('event', args, 50));
