import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { eventChain } from '../support/store-fixtures.js';
import { itNeeds, MONGO_TIMEOUT_MS, type MongoSetting, withWiredStore } from './mongo-setting.js';

/** Watching by change streams: where there are none the store says so, and where the server goes away it comes back. */
export function describeMongoWatching(setting: MongoSetting): void {
  describe('watching', () => {
    if (setting.kind.lacks['change-streams'] !== undefined) {
      it(
        'is declined where the server has no change streams, and everything else goes on',
        async () => {
          await withWiredStore(setting, async ({ store }) => {
            expect(await store.events.watch?.(() => undefined)).toBeNull();
            await store.events.append(eventChain('unwatched', 2));
            expect(await store.events.chain('unwatched', 0, 9)).toHaveLength(2);
          });
        },
        MONGO_TIMEOUT_MS,
      );
    }

    itNeeds(setting, ['change-streams', 'fail-points'], 'is declined where the server refuses it', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const admin = db.client.db('admin');
        const refused = { failCommands: ['aggregate'], errorCode: 13 };
        await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data: refused });
        try {
          expect(await store.events.watch?.(() => undefined)).toBeNull();
        } finally {
          await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
        }
      }),
    );

    itNeeds(setting, ['change-streams'], 'is unavailable, not declined, while the server does not answer', () =>
      withWiredStore(setting, async ({ store, wire }) => {
        wire.cut();
        await expect(store.events.watch?.(() => undefined)).rejects.toBeInstanceOf(StoreUnavailableError);
        wire.mend();
      }),
    );

    itNeeds(setting, ['change-streams'], 'says that it is lost with the server, and finds its way back by itself', () =>
      withWiredStore(setting, async ({ store, wire, db }) => {
        let told = 0;
        const watch = await store.events.watch?.(() => {
          told += 1;
        });
        try {
          await insert(db, 'before');
          await until(() => told > 0);
          wire.cut();
          await until(() => watch?.alive() === false);
          const lost = told;
          wire.mend();
          await recovered(store);
          await until(() => watch?.alive() === true && told > lost);
          await pause(1_500);
          const found = told;
          await insert(db, 'after');
          await until(() => told > found);
        } finally {
          await watch?.stop();
        }
      }),
    );

    itNeeds(setting, ['change-streams'], 'is not tried over the only connection there is', () =>
      withWiredStore(setting, async ({ wire, name }) => {
        const { createMongoStore } = await import('../../src/stores/mongo/index.js');
        const separator = wire.uri.includes('?') ? '&' : '?';
        const store = createMongoStore({ uri: `${wire.uri}${separator}maxPoolSize=1`, database: name });
        await store.open();
        try {
          expect(await store.events.watch?.(() => undefined)).toBeNull();
        } finally {
          await store.close();
        }
      }),
    );
  });
}

/** Writes past the store, as another gateway would. */
async function insert(db: import('mongodb').Db, id: string): Promise<void> {
  await db.collection<{ _id: string }>('impersonationEvents').insertOne({ _id: id });
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds(); await pause(20)) {
    if (performance.now() > end) throw new Error('it never came');
  }
}

async function recovered(store: Store): Promise<void> {
  for (const end = performance.now() + 20_000; ; await pause(50)) {
    try {
      return await store.ping();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}
