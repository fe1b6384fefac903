import type { EventDraft } from '../domain/audit-event.js';

/** An event on its way to the store, and who waits for it. */
export interface WaitingEvent {
  readonly draft: EventDraft;
  /** Not to be sent later than this, milliseconds since the epoch; null: whenever the store can take it. */
  readonly validUntil: number | null;
  readonly settle: (written: boolean) => void;
  readonly fail: (error: Error) => void;
}

/** The last moment a Date can hold (ECMA-262 §21.4.1.1), milliseconds since the epoch. */
const LAST_MOMENT = 8.64e15;

/** Whether all times of an event can be written down. One that cannot would fail the whole write it shares with others. */
export function isDatable({ occurredAt, session }: EventDraft): boolean {
  const times = session === null ? [occurredAt] : [occurredAt, session.startedAt, session.expiresAt];
  return times.every((time) => Math.abs(time) <= LAST_MOMENT);
}

/** Whether it is too late to send the event. */
export function isTooLate(event: WaitingEvent, now: number): boolean {
  return event.validUntil !== null && now > event.validUntil;
}

/** The events that wait for their write, in the order in which they came. Each operation costs what it hands on, not what waits. */
export class WaitingEvents {
  readonly #events = new Set<WaitingEvent>();

  get length(): number {
    return this.#events.size;
  }

  push(event: WaitingEvent): void {
    this.#events.add(event);
  }

  /** @returns whether it still waited */
  remove(event: WaitingEvent): boolean {
    return this.#events.delete(event);
  }

  /**
   * Takes the next events to be written together, `most` at most; those for which it is too late are told so on the way.
   * Events that may become too late never share a write with others: a write that is given up would otherwise take along
   * events that have to be kept, and they would get other places in the chain than those they may have been stored in.
   */
  takeBatch(most: number, now: number): readonly WaitingEvent[] {
    const batch: WaitingEvent[] = [];
    for (const event of this.#events) {
      const late = isTooLate(event, now);
      const first = batch[0];
      const fits = first === undefined || (first.validUntil === null) === (event.validUntil === null);
      if (!late && (batch.length >= most || !fits)) break;
      this.#events.delete(event);
      if (late) event.settle(false);
      else batch.push(event);
    }
    return batch;
  }

  /** Takes all of them. */
  takeAll(): readonly WaitingEvent[] {
    const all = [...this.#events];
    this.#events.clear();
    return all;
  }
}
