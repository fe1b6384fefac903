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

/**
 * A stream to a client that ends when its right to go on does, even while no event comes. Written as an object rather than
 * an async generator: a generator's `return()` would wait for the event that is awaited just then.
 */
export function createStream<T>(options: StreamOptions<T>): AsyncGenerator<FormattedExecutionResult, void, void> {
  let done = false;
  let last: FormattedExecutionResult | null = null;
  let interrupt: ((step: Step<T>) => void) | null = null;
  let pendingStep: Step<T> | null = null;
  let checking = false;

  function signal(step: Step<T>): void {
    if (interrupt === null) pendingStep ??= step;
    else interrupt(step);
  }

  function runCheck(): void {
    if (done || checking) return;
    checking = true;
    options
      .check()
      .catch((reason: unknown) => signal({ kind: 'ended', reason }))
      .finally(() => {
        checking = false;
      });
  }

  const timer = setInterval(runCheck, options.checkEveryMs);
  timer.unref();
  const cancelWake = options.onWake(runCheck);

  function end(): void {
    if (done) return;
    done = true;
    clearInterval(timer);
    cancelWake();
    options.source.return?.().catch(() => undefined);
    options.onEnd(last);
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

  function fail(reason: unknown): IteratorResult<FormattedExecutionResult, void> {
    last = options.onFailure(reason);
    end();
    return { done: false, value: last };
  }

  return {
    async next() {
      if (done) return { done: true, value: undefined };
      const step = await nextStep();
      interrupt = null;
      if (step.kind === 'ended') return fail(step.reason);
      if (step.kind === 'returned' || step.result.done === true) {
        end();
        return { done: true, value: undefined };
      }
      try {
        const result = await options.onEvent(step.result.value);
        if (result.errors !== undefined) last = result;
        return { done: false, value: result };
      } catch (reason) {
        return fail(reason);
      }
    },
    async return() {
      signal({ kind: 'returned' });
      end();
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
