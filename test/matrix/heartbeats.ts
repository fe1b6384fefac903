import type { HostModule } from '../../src/host-module.js';

/** An application with a subscription that any signed-in person may open: also under an impersonation of a customer. */
export interface Heartbeats {
  readonly module: HostModule;
  /** Sends those who listen on this channel the next beat. */
  beat(channel: string): void;
}

export function createHeartbeats(): Heartbeats {
  const listeners = new Set<{ readonly channel: string; readonly hear: (beat: number) => void }>();
  let last = 0;

  /** The first beat at once; then those that come. */
  function listen(_source: unknown, { channel }: { readonly channel: string }): AsyncIterableIterator<number> {
    const waiting: number[] = [last];
    let wake: (() => void) | null = null;
    let closed = false;
    const listener = {
      channel,
      hear(beat: number) {
        waiting.push(beat);
        wake?.();
      },
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
      typeDefs: 'extend type Subscription { heartbeat(channel: String!): Int! @authenticated }',
      resolvers: { Subscription: { heartbeat: { subscribe: listen, resolve: (beat: number) => beat } } },
    },
    beat(channel) {
      last += 1;
      for (const listener of listeners) if (listener.channel === channel) listener.hear(last);
    },
  };
}
