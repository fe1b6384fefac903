import type { EventStore, SessionStore } from '../../../src/stores/index.js';
import { openReplica, type Stores } from './replicas.js';

/**
 * A process that dies at one of its calls to the store: from then on none of its calls is sent, and no answer reaches it. What
 * it may still do is think, which nobody sees.
 */
export class Mortal {
  /** How many calls to the store it has made. */
  calls = 0;
  dead = false;
  readonly #stores: Stores;
  #diesAt = Number.POSITIVE_INFINITY;
  #carriedOut = false;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /**
   * @param call at which of its calls from now on, 0 the next.
   * @param carriedOut whether the store still carries that call out.
   */
  diesAt(call: number, carriedOut: boolean): void {
    this.#diesAt = this.calls + call;
    this.#carriedOut = carriedOut;
  }

  replica() {
    const events = this.#mortal<EventStore>(this.#stores.events.port);
    const sessions = this.#mortal<SessionStore>(this.#stores.sessions);
    return openReplica(this.#stores, { events, sessions });
  }

  #mortal<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.dead) return new Promise(() => {});
          const dies = this.calls++ === this.#diesAt;
          this.dead ||= dies;
          if (dies && !this.#carriedOut) return new Promise(() => {});
          const answer: unknown = Reflect.apply(member, target, args);
          if (!(answer instanceof Promise)) return answer;
          // Dead by the time the answer comes: nobody is there to hear it.
          return new Promise((resolve, reject) => {
            answer.then(
              (value) => void (this.dead || resolve(value)),
              (error: unknown) => void (this.dead || reject(error)),
            );
          });
        };
      },
    });
  }
}
