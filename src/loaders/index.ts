import DataLoader from 'dataloader';
import type { User } from '../domain/user.js';
import type { UserCache } from './user-cache.js';

/** Batching look-ups, made afresh for each request so that nothing is carried from one person's request to another's. */
export interface Loaders {
  /** A person by id; null where the directory has no such person. */
  readonly person: DataLoader<string, User | null>;
}

/** Most requests look nobody up: each loader is made by the first that does. */
class LazyLoaders implements Loaders {
  readonly #people: UserCache;
  #person: DataLoader<string, User | null> | null = null;

  constructor(people: UserCache) {
    this.#people = people;
  }

  get person(): DataLoader<string, User | null> {
    this.#person ??= new DataLoader((ids: readonly string[]) => this.#people.current(ids), { maxBatchSize: 1_000 });
    return this.#person;
  }
}

/** However many events and sessions a result holds, their people cost one look-up. */
export function createLoaders(people: UserCache): Loaders {
  return new LazyLoaders(people);
}

export { createUserCache, type UserCache } from './user-cache.js';
