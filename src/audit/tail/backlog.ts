import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';

/** What one chain still has for somebody. */
export interface Arrears {
  readonly chain: string;
  /** The number of the first event wanted. */
  readonly from: number;
  /** The number of the first event not wanted any more. */
  readonly to: number;
}

interface Lane {
  readonly chain: string;
  readonly to: number;
  next: number;
  page: StoredEvent[];
}

/** So many chains are merged at a time, and so many events of each are held: memory does not grow with the arrears. */
const LANES = 16;
const PAGE = 64;

/**
 * Events of the past, read from the store page by page as they are asked for: each chain in order, and up to sixteen chains at a
 * time merged by the time at which their events occurred.
 */
export class Backlog {
  readonly #events: Pick<EventStore, 'chain'>;
  readonly #waiting: Arrears[];
  #lanes: Lane[] = [];

  constructor(events: Pick<EventStore, 'chain'>, arrears: readonly Arrears[]) {
    this.#events = events;
    this.#waiting = [...arrears];
  }

  /**
   * The next event, or null once there is none left.
   * @throws StoreUnavailableError; then nothing has been skipped.
   */
  async next(): Promise<StoredEvent | null> {
    for (;;) {
      if (this.#lanes.length === 0) this.#openLanes();
      if (this.#lanes.length === 0) return null;
      const empty = this.#lanes.filter(({ page }) => page.length === 0);
      if (empty.length > 0) await Promise.all(empty.map((lane) => this.#fill(lane)));
      this.#lanes = this.#lanes.filter(({ page }) => page.length > 0);
      const [first, ...others] = this.#lanes;
      if (first === undefined) continue;
      const earliest = others.reduce((best, lane) => (headTime(lane) < headTime(best) ? lane : best), first);
      const event = earliest.page.shift();
      if (event === undefined) continue;
      earliest.next = event.sequence + 1;
      return event;
    }
  }

  #openLanes(): void {
    this.#lanes = this.#waiting.splice(0, LANES).map(({ chain, from, to }) => ({ chain, to, next: from, page: [] }));
  }

  async #fill(lane: Lane): Promise<void> {
    if (lane.next >= lane.to) return;
    const page = await this.#events.chain(lane.chain, lane.next, Math.min(PAGE, lane.to - lane.next));
    lane.page = page.filter(({ sequence }) => sequence < lane.to);
  }
}

function headTime({ page }: Lane): number {
  const occurredAt = page[0]?.occurredAt ?? 0;
  return Number.isFinite(occurredAt) ? occurredAt : 0;
}

/** The number of the first event of the chain, before `end`, that occurred at or after the time; `end` where none did. */
export async function firstSince(
  events: Pick<EventStore, 'chain'>,
  chain: string,
  end: number,
  time: number,
): Promise<number> {
  // Within a chain time never runs backwards.
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await events.chain(chain, middle, 1);
    if (event !== undefined && event.sequence < high && event.occurredAt < time) low = event.sequence + 1;
    else high = middle;
  }
  return low;
}
