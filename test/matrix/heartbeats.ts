import type { HostModule } from '../../src/host-module.js';

/** An application with a subscription that any signed-in person may open: also under an impersonation of a customer. */
export interface Heartbeats {
  readonly module: HostModule;
  /** Sends everybody who listens the next beat. */
  beat(): void;
}

export function createHeartbeats(): Heartbeats {
  const listeners = new Set<(beat: number) => void>();
  let last = 0;

  /** The first beat at once; then those that come. */
  function listen(): AsyncIterableIterator<number> {
    const waiting: number[] = [last];
    let wake: (() => void) | null = null;
    let closed = false;
    const listener = (beat: number) => {
      waiting.push(beat);
      wake?.();
    };
    listeners.add(listener);
    return {
      async next() {
        for (;;) {
          if (closed) return { done: true, value: undefined };
          const beat = waiting.shift();
          if (beat !== undefined) return { done: false, value: beat };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        closed = true;
        listeners.delete(listener);
        wake?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    module: {
      name: 'heartbeats',
      typeDefs: 'extend type Subscription { heartbeat: Int! @authenticated }',
      resolvers: { Subscription: { heartbeat: { subscribe: listen, resolve: (beat: number) => beat } } },
    },
    beat() {
      last += 1;
      for (const listener of listeners) listener(last);
    },
  };
}
