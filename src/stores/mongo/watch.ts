import { setTimeout as pause } from 'node:timers/promises';
import { type ChangeStream, MongoServerError } from 'mongodb';
import type { EventWatch } from '../event-store.js';
import type { MongoConnection } from './connection.js';
import { WATCH_AWAIT_MS, WATCH_RETRY_FIRST_MS, WATCH_RETRY_MOST_MS } from './limits.js';

/** Inserts alone, and of them nothing but that they happened. */
const INSERTS = [{ $match: { operationType: 'insert' } }, { $project: { _id: 1 } }];

/**
 * Calls `onChange` after inserts into the collection that a majority holds, by a change stream. A stream that breaks is opened
 * anew, from then on: what was inserted in between is the follower's to look for, and `onChange` says when.
 * @returns null where the server has no change streams (it is not a member of a replica set) or the database user may not
 *   open one, and where the address allows a single connection, which a stream would keep for itself.
 * @throws StoreUnavailableError where the server does not answer.
 */
export async function watchInserts(
  connection: MongoConnection,
  collection: string,
  onChange: () => void,
): Promise<EventWatch | null> {
  let stopped = false;
  const first = await openStream(connection, collection);
  if (first === null) return null;
  let stream: ChangeStream | null = first;

  async function follow(): Promise<void> {
    let wait = WATCH_RETRY_FIRST_MS;
    while (!stopped) {
      try {
        if (stream === null) {
          stream = await openStream(connection, collection);
          if (stream === null) return;
          onChange();
        }
        wait = WATCH_RETRY_FIRST_MS;
        while (!stopped) {
          await stream.next();
          onChange();
        }
      } catch {
        if (stopped) return;
        await drop();
        onChange();
        await pause(wait, undefined, { ref: false });
        wait = Math.min(wait * 2, WATCH_RETRY_MOST_MS);
      }
    }
  }

  async function drop(): Promise<void> {
    const dropped = stream;
    stream = null;
    await dropped?.close().catch(() => undefined);
  }

  const following = follow();
  return {
    alive: () => stream !== null && !stopped,
    async stop() {
      stopped = true;
      await drop();
      // What is left of it is at most a pause before another try.
      await Promise.race([following, pause(WATCH_RETRY_FIRST_MS, undefined, { ref: false })]);
    },
  };
}

async function openStream(connection: MongoConnection, collection: string): Promise<ChangeStream | null> {
  let opening: ChangeStream | undefined;
  try {
    return await connection.run(
      'events.watch',
      async (db) => {
        if (db.client.options.maxPoolSize === 1) return null;
        opening = db.collection(collection).watch(INSERTS, { maxAwaitTimeMS: WATCH_AWAIT_MS });
        // The driver opens it with the first look alone, and only then does the server say whether it can.
        await opening.tryNext();
        return opening;
      },
      { expected: (error) => error instanceof MongoServerError && !error.hasErrorLabel('ResumableChangeStreamError') },
    );
  } catch (error) {
    void opening?.close().catch(() => undefined);
    if (error instanceof MongoServerError) return null;
    throw error;
  }
}
