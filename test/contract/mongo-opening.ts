import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { StoreUnusableError } from '../../src/errors/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { EPOCH, eventChain } from '../support/store-fixtures.js';
import { itNeeds, type MongoSetting, withWiredStore } from './mongo-setting.js';

const PASSWORD = 'correct-horse-battery';

export function describeMongoOpening(setting: MongoSetting): void {
  describe('opening', () => {
    const failure = async (uri: string) => {
      const store = createMongoStore({ uri, database: setting.freshName() });
      const error = await store.open().catch((reason: unknown) => reason);
      await store.close();
      return error;
    };

    for (const uri of [
      `mongo://ada:${PASSWORD}@`,
      `mongodb://ada:${PASSWORD}@host:port:1`,
      `mongodb://a:${PASSWORD}@h/?w=`,
      '',
    ]) {
      it(`is refused for ${JSON.stringify(uri.replace(PASSWORD, '…'))}, and no trace of the address is kept`, async () => {
        const error = await failure(uri);
        expect(error).toBeInstanceOf(StoreUnusableError);
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain(PASSWORD);
      });
    }

    itNeeds(
      setting,
      ['authentication'],
      'is refused with a wrong password, which the error does not hold',
      async () => {
        const uri = new URL(setting.peer().uri);
        uri.username = 'nobody';
        uri.password = PASSWORD;
        const error = await failure(uri.href);
        expect(error).toBeInstanceOf(StoreUnusableError);
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain(PASSWORD);
      },
    );

    it('may be repeated, by several replicas at once', () =>
      withWiredStore(setting, async ({ wire, name }) => {
        const replicas = Array.from({ length: 4 }, () => createMongoStore({ uri: wire.uri, database: name }));
        await Promise.all(replicas.map((replica) => replica.open()));
        await Promise.all(replicas.map((replica) => replica.ping()));
        await Promise.all(replicas.map((replica) => replica.close()));
      }));

    it('creates the unique index that the limit of active sessions rests on', () =>
      withWiredStore(setting, async ({ db }) => {
        const indexes = await db.collection('impersonationSessions').listIndexes().toArray();
        expect(indexes.find(({ key }) => 'activeSlot' in key)).toMatchObject({ key: { activeSlot: 1 }, unique: true });
        const sessions = db.collection<{ _id: string }>('impersonationSessions');
        await sessions.insertMany([{ _id: 'no slot' }, { _id: 'no slot either' }]);
        await sessions.insertOne({ _id: 'a', activeSlot: 's#0' } as { _id: string });
        await expect(sessions.insertOne({ _id: 'b', activeSlot: 's#0' } as { _id: string })).rejects.toThrow(
          /duplicate/i,
        );
      }));

    it('asks which of its indexes are ready, not only which there are', () =>
      withWiredStore(setting, async ({ wire }) => {
        const looks = wire.commands.filter((command) => 'listIndexes' in command);
        expect(looks.map(({ listIndexes }) => listIndexes)).toContain('impersonationSessions');
        expect(looks.filter(({ includeBuildUUIDs }) => includeBuildUUIDs !== true)).toEqual([]);
      }));

    it('creates a small index of the events that open a chain, and one of the chains that seals cover', () =>
      withWiredStore(setting, async ({ db, store }) => {
        const openings = await db.collection('impersonationEvents').listIndexes().toArray();
        expect(openings.find(({ name }) => name === 'occurredAt_1')).toMatchObject({
          partialFilterExpression: { sequence: 0 },
        });
        const seals = await db.collection('auditSeals').listIndexes().toArray();
        expect(seals.map(({ key }) => key)).toContainEqual({ 'chains.chain': 1, _id: -1 });
        expect(store.notices).toEqual([]);
      }));

    itNeeds(
      setting,
      ['index-conflict'],
      'goes on where the small index cannot be made, says so, and answers all the same',
      () =>
        withWiredStore(
          setting,
          async ({ store }) => {
            expect(store.notices.join()).toContain('impersonationEvents');
            await store.events.append(eventChain('opened', 3));
            expect(await store.events.openedSince(EPOCH)).toEqual(['opened']);
          },
          {
            prepare: async (db) => {
              await db.collection('impersonationEvents').createIndex({ occurredAt: 1 });
            },
          },
        ),
    );

    /** As a database user that may do nothing but what these commands are not. */
    const withoutRightTo = async (failCommands: readonly string[], during: () => Promise<void>) => {
      const admin = setting.db('admin').admin();
      const data = { failCommands, errorCode: 13 };
      await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
      try {
        await during();
      } finally {
        await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
      }
    };

    itNeeds(setting, ['fail-points'], 'needs no right to create anything where everything is there', () =>
      withWiredStore(setting, async ({ name }) =>
        withoutRightTo(['createIndexes', 'create'], async () => {
          const again = createMongoStore({ uri: setting.peer().uri, database: name });
          await again.open();
          expect(again.notices).toEqual([]);
          await again.close();
        }),
      ),
    );

    itNeeds(setting, ['fail-points'], 'without that right says what is missing, and who makes it', async () => {
      const database = setting.freshName();
      const store = createMongoStore({ uri: setting.peer().uri, database });
      await withoutRightTo(['createIndexes', 'create'], async () => {
        const error = await store.open().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StoreUnusableError);
        expect(String(error)).toContain('impersonationEvents lacks: {chain, sequence}');
        expect(String(error)).toContain('store prepare');
      });
      await store.close();
    });

    itNeeds(setting, ['fail-points'], 'without the right to look, asks for the indexes outright', () =>
      withWiredStore(setting, async ({ name, db }) => {
        await db.collection('impersonationSessions').dropIndex('activeSlot_1');
        await withoutRightTo(['listIndexes'], async () => {
          const again = createMongoStore({ uri: setting.peer().uri, database: name });
          await again.open();
          await again.close();
        });
        expect(await db.collection('impersonationSessions').indexExists('activeSlot_1')).toBe(true);
      }),
    );

    itNeeds(setting, ['index-conflict'], 'is refused where an index of the sessions cannot be created', async () => {
      const database = setting.freshName();
      await setting.db(database).collection('impersonationSessions').createIndex({ activeSlot: 1 });
      const store = createMongoStore({ uri: setting.peer().uri, database });
      const error = await store.open().catch((reason: unknown) => reason);
      await store.close();
      expect(error).toBeInstanceOf(StoreUnusableError);
      expect(String(error)).toContain('impersonationSessions');
    });

    itNeeds(setting, ['index-conflict'], 'goes on where an index of the users cannot be created, and says so', () =>
      withWiredStore(setting, async ({ store }) => expect(store.notices.join()).toContain('users'), {
        prepare: async (db) => {
          await db.collection('users').createIndex({ name: 1, _id: 1 }, { unique: true });
        },
      }),
    );
  });
}
