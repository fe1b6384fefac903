import type { Config } from '../config/index.js';
import { createEmbeddedStore } from '../stores/embedded/index.js';
import type { Store } from '../stores/index.js';
import { type CommandListener, createMongoStore } from '../stores/mongo/index.js';

/**
 * The store the configuration names; nothing is opened yet.
 * @param commands is told of what is sent to MongoDB; absent: nothing is
 */
export function createStore(config: Config, commands?: CommandListener): Store {
  const { store } = config;
  if (store.kind === 'embedded') return createEmbeddedStore({ directory: store.directory });
  return createMongoStore({
    uri: store.uri,
    database: store.database,
    usersCollection: store.usersCollection,
    usersFields: store.usersFields,
    ...(config.instance === null ? {} : { gatewayInstance: config.instance }),
    ...(commands === undefined ? {} : { commands }),
  });
}
