import type { Clock } from '../../src/platform/clock.js';

/** The machine's clock, which a test can move. */
export class TestClock implements Clock {
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  /** Moves the clock by so many milliseconds. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}
