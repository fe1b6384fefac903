import type { User } from '../../src/domain/user.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { UserDirectory, UserSearch } from '../../src/stores/index.js';

/** A user directory in memory whose people a test can change, remove, and make unreachable. */
export class ChangeableDirectory implements UserDirectory {
  readonly #people: Map<string, User>;
  /** How many times people were looked up by id. */
  lookUps = 0;
  reachable = true;

  constructor(people: readonly User[]) {
    this.#people = new Map(people.map((person) => [person.id, person]));
  }

  change(id: string, change: Partial<Omit<User, 'id'>>): void {
    const person = this.#people.get(id);
    if (person === undefined) throw new Error(`there is no ${id}`);
    this.#people.set(id, { ...person, ...change });
  }

  remove(id: string): void {
    this.#people.delete(id);
  }

  async findByIds(ids: readonly string[]): Promise<readonly User[]> {
    this.#answer();
    this.lookUps += 1;
    return ids.flatMap((id) => this.#people.get(id) ?? []);
  }

  async search({ prefix = '', role, limit, afterId = '' }: UserSearch) {
    this.#answer();
    const wanted = prefix.toLowerCase();
    const found = [...this.#people.values()]
      .filter((person) => person.id > afterId && (role === undefined || person.roles.includes(role)))
      .filter(({ name, email }) => name.toLowerCase().startsWith(wanted) || email.toLowerCase().startsWith(wanted))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return { items: found.slice(0, limit), hasMore: found.length > limit };
  }

  #answer(): void {
    if (!this.reachable) throw new StoreUnavailableError('the directory does not answer');
  }
}
