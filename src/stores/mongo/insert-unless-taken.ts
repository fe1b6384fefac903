import type { Db } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicateKey } from './failures.js';

/**
 * Runs one insert. False where a unique index was in the way; of several documents any that precede the one in the way may
 * have been written.
 * @throws StoreUnavailableError where it is not known to have been carried out.
 */
export async function insertUnlessTaken(
  connection: MongoConnection,
  what: string,
  insert: (db: Db) => Promise<void>,
): Promise<boolean> {
  try {
    await connection.run(what, insert, { expected: isDuplicateKey });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
