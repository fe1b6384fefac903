import type { Clock } from './clock.js';

/** A moment by two clocks: neither a wall clock set back nor a monotonic one that stood still may make what is old look young. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds, by performance.now(). */
  readonly monotonic: number;
}

export function thisMoment(clock: Clock): Moment {
  return { wall: clock.now(), monotonic: performance.now() };
}

/** How long ago it was by the clock that says more, milliseconds. */
export function ageOf({ wall, monotonic }: Moment, clock: Clock): number {
  return Math.max(clock.now() - wall, performance.now() - monotonic);
}
