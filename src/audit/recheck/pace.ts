import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** Keeps work in the background from taking more than its share. */
export interface Pace {
  /** Resolves once the work done may be followed by more. It counts in events; other things as so many events. */
  spend(events: number): Promise<void>;
  /** Lets whatever else there is to do come first. */
  turn(): Promise<void>;
  /** Waits, whatever the pace. */
  rest(ms: number): Promise<void>;
}

/** Time as a pace measures it and waits; tests have one of their own. */
export interface PaceTime {
  /** Milliseconds, never running backwards. */
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Waits without keeping the process alive. */
export const realPaceTime: PaceTime = {
  now: () => performance.now(),
  pause: (ms, signal) => pause(ms, undefined, { signal, ref: false }),
};

/**
 * @param perSecond how many events may be worked on in a second. What was not used of a second is not saved up.
 * @param signal ends all waiting, by rejecting with its reason
 */
export function createPace(perSecond: number, signal: AbortSignal, time: PaceTime = realPaceTime): Pace {
  let due = Number.NEGATIVE_INFINITY;
  return {
    async spend(events) {
      const now = time.now();
      due = Math.max(due, now) + (events * 1_000) / perSecond;
      // Timers wait a millisecond at least: less is waited for with the next lot.
      if (due - now >= 1) await time.pause(due - now, signal);
      else await turn(undefined, { signal });
    },
    turn: () => turn(undefined, { signal }),
    rest: (ms) => time.pause(ms, signal),
  };
}
