import type { Config } from '../config/index.js';
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
