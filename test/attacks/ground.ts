import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RecordedEvent } from '../../src/audit/recorded-event.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { EventStore, SessionStore, Store } from '../../src/stores/index.js';
import { type RunningGateway, type RunningGatewayOptions, startGateway } from '../support/running-gateway.js';
import { readEvents } from './trail.js';

/** What happens to the store behind the gateway's back; set and unset while an attack runs. */
export interface Meddling {
  /** `down`: the events cannot be read or written. Else: methods to use in place of the store's own. */
  events: 'down' | Partial<EventStore>;
  sessions: 'down' | Partial<SessionStore>;
}

export type GroundOptions = Omit<RunningGatewayOptions, 'directory' | 'wrapStore'>;

/** A gateway of its own for one attack. */
export interface Ground extends RunningGateway {
  /** Its data folder, with the keys it made. */
  readonly directory: string;
  readonly meddling: Meddling;
  /** The store as it is, untouched by any meddling. */
  readonly truth: Store;
  /** Another gateway on the same store, under the same address in its tokens; stopped together with this one. */
  replica(): Promise<RunningGateway>;
  /** All events that are durable by now, oldest first. */
  events(): Promise<readonly RecordedEvent[]>;
  /** Ends the meddling, stops the gateways, which write whatever they still hold, and gives the whole trail. */
  finish(): Promise<readonly RecordedEvent[]>;
  /** Stops whatever still runs and removes the folder. */
  clear(): Promise<void>;
}

export async function prepareGround(
  setUp: GroundOptions | ((directory: string) => Promise<GroundOptions>) = {},
): Promise<Ground> {
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-attack-'));
  const options = typeof setUp === 'function' ? await setUp(directory) : setUp;
  const meddling: Meddling = { events: {}, sessions: {} };
  const replicas: RunningGateway[] = [];
  let truth: Store | null = null;

  const running = await startGateway({
    ...options,
    directory,
    wrapStore(store) {
      truth = store;
      return {
        ...store,
        events: meddledWith(store.events, () => meddling.events),
        sessions: meddledWith(store.sessions, () => meddling.sessions),
        // Held open, so that the trail can be read after the gateway has written its last event.
        close: async () => {},
      };
    },
  });
  if (truth === null) throw new Error('the gateway runs without its store');
  const store: Store = truth;

  async function stopAll(): Promise<void> {
    meddling.events = {};
    meddling.sessions = {};
    await Promise.all([running, ...replicas].map((gateway) => gateway.stop()));
  }

  return {
    ...running,
    directory,
    meddling,
    truth: store,
    async replica() {
      const replica = await startGateway({
        ...options,
        directory,
        environment: { PUBLIC_URL: running.url, ...options.environment },
      });
      replicas.push(replica);
      return replica;
    },
    events: () => readEvents(store),
    async finish() {
      await stopAll();
      return readEvents(store);
    },
    async clear() {
      await stopAll();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The port, with the methods that somebody meddles with in place of its own. */
function meddledWith<T extends object>(port: T, meddling: () => 'down' | Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const now = meddling();
        if (now === 'down') return Promise.reject(new StoreUnavailableError('this part of the store does not answer'));
        const instead: unknown = Reflect.get(now, name);
        return Reflect.apply(typeof instead === 'function' ? instead : member, target, args);
      };
    },
  });
}
