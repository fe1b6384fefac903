import { type Db, type DbOptions, MongoClient, ReadConcern, ReadPreference } from 'mongodb';
import { StoreUnavailableError, StoreUnusableError } from '../../errors/index.js';
import { type CommandListener, tellCommands } from './commands.js';
import { isMistake, openingFailure, serverAnswer, unavailable } from './failures.js';
import { CONNECT_MS, MAJORITY_MS, OPERATION_MS, RENEWAL_MS, SERVER_SELECTION_MS } from './limits.js';

/** The server allows 128 bytes for the name a client gives itself. */
const APP_NAME_LIMIT = 120;

/**
 * Set on the database, where the address has no say: on the client, `journal=false` in an address would win over this. So no
 * address can make a write less durable or a read stale.
 */
const DURABLE: DbOptions = {
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_MS },
  readConcern: new ReadConcern('majority'),
  readPreference: ReadPreference.primary,
};

/** The one connection pool of the store: durability settings, a deadline on every operation, and what an error becomes. */
export class MongoConnection {
  readonly #uri: string;
  readonly #database: string;
  readonly #appName: string;
  readonly #commands: CommandListener | null;
  #client: MongoClient | null = null;
  /** Since when no operation has been answered; null where the last one was. Milliseconds of the monotonic clock. */
  #silentSince: number | null = null;

  constructor(uri: string, database: string, gatewayInstance: string | undefined, commands?: CommandListener) {
    this.#commands = commands ?? null;
    this.#uri = uri;
    this.#database = database;
    this.#appName = `impersonation-gateway ${gatewayInstance ?? ''}`.trim().slice(0, APP_NAME_LIMIT);
  }

  /**
   * Connects; may be tried again after it failed.
   * @throws StoreUnusableError where the address is malformed or the server refuses this client.
   * @throws StoreUnavailableError where no primary answers in time.
   */
  async open(): Promise<void> {
    if (this.#client !== null) return;
    const client = this.#createClient();
    try {
      await withDeadline('open', OPERATION_MS, client.connect());
    } catch (error) {
      void client.close().catch(() => undefined);
      throw error instanceof StoreUnavailableError ? error : openingFailure('the connection', error);
    }
    this.#client = client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.close().catch(() => undefined);
  }

  /**
   * Runs one operation under a deadline. What the driver had begun when the deadline passed may still be carried out.
   * @param what named in the error, e.g. `events.append`.
   * @throws StoreUnavailableError for every failure of driver, network or server, except those `expected` takes: they are
   *   thrown as they came.
   */
  async run<T>(
    what: string,
    work: (db: Db) => Promise<T>,
    { deadlineMs = OPERATION_MS, expected }: { deadlineMs?: number; expected?: (error: unknown) => boolean } = {},
  ): Promise<T> {
    const client = this.#client;
    if (client === null) throw new StoreUnavailableError(`MongoDB did not answer ${what}: the store is not open`);
    try {
      const result = await withDeadline(what, deadlineMs, work(client.db(this.#database, DURABLE)));
      this.#silentSince = null;
      return result;
    } catch (error) {
      if (isMistake(error)) throw error;
      if (serverAnswer(error) === null) this.#noteSilence(client);
      else this.#silentSince = null;
      if (expected?.(error) === true || error instanceof StoreUnavailableError) throw error;
      throw unavailable(what, error);
    }
  }

  /**
   * Replaces a client that nobody has answered for a while. The driver is to find its way back by itself, and mostly does; but a
   * write that meets a socket in the moment between its end and its `close` waits for ever, and where the driver's own look at
   * the server hangs like that, nothing but a new client ends it.
   */
  #noteSilence(client: MongoClient): void {
    const now = performance.now();
    this.#silentSince ??= now;
    if (now - this.#silentSince < RENEWAL_MS || this.#client !== client) return;
    this.#silentSince = null;
    this.#client = this.#createClient();
    void client.close().catch(() => undefined);
  }

  #createClient(): MongoClient {
    try {
      const client = new MongoClient(this.#uri, {
        appName: this.#appName,
        serverSelectionTimeoutMS: SERVER_SELECTION_MS,
        connectTimeoutMS: CONNECT_MS,
        waitQueueTimeoutMS: SERVER_SELECTION_MS,
        heartbeatFrequencyMS: 2_000,
        retryReads: true,
        retryWrites: true,
        ...(this.#commands === null ? {} : { monitorCommands: true }),
      });
      if (this.#commands !== null) tellCommands(client, this.#commands);
      return client;
    } catch {
      // The cause is left out on purpose: a parser's complaint can quote the address, and with it the password.
      throw new StoreUnusableError('MONGODB_URI is not a MongoDB connection string.');
    }
  }
}

/** Settles with `work`, or rejects once `limitMs` have passed; `work` itself cannot be called off. */
async function withDeadline<T>(what: string, limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailableError(`MongoDB did not answer ${what} within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
