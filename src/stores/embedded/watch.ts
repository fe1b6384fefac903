import type { EventWatch } from '../event-store.js';
import type { Connection } from './connection.js';

/** How often the database is asked, milliseconds: one number from memory that all processes share. */
const LOOK_MS = 100;

/**
 * Calls `onChange` when another connection, that is another process, has committed something to the database.
 * @throws StoreUnavailableError where the database cannot be read.
 */
export async function watchDatabase(connection: Connection, onChange: () => void): Promise<EventWatch> {
  // SQLite: "data_version" changes with the commits of every connection but this one.
  const version = () => connection.read(() => connection.number('PRAGMA data_version', []));
  let seen = await version();
  let alive = true;
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const found = await version();
      if (found === seen && alive) return;
      seen = found;
      alive = true;
      onChange();
    } catch {
      // Whoever follows looks by themselves meanwhile, and says what is wrong.
      if (alive) onChange();
      alive = false;
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return {
    alive: () => alive,
    async stop() {
      clearInterval(timer);
      alive = false;
    },
  };
}
