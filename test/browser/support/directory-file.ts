import path from 'node:path';
import Database from 'libsql';

/** Changes a person in the embedded store's directory while a gateway serves it, as an operator's own program would. */
export function changePerson(
  directory: string,
  id: string,
  change: { roles?: readonly string[]; name?: string; disabled?: boolean },
): void {
  const database = new Database(path.join(directory, 'gateway.db'));
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    const { changes } = database
      .prepare(
        'UPDATE users SET roles = coalesce(?, roles), name = coalesce(?, name), disabled = coalesce(?, disabled) WHERE id = ?',
      )
      .run([
        change.roles === undefined ? null : JSON.stringify(change.roles),
        change.name ?? null,
        change.disabled === undefined ? null : Number(change.disabled),
        id,
      ]);
    if (changes !== 1) throw new Error(`there is no ${id}`);
  } finally {
    database.close();
  }
}
