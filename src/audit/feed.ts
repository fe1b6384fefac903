import { GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { EventFilter, EventStore } from '../stores/index.js';
import { type FollowedEvent, Follower } from './tail/follower.js';
import type { TailPosition } from './tail/position.js';
import { PrunedPlaces } from './tail/pruned-places.js';
import { Tail } from './tail/tail.js';
import type { AuditTrail } from './trail.js';

/** The live tail of the audit trail: events of this replica as they are recorded, those of others within about a second. */
export interface AuditFeed {
  /**
   * Every event of any replica that passes the filter and is not before the position, each once and each chain in order. Events
   * of the past come from the store, as fast as they are asked for; so do those that a slow consumer leaves waiting. Ends by
   * `return()`; `next` must not be called again before it has settled.
   * @param after null: events that are recorded once this has resolved, and none that was before it was called.
   * @param permit awaited before anything is given; where it rejects, nothing is.
   * @throws GatewayError BAD_USER_INPUT where events after the position were pruned; from the stream UPSTREAM_UNAVAILABLE, where what it
   *   had not given yet was pruned meanwhile: nothing is passed over in silence.
   * @throws StoreUnavailableError here, and from the stream where it has to be read from the store.
   */
  subscribe(
    filter: EventFilter,
    after: TailPosition | null,
    permit: () => Promise<void>,
  ): Promise<AsyncIterableIterator<FollowedEvent>>;
  close(): void;
}

export interface AuditFeedOptions {
  readonly events: EventStore;
  readonly trail: Pick<AuditTrail, 'onRecorded'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One tail for all subscribers, from the first to the last of them. */
export function createAuditFeed({ events, trail, clock, logger }: AuditFeedOptions): AuditFeed {
  const followers = new Set<Follower>();
  /** Those that subscribe just now, too. */
  let users = 0;
  let starting: Promise<Tail> | null = null;
  let running: Tail | null = null;
  let closed = false;

  const stopListening = trail.onRecorded((recorded) => running?.accept(recorded));

  async function start(): Promise<Tail> {
    const tail = await Tail.start({
      events,
      clock,
      logger,
      onEvent(event) {
        for (const follower of followers) follower.offer(event);
      },
    });
    if (closed) await tail.stop();
    else running = tail;
    return tail;
  }

  /** A tail that has seen everything stored by now. */
  async function current(): Promise<Tail> {
    if (starting === null) {
      starting = start();
      starting.catch(() => {
        starting = null;
      });
      return starting;
    }
    const tail = await starting;
    await tail.catchUp();
    return tail;
  }

  function leave(): void {
    users -= 1;
    if (users > 0) return;
    starting = null;
    void running?.stop();
    running = null;
  }

  return {
    async subscribe(filter, after, permit) {
      users += 1;
      try {
        const { places } = await current();
        const pruned = await PrunedPlaces.look(events);
        if (after !== null) await pruned.checkPosition(after);
        await permit();
        if (closed) throw new GatewayError('UPSTREAM_UNAVAILABLE', { message: 'The gateway is stopping.' });
        const follower = new Follower({ events, places, pruned, clock, filter, after });
        followers.add(follower);
        const stream: AsyncIterableIterator<FollowedEvent> = {
          next: () => follower.next(),
          async return() {
            if (followers.delete(follower)) leave();
            follower.close();
            return { done: true, value: undefined };
          },
          [Symbol.asyncIterator]: () => stream,
        };
        return stream;
      } catch (error) {
        leave();
        throw error;
      }
    },
    close() {
      closed = true;
      stopListening();
      for (const follower of followers) follower.close();
      followers.clear();
      void running?.stop();
      running = null;
    },
  };
}
