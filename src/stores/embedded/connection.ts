import { setTimeout as pause } from 'node:timers/promises';
import type Database from 'libsql';
import { EventConflictError, StoreUnavailableError } from '../../errors/index.js';
import { type Bindable, lookupBindables, RefusedValueError, writeBindables } from './bindable.js';
import type { SyncFile } from './log-sync.js';
import { isBusy, type OpenedDatabase, openDatabase } from './open-database.js';
import { bytesIn, type Row, requiredInteger, rowIn, rowsIn } from './row.js';
import { type Transactions, WriteQueue } from './write-queue.js';

/** The write-ahead log cannot be emptied yet: another process reads from it. */
class LogInUseError extends Error {
  override readonly name = 'LogInUseError';
}

/** How long a call waits for its turn while another process writes, milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * The one place that talks to libsql. Its calls block, so each transaction runs in one turn of the event loop and no other
 * call of this process can come between; other processes are kept out by SQLite's lock.
 */
export class Connection {
  readonly #directory: string;
  readonly #sync: SyncFile | undefined;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #writes = new WriteQueue(this.#transactions(), PATIENCE_MS);
  #opened: OpenedDatabase | undefined;

  constructor(directory: string, sync?: SyncFile) {
    this.#directory = directory;
    this.#sync = sync;
  }

  /** @throws StoreUnusableError see {@link openDatabase}. */
  async open(): Promise<void> {
    this.#opened ??= await openDatabase(this.#directory, PATIENCE_MS, this.#sync);
  }

  close(): void {
    // libsql goes on answering from prepared statements of a closed database: they must go too.
    this.#statements.clear();
    this.#opened?.close();
    this.#opened = undefined;
  }

  /** All rows of a `gathered` statement; text that cannot be stored finds nothing. Only inside `read` or `write`. */
  list(sql: string, values: readonly unknown[]): readonly Row[] {
    return rowsIn(this.#cells(sql, lookupBindables(values))[0]);
  }

  /** The number that is the one result of the statement; looks up as `list` does. Only inside `read` or `write`. */
  number(sql: string, values: readonly unknown[]): number {
    return requiredInteger(this.#cells(sql, lookupBindables(values))[0]);
  }

  /** The bytes that are the one result of the statement; looks up as `list` does. Only inside `read` or `write`. */
  bytes(sql: string, values: readonly unknown[]): Uint8Array | null {
    const [cell] = this.#cells(sql, lookupBindables(values));
    return cell === null ? null : bytesIn(cell);
  }

  /** The row that a statement changed and returns, packed as bytes; undefined where it changed none. Only inside `write`. */
  change(sql: string, values: readonly unknown[]): Row | undefined {
    const [cell] = this.#cells(sql, writeBindables(values));
    return cell === undefined ? undefined : rowIn(cell);
  }

  /** How many rows the statement changed. Only inside `write`. */
  run(sql: string, values: readonly unknown[]): number {
    return this.#statement(sql).run(writeBindables(values)).changes;
  }

  /** Runs `work`, which only reads. @throws StoreUnavailableError for whatever libsql reports. */
  read<T>(work: () => T): Promise<T> {
    return this.#attempt(() => {
      this.#database();
      return work();
    });
  }

  /**
   * Runs `work` in one transaction that is on disk, synced, when the promise resolves, and of which nothing remains when
   * it rejects, but for a failure of the last two steps. `work` runs again where another process held the lock. What is written at
   * the same time shares the transaction; see {@link WriteQueue}.
   * @throws StoreUnavailableError for whatever libsql reports, and where the file is no longer the one that was opened.
   */
  async write<T>(work: () => T): Promise<T> {
    try {
      return await this.#writes.write(work);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /**
   * As `write`, for what must not be left anywhere in the files either: what the transaction overwrote is zeroed in the database
   * (`secure_delete`), and the write-ahead log, which still has the pages of before, is emptied.
   * @throws StoreUnavailableError also where other processes keep the log in use; then `work` may have been done.
   */
  async erase<T>(work: () => T): Promise<T> {
    const result = await this.write(work);
    await this.#attempt(() => {
      const [busy] = this.#cells('PRAGMA wal_checkpoint(TRUNCATE)', []);
      if (busy !== 0) throw new LogInUseError();
    });
    // SQLite does not sync that the log is empty: a power cut would bring its pages back.
    await this.settle();
    return result;
  }

  /**
   * Resolves once everything that can be read now is on disk. What another process has committed can be read before it has synced it.
   * @throws StoreUnavailableError
   */
  async settle(): Promise<void> {
    if (this.#opened === undefined) throw new StoreUnavailableError('the embedded store is not open');
    await this.#opened.log.sync();
  }

  /** Writes all that is committed into a new database file. @throws StoreUnavailableError for whatever libsql reports. */
  copyTo(file: string): Promise<void> {
    return this.#attempt(() => {
      this.#opened?.assertInPlace();
      this.#database().prepare('VACUUM INTO ?').run([file]);
    });
  }

  /** Reads from the file. @throws StoreUnavailableError where that fails or the file was removed or replaced. */
  ping(): Promise<void> {
    return this.read(() => {
      this.#opened?.assertInPlace();
      this.#opened?.log.assertUsable();
      this.number('SELECT count(*) FROM sqlite_schema', []);
    });
  }

  #transactions(): Transactions {
    return {
      ready: () => this.#opened?.log.underWay ?? null,
      begin: () => {
        const database = this.#database();
        this.#opened?.assertInPlace();
        this.#opened?.log.assertUsable();
        database.exec('BEGIN IMMEDIATE');
      },
      commit: () => this.#database().exec('COMMIT'),
      rollback: () => {
        if (this.#database().inTransaction) this.#database().exec('ROLLBACK');
      },
      isOpen: () => this.#database().inTransaction,
      mark: () => this.#database().exec('SAVEPOINT one'),
      keep: () => this.#database().exec('RELEASE one'),
      undo: () => this.#database().exec('ROLLBACK TO one; RELEASE one'),
      isBusy,
      sync: () => this.settle(),
    };
  }

  #database(): Database.Database {
    if (this.#opened === undefined) throw new StoreUnavailableError('the embedded store is not open');
    return this.#opened.database;
  }

  /** The first column of each result row. */
  #cells(sql: string, values: Bindable[]): unknown[] {
    return (this.#statement(sql).all(values) as unknown[][]).map(([cell]) => cell);
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database().prepare(sql);
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Waits for a lock without blocking the event loop: libsql itself gives up after a few milliseconds. */
  async #attempt<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(isBusy(error) || error instanceof LogInUseError) || performance.now() >= deadline)
          throw asStoreError(error);
      }
      await pause(1 + Math.random() * 15);
    }
  }
}

function asStoreError(error: unknown): unknown {
  const telling = [EventConflictError, StoreUnavailableError, RefusedValueError];
  if (telling.some((known) => error instanceof known)) return error;
  return new StoreUnavailableError('the embedded store did not carry out the call', { cause: error });
}
