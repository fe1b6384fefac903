import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { StoreUnavailableError } from '../../errors/index.js';

/** Makes what was written to an open file durable; fdatasync(2). */
export type SyncFile = (descriptor: number) => Promise<void>;

const syncToDisk: SyncFile = (descriptor) => promisify(fdatasync)(descriptor);

/**
 * Makes the write-ahead log durable beside the event loop. SQLite would wait for the disk inside COMMIT, and everybody with it; here
 * only those wait who need to know. What is committed while a sync is under way shares the next one.
 */
export class LogSync {
  readonly #descriptor: number;
  readonly #sync: SyncFile;
  #underWay: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #failure: StoreUnavailableError | null = null;
  #closed = false;

  constructor(path: string, sync: SyncFile = syncToDisk) {
    this.#descriptor = openSync(path, 'r+');
    this.#sync = sync;
  }

  /**
   * Resolves once all that was written before the call is on disk.
   * @throws StoreUnavailableError, and from then on always: after a failed sync the system may have dropped what it could not
   *   write, and would report success the next time.
   */
  sync(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new StoreUnavailableError('the embedded store is not open'));
    if (this.#underWay === null) return this.#start();
    this.#next ??= this.#underWay.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  /** Resolves at the end of the sync under way, however it ends; null where there is none. */
  get underWay(): Promise<void> | null {
    return this.#underWay === null ? null : this.#underWay.catch(() => undefined);
  }

  /** @throws StoreUnavailableError where a sync has failed: nothing may be written any more. */
  assertUsable(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Lets a sync under way come to its end first. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const end = () => closeSync(this.#descriptor);
    if (this.#underWay === null) end();
    else void this.#underWay.then(end, end);
  }

  #startNext(): Promise<void> {
    this.#next = null;
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return this.#start();
  }

  #start(): Promise<void> {
    const underWay = this.#sync(this.#descriptor).then(
      () => {
        this.#underWay = null;
      },
      (cause: unknown) => {
        this.#underWay = null;
        this.#failure = new StoreUnavailableError(
          'the embedded store could not be synced to disk; start the gateway again once the disk is sound',
          { cause },
        );
        throw this.#failure;
      },
    );
    this.#underWay = underWay;
    return underWay;
  }
}
