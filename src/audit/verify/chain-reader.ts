import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import type { ReportFault } from './fault.js';

/** Without `hasBeyondChain`, as in tests of other things, it is not looked for events that no chain gives. */
export type StoredEventSource = Pick<EventStore, 'chains' | 'chain'> & Partial<Pick<EventStore, 'hasBeyondChain'>>;

const PAGE = 1_000;
/** So many events in a row that cannot be read, and the rest of the chain is given up. */
const MOST_UNREADABLE = 3;

/** Reads one chain of a store from its beginning, whatever somebody with access to the database has made of it. */
export class ChainReader {
  readonly #store: StoredEventSource;
  readonly #chain: string;
  readonly #report: ReportFault;
  readonly #most: number;
  #from = 0;
  #unreadable = 0;

  /** @param most how many events are read at once */
  constructor(store: StoredEventSource, chain: string, report: ReportFault, most: number = PAGE) {
    this.#store = store;
    this.#chain = chain;
    this.#report = report;
    this.#most = most;
  }

  /**
   * The next events; none where there are no more for now. What cannot be read is reported as UNREADABLE and passed over.
   * @throws StoreUnavailableError where the store does not answer
   */
  async next(): Promise<readonly StoredEvent[]> {
    while (this.#unreadable < MOST_UNREADABLE) {
      const read = await this.#page();
      if (read === null) continue;
      const { page, isFull } = read;
      const events = page.filter(({ sequence }) => Number.isSafeInteger(sequence));
      for (let count = events.length; count < page.length; count += 1) this.#fault('its sequence is of another type');
      const last = events.at(-1)?.sequence;
      if (last === undefined) {
        if (!isFull) return [];
        this.#unreadable = MOST_UNREADABLE;
        continue;
      }
      this.#unreadable = 0;
      // Several events may have been stored under one sequence, and a full page may have cut them apart: read them together.
      const whole = !isFull ? events : events.filter(({ sequence }) => sequence < last);
      this.#from = whole.length === events.length || whole.length === 0 ? last + 1 : last;
      return whole.length === 0 ? events : whole;
    }
    return [];
  }

  /** A full page, or what is left, or as many events as can be read; null where not even the next one can. */
  async #page(): Promise<{ readonly page: readonly StoredEvent[]; readonly isFull: boolean } | null> {
    for (let size = this.#most; size >= 1; size = Math.floor(size / 2)) {
      try {
        const page = await this.#store.chain(this.#chain, this.#from, size);
        return { page, isFull: page.length >= size };
      } catch (error) {
        // Whether the store is down, or holds something it cannot read, is told by asking it something else.
        if ((await this.#store.chains().catch(() => null)) === null) throw error;
      }
    }
    this.#fault('it cannot be read');
    this.#from += 1;
    this.#unreadable += 1;
    return null;
  }

  #fault(why: string): void {
    const place = { chain: this.#chain, sequence: this.#from };
    // Nobody looks at what follows where the rest of the chain is given up; what lies between others is missing there.
    const givenUp = this.#unreadable + 1 >= MOST_UNREADABLE;
    const inDoubt = givenUp ? [{ chain: this.#chain, from: this.#from, to: null }] : [];
    this.#report('UNREADABLE', place, `An event of ${this.#chain} at or after ${this.#from}: ${why}.`, inDoubt);
  }
}
