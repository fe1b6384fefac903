import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/index.js';
import { StoreUnusableError } from '../errors/index.js';
import type { Store } from '../stores/index.js';
import type { MongoStoreOptions } from '../stores/mongo/index.js';

/**
 * The store the configuration names; nothing is opened yet. Only its own driver is loaded: MongoDB's takes longer than all of a short
 * command. @param listeners told of what is done to MongoDB, if that is it
 */
export async function createStore(
  config: Config,
  listeners: Pick<MongoStoreOptions, 'commands' | 'onWaiting'> = {},
): Promise<Store> {
  const { store } = config;
  if (store.kind === 'embedded') {
    const { createEmbeddedStore } = await import('../stores/embedded/index.js');
    return createEmbeddedStore({ directory: store.directory });
  }
  const { createMongoStore } = await import('../stores/mongo/index.js');
  return createMongoStore({
    uri: store.uri,
    database: store.database,
    usersCollection: store.usersCollection,
    usersFields: store.usersFields,
    ...(config.instance === null ? {} : { gatewayInstance: config.instance }),
    ...listeners,
  });
}

/**
 * The same, for a command that works on what gateways have written. Where there is nothing yet it makes nothing: over a store of its
 * own making it would say that a trail holds, or that no session is active, and be right about nothing.
 * @throws StoreUnusableError where `DATA_DIR` has no database
 */
export async function createStoreOfGateways(config: Config): Promise<Store> {
  const { store } = config;
  if (store.kind === 'embedded' && !existsSync(path.join(store.directory, 'gateway.db'))) {
    throw new StoreUnusableError(
      `There is no store in ${store.directory}: no gateway has been started there. Name the gateway's own DATA_DIR, or MONGODB_URI.`,
    );
  }
  return createStore(config);
}
