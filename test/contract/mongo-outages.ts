import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { activeSession, comparableEvent, EPOCH, eventChain } from '../support/store-fixtures.js';
import { itNeeds, type MongoSetting, withWiredStore } from './mongo-setting.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 1, endedById: null, endReason: null } as const;
/** Far above what the store allows itself, so that a slow machine does not fail the test, and far below "for ever". */
const SOON_MS = 8_000;

const CALLS: [string, (store: Store) => Promise<unknown>][] = [
  ['ping', (store) => store.ping()],
  ['events.append', (store) => store.events.append(eventChain('lost', 2))],
  ['events.page', (store) => store.events.page({}, { limit: 5, direction: 'forward' })],
  ['sessions.insert', (store) => store.sessions.insert(activeSession({ id: 'lost', actorId: 'lost' }), 1)],
  ['sessions.get', (store) => store.sessions.get('session-1')],
  ['sessions.end', (store) => store.sessions.end('session-1', STOPPED, { by: 'claim', at: EPOCH })],
  ['users.findByIds', (store) => store.users.findByIds(['user_carl'])],
];

export function describeMongoOutages(setting: MongoSetting): void {
  describe('an outage', () => {
    for (const outage of ['cut', 'silence'] as const) {
      const how = outage === 'cut' ? 'the server is gone' : 'the network swallows everything';
      it(`makes every call unavailable, soon and without telling the address, while ${how}; then all works again`, () =>
        withWiredStore(setting, async ({ store, wire }) => {
          await store.sessions.insert(activeSession(), 1);
          const { host } = new URL(wire.uri);
          wire[outage]();
          await Promise.all(CALLS.map(([name, call]) => expectUnavailable(name, call(store), host)));
          wire.mend();
          await recovered(store);
          await store.events.append(eventChain('after', 3));
          expect(await store.events.chain('after', 0, 9)).toHaveLength(3);
          expect((await store.sessions.get('session-1'))?.id).toBe('session-1');
        }));
    }

    itNeeds(setting, ['own-process'], 'that kills the server in mid-life is survived by the store', () =>
      withWiredStore(setting, async ({ store }) => {
        await store.events.append(eventChain('killed', 3));
        await setting.peer().kill?.();
        try {
          await Promise.all(CALLS.map(([name, call]) => expectUnavailable(name, call(store), 'mongodb:')));
        } finally {
          await setting.peer().restart?.();
        }
        await recovered(store);
        await store.events.append(eventChain('killed', 5));
        expect((await store.events.chain('killed', 0, 9)).map(comparableEvent)).toEqual(
          eventChain('killed', 5).map(comparableEvent),
        );
      }),
    );

    itNeeds(setting, ['own-process', 'durable'], 'loses nothing that was acknowledged, however abrupt', () =>
      withWiredStore(setting, async ({ store }) => {
        let acknowledged = 0;
        const writing = (async () => {
          for (const event of eventChain('abrupt', 400)) {
            await store.events.append([event]);
            acknowledged += 1;
            if (acknowledged === 50) void setting.peer().kill?.();
          }
        })();
        await expect(writing).rejects.toBeInstanceOf(StoreUnavailableError);
        await setting.peer().restart?.();
        await recovered(store);
        const kept = (await store.events.chain('abrupt', 0, 1000)).map(({ sequence }) => sequence);
        expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
        expect(kept).toEqual(kept.map((_, index) => index));
      }),
    );

    it('at the start is unavailable, not unusable, and the start may be repeated', () =>
      withWiredStore(setting, async ({ wire, name }) => {
        const store = createMongoStore({ uri: wire.uri, database: name });
        try {
          wire.cut();
          await expectUnavailable('open', store.open(), new URL(wire.uri).host);
          wire.mend();
          await store.open();
          await store.ping();
        } finally {
          await store.close();
        }
      }));
  });
}

async function expectUnavailable(name: string, call: Promise<unknown>, secret: string): Promise<void> {
  const startedAt = performance.now();
  const error = await call.then(
    () => new Error('it answered'),
    (failure: unknown) => failure,
  );
  expect(error, name).toBeInstanceOf(StoreUnavailableError);
  expect(String(error)).not.toContain(secret);
  expect(performance.now() - startedAt, name).toBeLessThan(SOON_MS);
}

async function recovered(store: Store): Promise<void> {
  for (const until = performance.now() + 20_000; ; ) {
    try {
      return await store.ping();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
  }
}
