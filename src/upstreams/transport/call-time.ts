import { setMaxListeners } from 'node:events';
import { UpstreamFailure } from './upstream-failure.js';

/** How long one call may go on. */
export interface CallTime {
  /** Aborted with an UpstreamFailure when the call is over: the client has gone, its time is up, or the gateway stops. */
  readonly signal: AbortSignal;
  /** Milliseconds; 0 and less when it is over. */
  remainingMs(): number;
  /** Lets go of the timer and the listeners. */
  done(): void;
}

/**
 * @param ends what ends the call before its time, with the reason that is then given.
 * @param timeoutMs of the whole call with all it does; null where only `ends` end it.
 */
export function callTime(
  upstream: string,
  timeoutMs: number | null,
  ends: readonly (readonly [AbortSignal, 'cancelled' | 'closed'])[],
): CallTime {
  const over = new AbortController();
  const until = timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  const stop = (reason: 'cancelled' | 'closed' | 'timeout') => over.abort(new UpstreamFailure(upstream, reason));
  const timer = timeoutMs === null ? null : setTimeout(stop, timeoutMs, 'timeout');
  const listeners = ends.map(([signal, reason]) => {
    const listener = () => stop(reason);
    // As many as there are calls for one request; each takes its own away.
    setMaxListeners(0, signal);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  });
  return {
    signal: over.signal,
    remainingMs: () => until - performance.now(),
    done() {
      if (timer !== null) clearTimeout(timer);
      for (const remove of listeners) remove();
    },
  };
}

/** Resolves after so many milliseconds. @throws the signal's reason as soon as it is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
