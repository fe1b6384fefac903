import type { User } from '../domain/user.js';
import { GatewayError, StoreUnavailableError } from '../errors/index.js';
import type { UserCache } from '../loaders/index.js';

export interface FoundPeople {
  readonly people: readonly (User | null)[];
  /** False where the directory did not answer and these are the last known. */
  readonly confirmed: boolean;
}

/** The people with these ids as the directory has them now, or as last known while it does not answer. */
export async function findPeople(users: UserCache, ids: readonly string[]): Promise<FoundPeople> {
  try {
    return { people: await users.current(ids), confirmed: true };
  } catch (cause) {
    if (!(cause instanceof StoreUnavailableError)) throw cause;
    const people = ids.map((id) => users.lastKnown(id));
    if (people.includes(null)) throw new GatewayError('UPSTREAM_UNAVAILABLE', { cause });
    return { people, confirmed: false };
  }
}
