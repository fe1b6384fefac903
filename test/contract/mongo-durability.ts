import type { Db, Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import {
  activeSession,
  comparableEvent,
  directoryUser,
  EPOCH,
  eventChain,
  storedEvent,
  storedSeal,
} from '../support/store-fixtures.js';
import { itNeeds, type MongoSetting, type WiredStore, withWiredStore } from './mongo-setting.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 1, endedById: null, endReason: null } as const;
const WRITES = ['insert', 'update', 'findAndModify', 'delete'];
const READS = ['find', 'aggregate', 'distinct', 'count'];

export function describeMongoDurability(setting: MongoSetting): void {
  describe('what goes over the wire', () => {
    it('asks a journaled majority for every write and a majority view for every read', () =>
      withWiredStore(setting, async (wired) => {
        await everything(wired);
        expectMajority(wired.wire.commands);
      }));

    it('does so whatever the address asks for', () =>
      withWiredStore(setting, async ({ wire, name }) => {
        const { createMongoStore } = await import('../../src/stores/mongo/index.js');
        const lax = new URL(wire.uri);
        for (const [option, value] of Object.entries({
          w: '1',
          journal: 'false',
          wtimeoutMS: '1',
          readConcernLevel: 'local',
          readPreference: 'nearest',
        })) {
          lax.searchParams.set(option, value);
        }
        const store = createMongoStore({ uri: lax.href, database: name });
        await store.open();
        const before = wire.commands.length;
        await store.events.append(eventChain('lax', 2));
        await store.events.chain('lax', 0, 5);
        await store.close();
        expectMajority(wire.commands.slice(before));
      }));

    it('is one command each for a batch of events, for any number of users, and for a page; activity that others have noted is two', () =>
      withWiredStore(setting, async ({ store, wire }) => {
        const sent = async (call: () => Promise<unknown>) => {
          const before = wire.commands.length;
          await call();
          return wire.commands.slice(before).map((command) => Object.keys(command)[0]);
        };
        expect(await sent(() => store.events.append(eventChain('batch', 300)))).toEqual(['insert']);
        expect(await sent(() => store.events.page({}, { limit: 250, direction: 'forward' }))).toEqual(['find']);
        expect(await sent(() => store.events.chain('batch', 0, 250))).toEqual(['find']);
        const inactivity = { limitMs: 60_000, endsAt: EPOCH + 60_000 };
        await store.sessions.insert(activeSession({ id: 'used', inactivity }), 3);
        expect(await sent(() => store.sessions.prolong('used', EPOCH, EPOCH + 70_000))).toEqual(['findAndModify']);
        // No read: what another replica has just written need not be in what a majority has, and the session would be taken for ended.
        expect(await sent(() => store.sessions.prolong('used', EPOCH, EPOCH + 65_000))).toEqual([
          'findAndModify',
          'findAndModify',
        ]);
        expect(await sent(() => store.users.findByIds(Array.from({ length: 200 }, (_, n) => `u${n}`)))).toEqual([
          'find',
        ]);
      }));
  });

  const whereFailing =
    setting.kind.lacks['fail-points'] === undefined ? describe : (_: string, tests: () => void) => tests();
  whereFailing('writes whose outcome is not known', () => {
    const majorityTimesOut = {
      failCommands: ['insert', 'findAndModify', 'update'],
      writeConcernError: { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' },
    };

    itNeeds(setting, ['fail-points'], 'are never reported as done while a majority has not acknowledged them', () =>
      withWiredStore(setting, async ({ store, db }) => {
        await store.sessions.insert(activeSession({ id: 'open' }), 3);
        const inactivity = { limitMs: 60_000, endsAt: EPOCH + 60_000 };
        await store.sessions.insert(activeSession({ id: 'used', inactivity }), 3);
        const events = eventChain('ambiguous', 3);
        const calls = [
          () => store.events.append(events),
          () => store.sessions.insert(activeSession({ id: 'new', actorId: 'other' }), 3),
          () => store.sessions.end('open', STOPPED, { by: 'claim', at: EPOCH }),
          () => store.sessions.prolong('used', EPOCH, EPOCH + 70_000),
          () => store.sessions.renewEndClaim('open', { by: 'claim', at: EPOCH }),
          () => store.sessions.confirmEndRecorded('open'),
          () => store.sessions.setStartsSettledUpTo(EPOCH),
          () => store.sessions.voidStart('void', { by: 'claim', at: EPOCH }),
          () => store.seals.insert(storedSeal()),
          () => store.events.eraseDetails('user_ada'),
          () => store.sessions.eraseDetails('user_ada'),
        ];
        await failing(db, majorityTimesOut, async () => {
          for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailableError);
        });
        await store.events.append(events);
        expect((await store.events.chain('ambiguous', 0, 9)).map(comparableEvent)).toEqual(events.map(comparableEvent));
        expect(await store.sessions.voidStart('new', { by: 'claim', at: EPOCH })).toBe(false);
        expect(await store.seals.insert(storedSeal())).toBe('stored');
        expect(await store.seals.insert(storedSeal({ chains: ['other'] }))).toBe('taken');
      }),
    );

    itNeeds(setting, ['fail-points'], 'are retried over a broken connection, and happen once', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const once = { failCommands: ['insert'], closeConnection: true };
        await failing(db, once, () => store.events.append(eventChain('retried', 3)), { times: 1 });
        expect(await store.events.chain('retried', 0, 9)).toHaveLength(3);
        await failing(db, once, () => store.sessions.insert(activeSession(), 1), { times: 1 });
        expect(await store.sessions.countActive('user_ada', EPOCH)).toBe(1);
      }),
    );

    itNeeds(setting, ['fail-points'], 'name the refusal, but neither address nor content', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const refused = { failCommands: ['insert'], errorCode: 13 };
        await failing(db, refused, async () => {
          const error = await store.events
            .append([storedEvent({ chain: 'refused' })])
            .catch((failure: unknown) => failure);
          expect(error).toBeInstanceOf(StoreUnavailableError);
          expect(String(error)).toContain('events.append');
          expect(String(error)).not.toMatch(/127\.0\.0\.1|mongodb:|refused:0|user_ada/);
          expect((error as Error).cause).toBeInstanceOf(Error);
        });
      }),
    );
  });
}

async function everything({ store }: WiredStore): Promise<void> {
  await store.events.append(eventChain('wire', 3));
  await store.events.append(eventChain('wire', 4));
  await store.events.get('wire:000000000000');
  await store.events.page({ actorId: 'user_ada' }, { limit: 5, direction: 'forward' });
  await store.events.chain('wire', 0, 5);
  await store.events.chains();
  await store.events.chainsSince(EPOCH);
  await store.events.openedSince(EPOCH);
  await store.events.count({ types: ['AUDIT_READ'], from: EPOCH, until: EPOCH + 9, width: 3 });
  await store.events.heads();
  await store.events.existing(['wire:000000000000']);
  await store.events.eraseDetails('user_ada');
  await store.seals.insert(storedSeal());
  await store.seals.insert(storedSeal());
  await store.seals.latest();
  await store.seals.covering('chain-a');
  await store.seals.from(0, 5);
  await store.sessions.insert(activeSession(), 1);
  await store.sessions.get('session-1');
  await store.sessions.getMany(['session-1']);
  await store.sessions.end('session-1', STOPPED, { by: 'claim', at: EPOCH });
  await store.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH * 2 }, 0);
  await store.sessions.renewEndClaim('session-1', { by: 'claim', at: EPOCH });
  await store.sessions.setStartsSettledUpTo(EPOCH);
  await store.sessions.startsSettledUpTo();
  await store.sessions.confirmEndRecorded('session-1');
  await store.sessions.dueForExpiry(EPOCH, 5);
  await store.sessions.countActive('user_ada', EPOCH);
  await store.sessions.prolong('open', EPOCH, EPOCH + 1);
  await store.sessions.countStartedSince('user_ada', EPOCH);
  await store.sessions.page({}, { limit: 5, direction: 'forward' });
  await store.sessions.eraseDetails('user_ada');
  await store.sessions.voidStart('void', { by: 'claim', at: EPOCH });
  await store.seedUsers([directoryUser()]);
  await store.users.findByIds(['user_carl']);
  await store.users.search({ prefix: 'n', limit: 5 });
}

function expectMajority(commands: readonly Document[]): void {
  const kind = (command: Document) => Object.keys(command)[0] ?? '';
  const writes = commands.filter((command) => WRITES.includes(kind(command)));
  const reads = commands.filter((command) => READS.includes(kind(command)));
  expect(writes.length).toBeGreaterThan(0);
  expect(reads.length).toBeGreaterThan(0);
  for (const write of writes) {
    expect(write.writeConcern, kind(write)).toEqual({ w: 'majority', j: true, wtimeout: expect.any(Number) });
  }
  for (const read of reads) {
    expect(read.readConcern, JSON.stringify(read)).toEqual({ level: 'majority' });
    expect(read.maxTimeMS, JSON.stringify(read)).toBeGreaterThan(0);
  }
}

/** Runs `during` while the server fails the commands named (its fail point `failCommand`). */
async function failing(
  db: Db,
  data: Document,
  during: () => Promise<unknown>,
  mode: 'alwaysOn' | { times: number } = 'alwaysOn',
): Promise<void> {
  const admin = db.client.db('admin');
  await admin.command({ configureFailPoint: 'failCommand', mode, data });
  try {
    await during();
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}
