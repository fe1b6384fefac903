import type { EventSource, Place } from '../../../../web/console/src/trail/events/event-log.js';
import { newestFirst, type PlacedEvent } from '../../../../web/console/src/trail/events/event-window.js';

export interface TestEvent extends PlacedEvent {
  readonly isSealed: boolean;
}

/** A gateway's list of events in memory, with cursors as opaque as those of the gateway. */
export class TestTrail implements EventSource<TestEvent> {
  readonly events: TestEvent[] = [];
  /** How many pages were asked for. */
  asked = 0;
  fails = false;
  #made = 0;

  constructor(readonly page: number) {}

  /** Records an event; `at` is its time in milliseconds. */
  record(at: number, chain = 'a'): TestEvent {
    this.#made += 1;
    const id = `${chain}:${String(this.#made).padStart(12, '0')}`;
    const event = { id, occurredAt: new Date(at).toISOString(), isSealed: false };
    this.events.push(event);
    this.events.sort(newestFirst);
    return event;
  }

  seal(): void {
    this.events.splice(0, this.events.length, ...this.events.map((event) => ({ ...event, isSealed: true })));
  }

  async older(from: Place | null) {
    this.#ask();
    const start = from === null ? 0 : this.#after(from);
    const found = this.events.slice(start, start + this.page);
    return { rows: found.map(asRow), hasMore: start + this.page < this.events.length };
  }

  async newer(from: Place) {
    this.#ask();
    const end = 'cursor' in from ? this.#indexOf(from.cursor) : this.#afterNewer(from.occurredAt);
    const start = Math.max(0, end - this.page);
    return { rows: this.events.slice(start, end).map(asRow), hasMore: start > 0 };
  }

  #ask(): void {
    this.asked += 1;
    if (this.fails) throw new Error('the gateway does not answer');
  }

  #after(from: Place): number {
    if ('cursor' in from) return this.#indexOf(from.cursor) + 1;
    const index = this.events.findIndex(({ occurredAt }) => occurredAt <= from.occurredAt);
    return index === -1 ? this.events.length : index;
  }

  #afterNewer(occurredAt: string): number {
    const index = this.events.findIndex((event) => event.occurredAt < occurredAt);
    return index === -1 ? this.events.length : index;
  }

  #indexOf(cursor: string): number {
    const index = this.events.findIndex(({ id }) => `cursor of ${id}` === cursor);
    if (index === -1) throw new Error(`not a cursor: ${cursor}`);
    return index;
  }
}

function asRow(event: TestEvent) {
  return { event, cursor: `cursor of ${event.id}` };
}
