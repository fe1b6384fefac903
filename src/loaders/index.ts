import DataLoader from 'dataloader';
import type { User } from '../domain/user.js';
import type { UserCache } from './user-cache.js';

/** Batching look-ups, made afresh for each request so that nothing is carried from one person's request to another's. */
export interface Loaders {
  /** A person by id; null where the directory has no such person. */
  readonly person: DataLoader<string, User | null>;
}

/** However many events and sessions a result holds, their people cost one look-up. */
export function createLoaders(people: UserCache): Loaders {
  return {
    person: new DataLoader((ids: readonly string[]) => people.current(ids), { maxBatchSize: 1_000 }),
  };
}

export { createUserCache, type UserCache } from './user-cache.js';
