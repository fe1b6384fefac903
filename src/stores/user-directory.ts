import type { Role } from '../domain/role.js';
import type { User } from '../domain/user.js';

export interface UserSearch {
  /** Case-insensitive prefix of the name or of the e-mail address; absent or empty: everybody. */
  readonly prefix?: string;
  readonly role?: Role;
  readonly limit: number;
  /** Exclusive; entries follow in ascending order of id. */
  readonly afterId?: string;
}

/**
 * The authority on who exists, which roles they hold and who is disabled. The gateway only reads it.
 * Methods throw StoreUnavailableError where the directory does not answer.
 */
export interface UserDirectory {
  /** Those of the ids that exist, in any order; ONE look-up however many ids. */
  findByIds(ids: readonly string[]): Promise<readonly User[]>;
  /** Ascending by id. The prefix match is served by an index. */
  search(search: UserSearch): Promise<{ readonly items: readonly User[]; readonly hasMore: boolean }>;
}
