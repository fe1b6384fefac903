import { setTimeout as pause } from 'node:timers/promises';
import { gathered } from '../../platform/gathering.js';

/** How the transactions of one connection are carried out. */
export interface Transactions {
  /** The sync under way, which never rejects here; null where there is none. */
  ready(): Promise<void> | null;
  /** @throws where another process holds the lock, see `isBusy`, or the store cannot be written to */
  begin(): void;
  commit(): void;
  /** Undoes the transaction, if there is one. */
  rollback(): void;
  /** Whether a transaction is open: SQLite ends one by itself where it cannot go on. */
  isOpen(): boolean;
  /** So that what follows can be undone by itself, and how that ends. */
  mark(): void;
  keep(): void;
  undo(): void;
  /** Whether it is of use to try again in a moment. */
  isBusy(error: unknown): boolean;
  /** Makes what was committed durable. */
  sync(): Promise<void>;
}

interface Waiting {
  readonly work: () => unknown;
  /** By performance.now(): until when it is tried. */
  readonly deadline: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of one of them, to be told once its transaction is over. */
type Outcome =
  | { readonly waiting: Waiting; readonly result: unknown }
  | { readonly waiting: Waiting; readonly error: unknown };

/**
 * Carries out what is to be written. What comes while a sync is under way could not be acknowledged before the next one: it waits, and
 * shares one transaction with all that came meanwhile. One of them that fails is undone alone.
 */
export class WriteQueue {
  readonly #transactions: Transactions;
  readonly #patienceMs: number;
  #waiting: Waiting[] = [];
  #running = false;

  /** @param patienceMs how long a write is tried while another process holds the lock */
  constructor(transactions: Transactions, patienceMs: number) {
    this.#transactions = transactions;
    this.#patienceMs = patienceMs;
  }

  /**
   * Resolves to what `work` returned once that is durable. `work` may run more than once, but what only one of the runs did is
   * kept.
   * @throws what `work` threw, with nothing of it kept; and what a transaction or its sync failed with
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        work,
        deadline: performance.now() + this.#patienceMs,
        resolve: resolve as (result: unknown) => void,
        reject,
      });
      if (!this.#running) void this.#run();
    });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const ready = this.#transactions.ready();
      if (ready !== null) await ready;
      await gathered(() => this.#waiting.length);
      if (!this.#runTogether()) await pause(1 + Math.random() * 15);
    }
    this.#running = false;
  }

  /** @returns false where another process holds the lock and somebody still waits for it */
  #runTogether(): boolean {
    const together = this.#waiting;
    this.#waiting = [];
    try {
      this.#transactions.begin();
      const outcomes =
        together.length === 1 ? together.map(runAlone) : together.map((each) => this.#runBesideOthers(each));
      this.#transactions.commit();
      void this.#tell(outcomes);
      return true;
    } catch (error) {
      try {
        this.#transactions.rollback();
      } catch {
        // The error that led here says more.
      }
      return this.#failed(together, error);
    }
  }

  /** @throws what undoes the whole transaction */
  #runBesideOthers(waiting: Waiting): Outcome {
    this.#transactions.mark();
    let outcome: Outcome;
    try {
      outcome = runAlone(waiting);
    } catch (error) {
      if (this.#transactions.isBusy(error) || !this.#transactions.isOpen()) throw error;
      this.#transactions.undo();
      return { waiting, error };
    }
    this.#transactions.keep();
    return outcome;
  }

  #failed(together: readonly Waiting[], error: unknown): boolean {
    const now = performance.now();
    const again = this.#transactions.isBusy(error) ? together.filter(({ deadline }) => now < deadline) : [];
    for (const waiting of together) if (!again.includes(waiting)) waiting.reject(error);
    this.#waiting = [...again, ...this.#waiting];
    return again.length === 0;
  }

  async #tell(outcomes: readonly Outcome[]): Promise<void> {
    try {
      if (outcomes.some((outcome) => 'result' in outcome)) await this.#transactions.sync();
      for (const outcome of outcomes) {
        if ('result' in outcome) outcome.waiting.resolve(outcome.result);
        else outcome.waiting.reject(outcome.error);
      }
    } catch (error) {
      for (const { waiting } of outcomes) waiting.reject(error);
    }
  }
}

function runAlone(waiting: Waiting): Outcome {
  return { waiting, result: waiting.work() };
}
