import { LRUCache } from 'lru-cache';
import type { User } from '../domain/user.js';
import type { Clock } from '../platform/clock.js';
import { ageOf, type Moment, thisMoment } from '../platform/moment.js';
import type { UserDirectory } from '../stores/index.js';

/** The user directory with a memory of at most one second: roles and disabled states are never older than that. */
export interface UserCache {
  /** The directory's word, at most 1 s old. One look-up for all ids that are not fresh. Absent ids give null. */
  current(ids: readonly string[]): Promise<(User | null)[]>;
  /** The same for one id, without a promise where it is fresh. */
  one(id: string): User | null | Promise<User | null>;
  /** The same where it is known without asking; null where it is not, or nobody has the id. */
  known(id: string): User | null;
  /**
   * The last word heard of a person, up to 15 minutes old: who they were, for showing, and for actions that only take
   * rights away while the directory does not answer. Never a reason to allow anything else.
   */
  lastKnown(id: string): User | null;
}

const FRESH_MS = 1_000;
const REMEMBERED_MS = 15 * 60_000;
const MAX_ENTRIES = 20_000;
/** Longer than any store lets an answer take: it lay here, in a process that stood still. */
const STOOD_STILL_MS = 3_000;

interface Entry {
  readonly person: User | null;
  /** When the read that gave it began. */
  readonly asOf: Moment;
}

/** A look-up under way. */
interface Reading {
  readonly person: Promise<User | null>;
  /** When it began. */
  readonly asOf: Moment;
}

/** Requests share what is kept here: a resolver that changed a person's roles would change them for everybody. */
function frozen(person: User): User {
  return Object.freeze({ ...person, roles: Object.freeze([...person.roles]) });
}

/** Creates the cache. Look-ups for one id that are under way are shared. */
export function createUserCache(directory: UserDirectory, clock: Clock): UserCache {
  const entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  const underWay = new Map<string, Reading>();

  /** A clock set back must not make something old fresh. */
  function isFresh(asOf: Moment, now: Moment): boolean {
    return now.wall >= asOf.wall && now.wall - asOf.wall < FRESH_MS && now.monotonic - asOf.monotonic < FRESH_MS;
  }

  function fresh(id: string, now: Moment): Entry | undefined {
    const entry = entries.get(id);
    return entry !== undefined && isFresh(entry.asOf, now) ? entry : undefined;
  }

  async function read(ids: readonly string[], begun: Moment): Promise<Map<string, User>> {
    let asOf = begun;
    let people = await directory.findByIds(ids);
    if (ageOf(asOf, clock) > STOOD_STILL_MS) {
      asOf = thisMoment(clock);
      people = await directory.findByIds(ids);
    }
    const found = new Map(people.map((person) => [person.id, frozen(person)]));
    for (const id of ids) {
      const newer = entries.peek(id);
      // A slow read must not undo what a later one has brought.
      if (newer === undefined || !(newer.asOf.monotonic > asOf.monotonic && isFresh(newer.asOf, thisMoment(clock)))) {
        entries.set(id, { person: found.get(id) ?? null, asOf });
      }
    }
    return found;
  }

  function readOne(id: string, reading: Promise<Map<string, User>>, asOf: Moment): Promise<User | null> {
    const person = reading
      .then((found) => found.get(id) ?? null)
      .finally(() => {
        if (underWay.get(id)?.person === person) underWay.delete(id);
      });
    // Every caller awaits its own promise; this one must not count as unhandled when nobody got to it.
    person.catch(() => undefined);
    underWay.set(id, { person, asOf });
    return person;
  }

  /** A look-up that began too long ago is not shared: its answer would be too old, and it may never come. */
  function lookUp(ids: readonly string[], now: Moment): Map<string, Promise<User | null>> {
    const people = new Map<string, Promise<User | null>>();
    const missing: string[] = [];
    for (const id of ids) {
      const shared = underWay.get(id);
      if (shared !== undefined && isFresh(shared.asOf, now)) people.set(id, shared.person);
      else missing.push(id);
    }
    if (missing.length > 0) {
      const reading = read(missing, now);
      for (const id of missing) people.set(id, readOne(id, reading, now));
    }
    return people;
  }

  return {
    async current(ids) {
      const now = thisMoment(clock);
      const known = new Map<string, User | null>();
      const stale = new Set<string>();
      // Looked at once: an entry that grew old between two looks would pass for a person who does not exist.
      for (const id of ids) {
        const entry = fresh(id, now);
        if (entry === undefined) stale.add(id);
        else known.set(id, entry.person);
      }
      const reading = lookUp([...stale], now);
      return Promise.all(ids.map((id) => reading.get(id) ?? known.get(id) ?? null));
    },
    one(id) {
      const now = thisMoment(clock);
      const entry = fresh(id, now);
      if (entry !== undefined) return entry.person;
      return lookUp([id], now).get(id) ?? Promise.resolve(null);
    },
    known: (id) => fresh(id, thisMoment(clock))?.person ?? null,
    lastKnown(id) {
      const entry = entries.peek(id);
      if (entry === undefined || ageOf(entry.asOf, clock) > REMEMBERED_MS) return null;
      return entry.person;
    },
  };
}
