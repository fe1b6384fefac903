import type { Store } from '../store.js';
import { Connection } from './connection.js';
import { EmbeddedEventStore } from './event-store.js';
import { EmbeddedSealStore } from './seal-store.js';
import { EmbeddedSessionStore } from './session-store.js';
import { EmbeddedUserDirectory } from './user-directory.js';

export interface EmbeddedStoreOptions {
  /** Where `gateway.db` lies; created when missing. A local disk: SQLite's locks do not hold on network file systems. */
  readonly directory: string;
}

/**
 * The store that needs no server: one SQLite database (through libsql) in a directory. Every write is synced to disk before
 * its promise resolves. Several processes may share the directory; each call waits at most about two seconds for another's
 * write, then throws StoreUnavailableError, as does every call after `close` or once the file was removed or replaced.
 */
export function createEmbeddedStore({ directory }: EmbeddedStoreOptions): Store {
  const connection = new Connection(directory);
  const users = new EmbeddedUserDirectory(connection);
  return {
    kind: 'embedded',
    events: new EmbeddedEventStore(connection),
    sessions: new EmbeddedSessionStore(connection),
    seals: new EmbeddedSealStore(connection),
    users,
    open: () => connection.open(),
    ping: () => connection.ping(),
    seedUsers: (seeded) => users.seed(seeded),
    copyTo: (file) => connection.copyTo(file),
    close: async () => connection.close(),
  };
}
