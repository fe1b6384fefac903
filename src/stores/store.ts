import type { User } from '../domain/user.js';
import type { EventStore } from './event-store.js';
import type { SealStore } from './seal-store.js';
import type { SessionStore } from './session-store.js';
import type { UserDirectory } from './user-directory.js';

/** A system of record: MongoDB, or the embedded store. */
export interface Store {
  /** For the log and /readyz, e.g. `embedded` or `mongodb`. Holds no address and no credential. */
  readonly kind: string;
  /** What the operator should know and the gateway can run without, in sentences; complete after `open`. Absent: there is nothing. */
  readonly notices?: readonly string[];
  readonly events: EventStore;
  readonly sessions: SessionStore;
  readonly seals: SealStore;
  readonly users: UserDirectory;
  /**
   * Connects, and creates what is missing (files, collections, indexes). Must be called once before anything else.
   * @throws StoreUnusableError with a sentence for the operator where the store cannot be used at all.
   */
  open(): Promise<void>;
  /** Resolves when the store answers. @throws StoreUnavailableError where it does not, within about a second. */
  ping(): Promise<void>;
  /** Adds the users whose ids are not taken; development data only. */
  seedUsers(users: readonly User[]): Promise<void>;
  /**
   * Writes a copy of everything, as of one moment, into a new file, while others write. The copy is whole once it resolves, not yet
   * durable. Absent where the store's server has tools of its own for it.
   * @param file must not exist
   * @throws StoreUnavailableError
   */
  copyTo?(file: string): Promise<void>;
  close(): Promise<void>;
}
