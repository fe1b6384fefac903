import type { Clock } from '../../src/platform/clock.js';

/** A clock that moves only when it is told to. */
export class StoppedClock implements Clock {
  #now = Date.UTC(2026, 0, 31, 12);

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
