import type { Config } from '../config/index.js';
import { createEmbeddedStore } from '../stores/embedded/index.js';
import type { Store } from '../stores/index.js';
import { createMongoStore, type MongoStoreOptions } from '../stores/mongo/index.js';

/** The store the configuration names; nothing is opened yet. @param listeners told of what is done to MongoDB, if that is it */
export function createStore(config: Config, listeners: Pick<MongoStoreOptions, 'commands' | 'onWaiting'> = {}): Store {
  const { store } = config;
  if (store.kind === 'embedded') return createEmbeddedStore({ directory: store.directory });
  return createMongoStore({
    uri: store.uri,
    database: store.database,
    usersCollection: store.usersCollection,
    usersFields: store.usersFields,
    ...(config.instance === null ? {} : { gatewayInstance: config.instance }),
    ...listeners,
  });
}
