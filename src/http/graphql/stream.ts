import type { FormattedExecutionResult } from 'graphql';

export interface StreamOptions<T> {
  readonly source: AsyncIterator<T>;
  /** Turns one event into what the client gets. A rejection ends the stream with `onFailure`'s result. */
  readonly onEvent: (event: T) => Promise<FormattedExecutionResult>;
  /** The last result of a stream that ends for a reason the client should know. */
  readonly onFailure: (reason: unknown) => FormattedExecutionResult;
  /** Looks whether the stream may go on; rejects with the reason where it may not. */
  readonly check: () => Promise<unknown>;
  /** How often `check` runs while no event comes, milliseconds. */
  readonly checkEveryMs: number;
  /** Registers a wake-up that makes `check` run at once. Returns how to cancel it. */
  readonly onWake: (wake: () => void) => () => void;
  /** Called once, however the stream ends. */
  readonly onEnd: (last: FormattedExecutionResult | null) => void;
}

type Step<T> =
  | { kind: 'source'; result: IteratorResult<T> }
  | { kind: 'ended'; reason: unknown }
  | { kind: 'returned' };

const DONE: IteratorResult<never, void> = { done: true, value: undefined };

/**
 * A stream to a client that ends when its right to go on does, even while no event comes. Written as an object rather than
 * an async generator: a generator's `return()` would wait for the event that is awaited just then.
 */
export function createStream<T>(options: StreamOptions<T>): AsyncGenerator<FormattedExecutionResult, void, void> {
  let done = false;
  let last: FormattedExecutionResult | null = null;
  let interrupt: ((step: Step<T>) => void) | null = null;
  let pendingStep: Step<T> | null = null;
  /** How many results the client waits for, those being worked out included. */
  let asked = 0;
  /** The last result of a stream that has ended while nobody asked. */
  let untaken: FormattedExecutionResult | null = null;
  let checking = false;
  let checkAgain = false;

  function signal(step: Step<T>): void {
    pendingStep ??= step;
    // A client that takes nothing must not keep open what it has no right to any more.
    if (step.kind === 'ended' && asked === 0 && !done) untaken = conclude(step.reason);
    else interrupt?.(step);
  }

  function runCheck(): void {
    if (done || checking) return;
    checking = true;
    checkAgain = false;
    options
      .check()
      .catch((reason: unknown) => signal({ kind: 'ended', reason }))
      .finally(() => {
        checking = false;
        if (checkAgain) runCheck();
      });
  }

  const timer = setInterval(runCheck, options.checkEveryMs);
  timer.unref();
  const cancelWake = options.onWake(() => {
    // The check under way may have looked before what this one is to find.
    checkAgain = checking;
    runCheck();
  });

  function end(): void {
    if (done) return;
    done = true;
    clearInterval(timer);
    cancelWake();
    closeSource().catch(() => undefined);
    options.onEnd(last);
  }

  /** Async, so that a source which throws instead of rejecting cannot keep the stream from ending. */
  async function closeSource(): Promise<void> {
    await options.source.return?.();
  }

  function nextStep(): Promise<Step<T>> {
    if (pendingStep !== null) return Promise.resolve(pendingStep);
    return new Promise((resolve) => {
      interrupt = resolve;
      options.source.next().then(
        (result) => resolve({ kind: 'source', result }),
        (reason: unknown) => resolve({ kind: 'ended', reason }),
      );
    });
  }

  function conclude(reason: unknown): FormattedExecutionResult {
    last = options.onFailure(reason);
    end();
    return last;
  }

  function fail(reason: unknown): IteratorResult<FormattedExecutionResult, void> {
    return done ? DONE : { done: false, value: conclude(reason) };
  }

  async function following(): Promise<IteratorResult<FormattedExecutionResult, void>> {
    const step = await nextStep();
    interrupt = null;
    if (step.kind === 'ended') return fail(step.reason);
    if (step.kind === 'returned' || step.result.done === true) {
      end();
      return DONE;
    }
    try {
      const result = await options.onEvent(step.result.value);
      // The stream may have ended while the event was being executed.
      if (done) return DONE;
      if (pendingStep?.kind === 'ended') return fail(pendingStep.reason);
      if (result.errors !== undefined) last = result;
      return { done: false, value: result };
    } catch (reason) {
      return fail(reason);
    }
  }

  return {
    async next() {
      if (untaken !== null) {
        const value = untaken;
        untaken = null;
        return { done: false, value };
      }
      if (done) return DONE;
      asked += 1;
      return following().finally(() => {
        asked -= 1;
      });
    },
    async return() {
      untaken = null;
      signal({ kind: 'returned' });
      end();
      return DONE;
    },
    async throw(error: unknown) {
      untaken = null;
      signal({ kind: 'returned' });
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
