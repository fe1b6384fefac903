import type { User } from '../../domain/user.js';
import { StoreUnusableError } from '../../errors/index.js';
import type { Store } from '../store.js';
import type { CommandListener } from './commands.js';
import { MongoConnection } from './connection.js';
import { createMongoEvents, EVENTS_COLLECTION } from './events.js';
import {
  EVENT_INDEXES,
  ensureIndexes,
  type OnWaiting,
  OPENING_INDEX,
  SEAL_INDEXES,
  SESSION_INDEXES,
  userIndexes,
} from './indexes.js';
import { insertMissing } from './insert-missing.js';
import { PING_MS } from './limits.js';
import { createMongoSeals, SEALS_COLLECTION } from './seals.js';
import { createMongoSessions, SESSIONS_COLLECTION } from './sessions.js';
import { userDocument } from './user-documents.js';
import { type UserFields, userFields } from './user-fields.js';
import { createMongoUsers } from './users.js';

export type { CommandListener, StoreCommand } from './commands.js';

const OWN_USERS_COLLECTION = 'users';

export interface MongoStoreOptions {
  /** A MongoDB connection string. What it says of write concern, read concern and read preference is overruled. */
  readonly uri: string;
  readonly database: string;
  /** Default `users`. Any other collection belongs to another application: it is read, never written or indexed. */
  readonly usersCollection?: string;
  /** Our name of a field → their (dotted) path; setting any makes the collection another application's, as above. */
  readonly usersFields?: Partial<Record<keyof UserFields, string>>;
  /** Shown in MongoDB's own log and list of connections; no secret. */
  readonly gatewayInstance?: string;
  /** Is told of the commands that are sent; absent: the driver watches none. */
  readonly commands?: CommandListener;
  /** Is told what `open` waits for that another process does. */
  readonly onWaiting?: OnWaiting;
}

export interface MongoStore extends Store {
  /** What the operator should know and the gateway can run without, in sentences for the log; complete after `open`. */
  readonly notices: readonly string[];
}

/**
 * The system of record in MongoDB 4.4 or later, a replica set in production. Writes are acknowledged by a majority, journaled;
 * reads are majority reads from the primary. Nothing is connected before `open`, which may be repeated after it failed.
 * @throws StoreUnusableError where `usersFields` is not a mapping of the fields of a user.
 */
export function createMongoStore(options: MongoStoreOptions): MongoStore {
  const { usersCollection = OWN_USERS_COLLECTION, usersFields, onWaiting } = options;
  const fields = userFields(usersFields);
  const foreign = usersCollection !== OWN_USERS_COLLECTION || Object.keys(usersFields ?? {}).length > 0;
  const connection = new MongoConnection(options.uri, options.database, options.gatewayInstance, options.commands);
  const notices: string[] = [];

  /** Not every server has partial indexes; the index on the time serves without it, at the cost of all events since then. */
  const noticeOpeningIndex = async (): Promise<void> => {
    try {
      await ensureIndexes(connection, EVENTS_COLLECTION, [OPENING_INDEX], onWaiting);
    } catch (error) {
      if (!(error instanceof StoreUnusableError)) throw error;
      notices.push(`The partial index of ${EVENTS_COLLECTION} could not be created; sealing may be slow.`);
    }
  };

  const noticeUsersIndexes = async (): Promise<void> => {
    if (foreign) {
      notices.push(`The collection ${usersCollection} is another application's: its indexes are left to that one.`);
      return;
    }
    try {
      await ensureIndexes(connection, usersCollection, userIndexes(fields), onWaiting);
    } catch (error) {
      if (!(error instanceof StoreUnusableError)) throw error;
      notices.push(`The indexes of ${usersCollection} could not be created; searching for people may be slow.`);
    }
  };

  return {
    kind: 'mongodb',
    notices,
    events: createMongoEvents(connection),
    sessions: createMongoSessions(connection),
    seals: createMongoSeals(connection),
    users: createMongoUsers(connection, usersCollection, fields),

    async open() {
      notices.length = 0;
      await connection.open();
      await ensureIndexes(connection, EVENTS_COLLECTION, EVENT_INDEXES, onWaiting);
      await noticeOpeningIndex();
      await ensureIndexes(connection, SEALS_COLLECTION, SEAL_INDEXES, onWaiting);
      await ensureIndexes(connection, SESSIONS_COLLECTION, SESSION_INDEXES, onWaiting);
      await noticeUsersIndexes();
    },

    async ping() {
      await connection.run('ping', (db) => db.command({ ping: 1 }), { deadlineMs: PING_MS });
    },

    async seedUsers(users) {
      if (foreign) throw new StoreUnusableError('Users of another application cannot be seeded.');
      await insertMissing(connection, 'seedUsers', usersCollection, distinct(users).map(userDocument), () => undefined);
    },

    close: () => connection.close(),
  };
}

/**
 * Connects, asks the server for its version and reads one person; makes and changes nothing.
 * @throws StoreUnusableError, StoreUnavailableError
 */
export async function probeMongo(options: MongoStoreOptions): Promise<{ readonly version: string }> {
  const { usersCollection = OWN_USERS_COLLECTION } = options;
  const connection = new MongoConnection(options.uri, options.database, options.gatewayInstance);
  try {
    await connection.open();
    await connection.run('ping', (db) => db.command({ ping: 1 }), { deadlineMs: PING_MS });
    const about = await connection.run('buildInfo', (db) => db.command({ buildInfo: 1 }));
    await connection.run('users.probe', (db) => db.collection(usersCollection).findOne({}));
    return { version: typeof about.version === 'string' ? about.version : 'of unknown version' };
  } finally {
    await connection.close();
  }
}

/** Each id once; the first counts. */
function distinct(users: readonly User[]): User[] {
  const seen = new Set<string>();
  return users.filter(({ id }) => !seen.has(id) && seen.add(id));
}
