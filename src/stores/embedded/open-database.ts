import { setTimeout as pause } from 'node:timers/promises';
import Database from 'libsql';
import { StoreUnavailableError, StoreUnusableError } from '../../errors/index.js';
import { fileIdentity, hasLogOfAnother, prepareFiles } from './files.js';
import { LogSync, type SyncFile } from './log-sync.js';
import { APPLICATION_ID, MIGRATIONS, SCHEMA, SCHEMA_VERSION } from './schema.js';

/** How long libsql may block the event loop for a lock before the caller waits without blocking, milliseconds. */
const BLOCKING_MS = 25;

export interface OpenedDatabase {
  readonly database: Database.Database;
  readonly log: LogSync;
  /** @throws StoreUnavailableError where the files at the path are no longer those that are open. */
  assertInPlace(): void;
  close(): void;
}

/** Whether another process holds the lock that was needed (the low byte is the primary result code). */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && ((error.rawCode ?? 0) & 0xff) === 5;
}

/**
 * Opens `gateway.db` in the directory, which it creates where missing (mode 0700, files 0600), with every acknowledged
 * transaction synced to disk (WAL; see {@link LogSync}). What it cannot use it leaves as it is.
 * @throws StoreUnusableError with one sentence for the operator.
 */
export async function openDatabase(directory: string, patienceMs: number, sync?: SyncFile): Promise<OpenedDatabase> {
  const { path, settle } = prepareFiles(directory);
  if (hasLogOfAnother(path)) {
    throw new StoreUnusableError(
      `The embedded store cannot be used: ${path} was put back beside the log of another database; nothing was changed, move ${path}-wal and ${path}-shm away.`,
    );
  }
  const deadline = performance.now() + patienceMs;
  for (;;) {
    let database: Database.Database | undefined;
    try {
      database = new Database(path, { timeout: BLOCKING_MS });
      assertOurs(database, path);
      configure(database);
      settle();
      return opened(database, path, sync);
    } catch (error) {
      database?.close();
      if (!isBusy(error) || performance.now() >= deadline) throw asUnusable(error, path);
    }
    await pause(5 + Math.random() * 20);
  }
}

/** Reads only: a file that is not ours, or of a later version, is refused before anything is written to it. */
function assertOurs(database: Database.Database, path: string): void {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').raw().all([]).flat()[0]);
  if (application === 0 && version === 0 && tables === 0) return;
  if (application !== APPLICATION_ID) {
    throw new StoreUnusableError(`The embedded store cannot be used: ${path} is the database of another program.`);
  }
  if (version > SCHEMA_VERSION) {
    throw new StoreUnusableError(
      `The embedded store cannot be used: ${path} was written by a newer version of this gateway (schema ${version}, known up to ${SCHEMA_VERSION}).`,
    );
  }
}

function configure(database: Database.Database): void {
  // Writing with a log is begun by a transaction with a rollback journal. Were a power cut to bring that back beside the log, SQLite
  // would undo the beginning and write to the log all the same, and the database look like one that the log does not belong to.
  database.exec('PRAGMA synchronous = EXTRA');
  database.exec('PRAGMA journal_mode = WAL');
  // Each commit is synced by LogSync before it is acknowledged; NORMAL leaves SQLite the syncs that keep a checkpoint sound.
  database.exec('PRAGMA synchronous = NORMAL');
  // What is erased, and copies that pages leave behind when they are split, must not stay in the file.
  database.exec('PRAGMA secure_delete = ON');
  // Measured: a batch of 500 events dirties about 2 MB of pages, which must fit, and a checkpoint every 16 MB is a third faster.
  database.exec('PRAGMA cache_size = -16000');
  database.exec('PRAGMA wal_autocheckpoint = 4000');
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: another process may have brought the database up to date meanwhile.
    // A new one (version 0) has nothing to be brought up to date.
    for (let version = pragma(database, 'user_version') || SCHEMA_VERSION; version < SCHEMA_VERSION; version += 1) {
      database.exec(MIGRATIONS.get(version) ?? '');
    }
    database.exec(SCHEMA);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
  // A file system that cannot do WAL keeps the old mode without an error, and then other guarantees hold.
  const mode = database.prepare('SELECT CAST(journal_mode AS BLOB) FROM pragma_journal_mode').raw().all([]).flat()[0];
  if (String(mode) !== 'wal' || pragma(database, 'synchronous') !== 1) {
    throw new StoreUnusableError(
      'The embedded store cannot be used: its file system does not support write-ahead logging.',
    );
  }
}

function opened(database: Database.Database, path: string, sync: SyncFile | undefined): OpenedDatabase {
  const identity = fileIdentity(path);
  const log = new LogSync(`${path}-wal`, sync);
  return {
    database,
    log,
    assertInPlace() {
      // SQLite would go on writing to a file that no longer has a name, and acknowledge what nobody can ever read.
      if (fileIdentity(path) === identity) return;
      throw new StoreUnavailableError('the database file was removed or replaced while it was open');
    },
    close() {
      log.close();
      database.close();
    },
  };
}

function pragma(database: Database.Database, name: 'user_version' | 'application_id' | 'synchronous'): number {
  return Number(database.prepare(`SELECT ${name} FROM pragma_${name}`).raw().all([]).flat()[0]);
}

function asUnusable(error: unknown, path: string): StoreUnusableError {
  if (error instanceof StoreUnusableError) return error;
  const because = (reason: string) =>
    new StoreUnusableError(`The embedded store cannot be used: ${reason}`, { cause: error });
  if (isBusy(error)) return because(`${path} is locked by another process.`);
  const code = error instanceof Database.SqliteError ? (error.rawCode ?? 0) & 0xff : 0;
  if (code === 11 || code === 26) {
    return because(`${path} is corrupt or is not a database; nothing was changed, restore it from a backup.`);
  }
  return because(`${path} cannot be opened.`);
}
