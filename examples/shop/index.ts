import type { HostModule } from '../../src/host-module.js';
import { loadSchema } from './load-schema.js';
import { createOrderBook } from './order-book.js';
import { createResolvers } from './resolvers.js';

/**
 * An example of a host module: a shop with orders and passwords, kept in memory and new with every call. It knows who is
 * in effect (`context.viewer`) and nothing of impersonation. For development only.
 * @throws Error where the package is incomplete: its SDL file is missing.
 */
export function createShop(): HostModule {
  return {
    name: 'shop',
    typeDefs: loadSchema(import.meta.url),
    resolvers: createResolvers({ orders: createOrderBook(), passwords: new Map() }),
  };
}
