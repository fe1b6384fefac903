import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RecordedEvent } from '../../src/audit/recorded-event.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { type RunningGateway, type RunningGatewayOptions, startGateway } from '../support/running-gateway.js';
import { readEvents } from './trail.js';

/** Which parts of the store do not answer just now. */
export interface Outage {
  events: boolean;
  sessions: boolean;
}

/** A gateway of its own for one attack. */
export interface Ground extends RunningGateway {
  /** Its data folder, with the keys it made. */
  readonly directory: string;
  readonly outage: Outage;
  /** All events that are durable by now, oldest first. */
  events(): Promise<readonly RecordedEvent[]>;
  /** Ends the outage, stops the gateway, which writes whatever it still holds, and gives the whole trail. */
  finish(): Promise<readonly RecordedEvent[]>;
  /** Stops whatever still runs and removes the folder. */
  clear(): Promise<void>;
}

export async function prepareGround(options: Omit<RunningGatewayOptions, 'directory'> = {}): Promise<Ground> {
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-attack-'));
  const outage: Outage = { events: false, sessions: false };
  let closeStore = async () => {};
  let opened: Store | null = null;

  const running = await startGateway({
    ...options,
    directory,
    wrapStore(store) {
      opened = store;
      closeStore = () => store.close();
      const failing: Store = {
        ...store,
        events: breakable(store.events, () => outage.events),
        sessions: breakable(store.sessions, () => outage.sessions),
        // Held open, so that the trail can be read after the gateway has written its last event.
        close: async () => {},
      };
      return options.wrapStore?.(failing) ?? failing;
    },
  });

  async function events(): Promise<readonly RecordedEvent[]> {
    if (opened === null) throw new Error('the gateway has not opened its store');
    return readEvents(opened);
  }

  return {
    ...running,
    directory,
    outage,
    events,
    async finish() {
      outage.events = false;
      outage.sessions = false;
      await running.stop();
      return events();
    },
    async clear() {
      await running.stop();
      await closeStore();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The port, of which every method rejects while `isDown`. */
function breakable<T extends object>(port: T, isDown: () => boolean): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        isDown()
          ? Promise.reject(new StoreUnavailableError('this part of the store does not answer'))
          : Reflect.apply(member, target, args);
    },
  });
}
