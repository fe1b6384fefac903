/** Fair turns at so many connections. */
export interface ConnectionSlots {
  /**
   * Resolves when it is the caller's turn; `false` where more wait already than may.
   * @throws the signal's reason as soon as it is aborted; the turn goes to the next one then.
   */
  take(signal: AbortSignal): Promise<boolean>;
  /** Ends one turn. */
  release(): void;
}

/**
 * Turns in the order they were asked for. The HTTP client has a queue of its own, but one without a bound, and what was
 * given up stays in it.
 */
export function createConnectionSlots(connections: number, mostWaiting: number): ConnectionSlots {
  let free = connections;
  const waiting = new Set<() => void>();
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return true;
      }
      if (waiting.size >= mostWaiting) return false;
      return new Promise((resolve, reject) => {
        const stop = () => {
          waiting.delete(turn);
          reject(signal.reason);
        };
        const turn = () => {
          signal.removeEventListener('abort', stop);
          resolve(true);
        };
        waiting.add(turn);
        signal.addEventListener('abort', stop, { once: true });
      });
    },
    release() {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
