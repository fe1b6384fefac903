import { pauseBefore } from './time-left.js';

/** From one look to the next, milliseconds. A replica may learn of an end one second late, and two are promised. */
const INTERVAL_MS = 900;

/** Looks again and again, while the page is in sight. Nothing of it is left behind after `stop`. */
export interface Watch {
  start(afterMs: number): void;
  /** Looks now, whatever it waits for. */
  now(): void;
  stop(): void;
}

/** @param look one look; resolves with whether it was answered. It must not reject, and gives up where the signal says so. */
export function createWatch(look: (signal: AbortSignal) => Promise<boolean>): Watch {
  let isOn = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: AbortController | null = null;
  let unanswered = 0;

  function rest(): void {
    clearTimeout(timer);
    current?.abort();
    current = null;
  }

  async function run(): Promise<void> {
    rest();
    // Not whatever is there by that name: markup of the page can stand in for it (`<img name="hidden">`).
    if (!isOn || document.hidden === true) return;
    const mine = new AbortController();
    current = mine;
    const begun = performance.now();
    const isAnswered = await look(mine.signal);
    // Another look has begun meanwhile, or none is wanted any more.
    if (current !== mine) return;
    unanswered = isAnswered ? 0 : unanswered + 1;
    timer = setTimeout(run, pauseBefore(unanswered, INTERVAL_MS, performance.now() - begun));
  }

  function now(): void {
    unanswered = 0;
    void run();
  }

  return {
    start(afterMs) {
      rest();
      isOn = true;
      timer = setTimeout(now, afterMs);
    },
    now,
    stop() {
      isOn = false;
      rest();
    },
  };
}
