/** What fills a queue. */
export interface EventSource {
  /** Stops reading from the service until `resume`. */
  pause(): void;
  resume(): void;
}

export interface EventQueueOptions {
  /** Events that wait before the source is paused. */
  readonly mostWaiting: number;
  /** The same in bytes. */
  readonly mostBytes: number;
  /** How long nothing may be taken of what fills the queue, milliseconds. */
  readonly stalledMs: number;
  readonly source: EventSource;
  /** Nothing was taken for so long. The queue is to be ended then. */
  readonly onStalled: () => void;
  /** Whoever took the events takes no more. Called once, and not where the queue was ended and emptied before. */
  readonly onLeft: () => void;
}

export interface EventQueue<T> extends AsyncIterableIterator<T> {
  push(event: T, bytes: number): void;
  /** No more events: after those that wait the iterator is done, or throws the error once. */
  end(error?: Error): void;
  /** Ends at once, without what waits. */
  drop(error?: Error): void;
}

interface Waiting<T> {
  readonly event: T;
  readonly bytes: number;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Between a service that sends and a client that takes, with a bound: when it is full nothing more is read, and when it stays
 * full the stream is over. What one takes slowly the other would keep for it without a bound.
 */
export function createEventQueue<T>(options: EventQueueOptions): EventQueue<T> {
  const { mostWaiting, mostBytes, stalledMs, source, onStalled, onLeft } = options;
  let waiting: Waiting<T>[] = [];
  let bytesWaiting = 0;
  let paused = false;
  let ended = false;
  let failure: Error | undefined;
  let left = false;
  let stalled: NodeJS.Timeout | undefined;
  const takers: { resolve(result: IteratorResult<T>): void; reject(error: Error): void }[] = [];

  function isFull(): boolean {
    return waiting.length >= mostWaiting || bytesWaiting >= mostBytes;
  }

  /** From now on something has to be taken within the time. */
  function watch(): void {
    clearTimeout(stalled);
    stalled = paused && !ended ? setTimeout(onStalled, stalledMs) : undefined;
  }

  function last(): Promise<IteratorResult<T>> {
    const error = failure;
    failure = undefined;
    return error === undefined ? Promise.resolve(DONE) : Promise.reject(error);
  }

  function end(error?: Error): void {
    if (ended) return;
    ended = true;
    failure = error;
    clearTimeout(stalled);
    for (const taker of takers.splice(0)) last().then(taker.resolve, taker.reject);
  }

  function leave(): void {
    waiting = [];
    bytesWaiting = 0;
    const wasOver = ended;
    end();
    failure = undefined;
    if (wasOver || left) return;
    left = true;
    onLeft();
  }

  return {
    push(event, bytes) {
      if (ended) return;
      const taker = takers.shift();
      if (taker !== undefined) {
        taker.resolve({ done: false, value: event });
        return;
      }
      waiting.push({ event, bytes });
      bytesWaiting += bytes;
      if (paused || !isFull()) return;
      paused = true;
      source.pause();
      watch();
    },
    end,
    drop(error) {
      waiting = [];
      bytesWaiting = 0;
      if (ended) failure = error;
      else end(error);
    },
    next() {
      const first = waiting.shift();
      if (first === undefined) {
        if (ended) return last();
        return new Promise((resolve, reject) => takers.push({ resolve, reject }));
      }
      bytesWaiting -= first.bytes;
      if (paused && !ended && waiting.length * 2 <= mostWaiting && bytesWaiting * 2 <= mostBytes) {
        paused = false;
        source.resume();
      }
      watch();
      return Promise.resolve({ done: false, value: first.event });
    },
    async return() {
      leave();
      return DONE;
    },
    async throw(error: unknown) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
