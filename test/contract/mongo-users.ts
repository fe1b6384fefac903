import { type Db, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { StoreUnusableError } from '../../src/errors/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { directoryUser } from '../support/store-fixtures.js';
import { type MongoSetting, withWiredStore } from './mongo-setting.js';

const HEX = '0123456789abcdef01234567';

export function describeMongoUsers(setting: MongoSetting): void {
  describe('a users collection that is not ours', () => {
    const theirs = {
      usersCollection: 'people',
      usersFields: {
        id: 'login',
        name: 'profile.full',
        email: 'mail',
        roles: 'groups',
        disabled: 'locked',
        avatarUrl: 'pic',
      },
    };
    const people = [
      {
        login: 'ada',
        profile: { full: 'Ada L' },
        mail: 'ADA@example.com',
        groups: ['ADMIN'],
        pic: 'https://example.com/a',
      },
      { login: 'bob', profile: { full: 'Bob' }, mail: 'bob@example.com', groups: [], locked: true, name: 'not this' },
      { login: 'cy', mail: 'cy@example.com' },
      { login: 'cy', mail: 'the other cy' },
      { login: 7, profile: { full: 'Ada Seven' } },
    ];
    const prepare = (documents: object[]) => ({
      prepare: async (db: Db) => {
        await db.collection('people').insertMany(documents.map((document) => ({ ...document })));
      },
    });

    it('is read through the mapping, nested fields included', () =>
      withWiredStore(
        setting,
        async ({ store }) => {
          const ada = directoryUser({
            id: 'ada',
            name: 'Ada L',
            email: 'ADA@example.com',
            roles: ['ADMIN'],
            avatarUrl: 'https://example.com/a',
          });
          expect(await store.users.findByIds(['ada'])).toEqual([ada]);
          expect(await store.users.search({ prefix: 'ada', limit: 5 })).toEqual({ items: [ada], hasMore: false });
          expect((await store.users.findByIds(['bob']))[0]).toMatchObject({ name: 'Bob', disabled: true });
          expect((await store.users.search({ role: 'ADMIN', limit: 5 })).items).toEqual([ada]);
        },
        { ...theirs, ...prepare(people) },
      ));

    it('has nobody under an id that two documents claim, nor under one that no token can name', () =>
      withWiredStore(
        setting,
        async ({ store }) => {
          expect(await store.users.findByIds(['cy', '7'])).toEqual([]);
          expect((await store.users.findByIds(['cy', 'bob'])).map(({ id }) => id)).toEqual(['bob']);
          expect((await store.users.search({ prefix: 'ada s', limit: 5 })).items).toEqual([]);
        },
        { ...theirs, ...prepare(people) },
      ));

    it('is never written: no index, no seed', () =>
      withWiredStore(
        setting,
        async ({ store, db, wire }) => {
          await expect(store.seedUsers([directoryUser()])).rejects.toBeInstanceOf(StoreUnusableError);
          expect(await db.collection('people').countDocuments()).toBe(people.length);
          expect(
            wire.commands.filter((command) => Object.values(command)[0] === 'people' && !('find' in command)),
          ).toEqual([]);
          expect((await db.collection('people').listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_']);
          expect(store.notices.join()).toContain('another application');
        },
        { ...theirs, ...prepare(people) },
      ));

    it('may have ObjectIds as ids: they are their 24 digits, in look-ups and as places in the list', () =>
      withWiredStore(
        setting,
        async ({ store }) => {
          const ids = Array.from({ length: 5 }, (_, index) => `${HEX.slice(0, 23)}${index}`);
          expect((await store.users.findByIds([ids[3]!, HEX])).map(({ id }) => id)).toEqual([ids[3]]);
          const first = await store.users.search({ limit: 2 });
          expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
          expect(first.hasMore).toBe(true);
          const rest = await store.users.search({ limit: 9, afterId: ids[1]! });
          expect(rest.items.map(({ id }) => id)).toEqual(ids.slice(2));
        },
        {
          usersCollection: 'people',
          ...prepare(
            Array.from({ length: 5 }, (_, index) => ({
              _id: new ObjectId(`${HEX.slice(0, 23)}${index}`),
              name: `N${index}`,
            })),
          ),
        },
      ));

    it('has nobody under an id that exists as an ObjectId and as its own text', () =>
      withWiredStore(setting, async ({ store }) => expect(await store.users.findByIds([HEX])).toEqual([]), {
        usersCollection: 'people',
        ...prepare([{ _id: new ObjectId(HEX), roles: ['ADMIN'] }, { _id: HEX }]),
      }));

    it('gives away no field that is not mapped: nothing else is even asked for', () =>
      withWiredStore(
        setting,
        async ({ store, wire }) => {
          await store.users.findByIds(['ada']);
          await store.users.search({ limit: 5 });
          const finds = wire.commands.filter((command) => command.find === 'people');
          expect(finds).toHaveLength(2);
          const mapped = { login: 1, 'profile.full': 1, mail: 1, groups: 1, locked: 1, pic: 1 };
          for (const find of finds) expect(find.projection).toEqual(mapped);
        },
        { ...theirs, ...prepare(people) },
      ));
  });

  describe('users whose documents are incomplete or odd', () => {
    const odd: [string, Record<string, unknown>, object][] = [
      ['nothing but an id', {}, { name: '', email: '', roles: [], disabled: false, avatarUrl: null }],
      [
        'null everywhere',
        { name: null, email: null, roles: null, disabled: null, avatarUrl: null },
        { roles: [], disabled: false },
      ],
      [
        'numbers for text',
        { name: 5, email: 6, avatarUrl: 7 },
        { name: '', email: '', avatarUrl: null, disabled: false },
      ],
      ['disabled: "no"', { disabled: 'no' }, { disabled: true }],
      ['disabled: 0', { disabled: 0 }, { disabled: true }],
      ['disabled: a date', { disabled: new Date(0) }, { disabled: true }],
      ['one role as text', { roles: 'ADMIN' }, { roles: [], disabled: true }],
      ['roles as an object', { roles: { ADMIN: true } }, { roles: [], disabled: true }],
      ['a role that is no text', { roles: ['ADMIN', 5] }, { roles: ['ADMIN'], disabled: true }],
    ];
    for (const [description, document, expected] of odd) {
      it(`have no right from what cannot be understood: ${description}`, () =>
        withWiredStore(
          setting,
          async ({ store }) => expect((await store.users.findByIds(['odd']))[0]).toMatchObject(expected),
          {
            prepare: async (db) => {
              await db.collection<{ _id: string }>('users').insertOne({ _id: 'odd', ...document });
            },
          },
        ));
    }
  });

  describe('the mapping of fields', () => {
    const base = { uri: 'mongodb://127.0.0.1:1', database: 'd' };
    const unusable: Record<string, string>[] = [
      { nickname: 'nick' },
      { name: '' },
      { name: '$where' },
      { name: 'a..b' },
      { email: 'a.$b' },
      { roles: '__proto__' },
      { name: 'profile', email: 'profile.mail' },
    ];
    for (const usersFields of unusable) {
      it(`is refused where it cannot be meant: ${JSON.stringify(usersFields)}`, () => {
        expect(() => createMongoStore({ ...base, usersFields })).toThrow(StoreUnusableError);
      });
    }
  });
}
