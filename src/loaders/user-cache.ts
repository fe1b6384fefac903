import { LRUCache } from 'lru-cache';
import type { User } from '../domain/user.js';
import type { Clock } from '../platform/clock.js';
import type { UserDirectory } from '../stores/index.js';

/** The user directory with a memory of at most one second: roles and disabled states are never older than that. */
export interface UserCache {
  /** The directory's word, at most 1 s old. One look-up for all ids that are not fresh. Absent ids give null. */
  current(ids: readonly string[]): Promise<(User | null)[]>;
  /** The same for one id, without a promise where it is fresh. */
  one(id: string): User | null | Promise<User | null>;
  /**
   * The last word heard of a person, up to 15 minutes old: who they were, for showing, and for actions that only take
   * rights away while the directory does not answer. Never a reason to allow anything else.
   */
  lastKnown(id: string): User | null;
}

const FRESH_MS = 1_000;
const REMEMBERED_MS = 15 * 60_000;
const MAX_ENTRIES = 20_000;

interface Entry {
  readonly person: User | null;
  /** When the read that gave it began, milliseconds since the epoch. */
  readonly asOf: number;
}

/** Creates the cache. Look-ups for one id that are under way are shared. */
export function createUserCache(directory: UserDirectory, clock: Clock): UserCache {
  const entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  const underWay = new Map<string, Promise<User | null>>();

  function fresh(id: string): Entry | undefined {
    const entry = entries.get(id);
    if (entry === undefined) return undefined;
    const age = clock.now() - entry.asOf;
    // A clock set back must not make an old entry fresh.
    return age >= 0 && age < FRESH_MS ? entry : undefined;
  }

  async function read(ids: readonly string[]): Promise<Map<string, User>> {
    const asOf = clock.now();
    const found = new Map((await directory.findByIds(ids)).map((person) => [person.id, person]));
    for (const id of ids) entries.set(id, { person: found.get(id) ?? null, asOf });
    return found;
  }

  function lookUp(ids: readonly string[]): Map<string, Promise<User | null>> {
    const missing = ids.filter((id) => !underWay.has(id));
    if (missing.length > 0) {
      const reading = read(missing);
      for (const id of missing) {
        const one = reading.then((found) => found.get(id) ?? null).finally(() => underWay.delete(id));
        // Every caller awaits its own promise; this one must not count as unhandled when nobody got to it.
        one.catch(() => undefined);
        underWay.set(id, one);
      }
    }
    return new Map(ids.map((id) => [id, underWay.get(id) ?? Promise.resolve(null)]));
  }

  return {
    async current(ids) {
      const stale = [...new Set(ids.filter((id) => fresh(id) === undefined))];
      const reading = lookUp(stale);
      return Promise.all(ids.map((id) => reading.get(id) ?? fresh(id)?.person ?? null));
    },
    one(id) {
      const entry = fresh(id);
      if (entry !== undefined) return entry.person;
      return lookUp([id]).get(id) ?? Promise.resolve(null);
    },
    lastKnown(id) {
      const entry = entries.peek(id);
      if (entry === undefined || clock.now() - entry.asOf > REMEMBERED_MS) return null;
      return entry.person;
    },
  };
}
