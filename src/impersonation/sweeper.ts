import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';
import { createVoidSearch } from './void-search.js';

/** The work that time, not a request, makes necessary: expiry, catching up, void starts. Any replica may do it. */
export interface Sweeper {
  start(): void;
  /** Stops, after the round that is under way and a last attempt to store and record what was ended here. */
  stop(): Promise<void>;
  /** One round now. */
  sweep(): Promise<void>;
}

const ROUND_MS = 1_000;
/**
 * How long the store must have been answering before the ends of others are taken over. After an outage each claim is old:
 * whoever holds it and knows more than the store does comes first, and what the store still had to carry out has shown.
 */
const ANSWERING_MS = 5_000;

export function createSweeper(deps: ImpersonationDependencies, ender: SessionEnder): Sweeper {
  const { clock, logger } = deps;
  const searchVoid = createVoidSearch(deps, ender);
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let answeringSince: number | null = null;

  async function sweep(): Promise<void> {
    // Each step is taken although another fails: what can be ended is ended.
    const own = [await attempt(ender.carryOn), await attempt(ender.expireDue)];
    const now = clock.now();
    if (own.some((failure) => failure !== null)) answeringSince = null;
    else if (answeringSince === null || answeringSince > now) answeringSince = now;
    const settled = answeringSince !== null && now - answeringSince >= ANSWERING_MS;
    const others = [settled ? await attempt(ender.takeOver) : null, await attempt(searchVoid)];
    const [failure] = [...own, ...others].filter((one) => one !== null);
    if (failure !== undefined) throw failure.cause;
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = sweep().catch((error: unknown) => {
        logger.warn({ err: error }, 'a round of expiry and catching up failed; the next one follows');
      });
      void running.finally(() => {
        if (timer !== null) schedule();
      });
    }, ROUND_MS);
    timer.unref();
  }

  return {
    start: schedule,
    sweep,
    async stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await running;
      // An end that could not be stored while the store was down is known here alone, and forgotten with this process.
      await ender.carryOn().catch((error: unknown) => {
        logger.error({ err: error }, 'ends of sessions may not have been stored before the stop');
      });
    },
  };
}

async function attempt(step: () => Promise<void>): Promise<{ readonly cause: unknown } | null> {
  try {
    await step();
    return null;
  } catch (cause) {
    return { cause };
  }
}
