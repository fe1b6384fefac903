import type { User } from '../../domain/user.js';
import type { UserDirectory, UserSearch } from '../user-directory.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { gathered, type Row, requiredInteger, requiredText, rowExpression, textList, textOrNull } from './row.js';
import { prefixEnd, searchKey } from './search-key.js';

const USER_ROW = rowExpression(['id', 'name', 'email', 'roles', 'disabled', 'avatarUrl']);
const SELECT = `SELECT ${USER_ROW} AS row FROM users`;
const BY_IDS = gathered(`${SELECT} WHERE id IN (SELECT value FROM json_each(?))`);
const INSERT =
  'INSERT INTO users (id, name, email, roles, disabled, avatarUrl, nameKey, emailKey) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING';
const MATCHING = `id IN (
  SELECT id FROM users INDEXED BY usersByName WHERE nameKey >= ? AND nameKey < ?
  UNION ALL
  SELECT id FROM users INDEXED BY usersByEmail WHERE emailKey >= ? AND emailKey < ?
)`;
const HOLDING = 'EXISTS (SELECT 1 FROM json_each(roles) WHERE value = ?)';

/** The user directory of the embedded store. */
export class EmbeddedUserDirectory implements UserDirectory {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  findByIds(ids: readonly string[]): Promise<readonly User[]> {
    return this.#connection.read(() => this.#connection.list(BY_IDS, [JSON.stringify(ids)]).map(userFromRow));
  }

  search(search: UserSearch): Promise<{ readonly items: readonly User[]; readonly hasMore: boolean }> {
    return this.#connection.read(() => {
      const { sql, values } = searchStatement(search);
      const found = this.#connection.list(sql, values);
      return { items: found.slice(0, search.limit).map(userFromRow), hasMore: found.length > search.limit };
    });
  }

  /** Adds the users whose ids are not taken. */
  seed(users: readonly User[]): Promise<void> {
    return this.#connection.write(() => {
      for (const user of users) this.#connection.run(INSERT, userValues(user));
    });
  }
}

/** The statement of a search and its values; it asks for one row more than the limit. */
function searchStatement(search: UserSearch): { sql: string; values: unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (search.prefix) {
    const start = searchKey(search.prefix);
    const end = prefixEnd(start);
    conditions.push(MATCHING);
    values.push(start, end, start, end);
  }
  if (search.role !== undefined) {
    conditions.push(HOLDING);
    values.push(search.role);
  }
  if (search.afterId !== undefined) {
    conditions.push('id > ?');
    values.push(search.afterId);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return { sql: gathered(`${SELECT}${where} ORDER BY id LIMIT ?`), values: [...values, rowLimit(search.limit) + 1] };
}

function userValues(user: User): unknown[] {
  const { id, name, email, roles, disabled, avatarUrl } = user;
  return [id, name, email, JSON.stringify(roles), disabled ? 1 : 0, avatarUrl, searchKey(name), searchKey(email)];
}

/** @throws where the roles or the disabled mark cannot be understood: such a person must not pass as an enabled one. */
function userFromRow(row: Row): User {
  const [id, name, email, roles, disabled, avatarUrl] = row;
  return {
    id: requiredText(id),
    name: requiredText(name),
    email: requiredText(email),
    roles: textList(JSON.parse(requiredText(roles))),
    disabled: requiredInteger(disabled) !== 0,
    avatarUrl: textOrNull(avatarUrl),
  };
}
