import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../src/domain/user.js';
import type { UserSearch } from '../../src/stores/index.js';
import { AWKWARD_TEXT, directoryUser } from '../support/store-fixtures.js';
import { naiveSearch } from './naive-model.js';
import { type ContractSetting, freshStore } from './opened-store.js';

/** Characters that mean something to SQL LIKE, GLOB, regular expressions or query languages. */
const SPECIAL = [
  '%',
  '_',
  '.',
  '*',
  '\\',
  '^',
  '$',
  '?',
  '[',
  ']',
  '(',
  ')',
  '{',
  '|',
  '+',
  '-',
  '"',
  "'",
  '/',
  '#',
  ' ',
];

export function describeUserDirectory(setting: ContractSetting): void {
  describe('users: look-up and seeding', () => {
    const store = freshStore(setting);
    const byIds = async (...ids: string[]) =>
      [...(await store().users.findByIds(ids))].sort((left, right) => (left.id < right.id ? -1 : 1));

    it('has nobody at first', async () => {
      expect(await byIds('user_carl')).toEqual([]);
      expect(await store().users.search({ limit: 10 })).toEqual({ items: [], hasMore: false });
    });

    it('gives those of the ids that exist, each once, with every field', async () => {
      const full = directoryUser({
        id: 'full',
        name: AWKWARD_TEXT,
        email: 'Full@Example.com',
        roles: ['SUPPORT', 'A_HOST_ROLE'],
        disabled: true,
        avatarUrl: 'https://example.com/a.png',
      });
      const bare = directoryUser({ id: 'bare', name: '', roles: [] });
      await store().seedUsers([full, bare]);
      expect(await byIds('full', 'missing', 'bare', 'full')).toEqual([bare, full]);
      expect(await byIds('FULL', 'ful', 'full ')).toEqual([]);
      expect(await byIds()).toEqual([]);
    });

    it('finds many ids with one call', async () => {
      const many = Array.from({ length: 100 }, (_, index) =>
        directoryUser({ id: `many-${String(index).padStart(3, '0')}` }),
      );
      await store().seedUsers(many);
      expect(await byIds(...many.map(({ id }) => id))).toEqual(many);
      expect(await byIds(...Array.from({ length: 1000 }, (_, index) => `nobody-${index}`), 'many-007')).toEqual([
        many[7],
      ]);
    });

    it('seeds only ids that are not taken and never overwrites', async () => {
      const original = directoryUser({ id: 'seeded', roles: ['ADMIN'] });
      await store().seedUsers([original]);
      const added = directoryUser({ id: 'seeded-2' });
      await store().seedUsers([directoryUser({ id: 'seeded', name: 'Other', roles: [], disabled: true }), added]);
      expect(await byIds('seeded', 'seeded-2')).toEqual([original, added]);
      await store().seedUsers([{ ...added, disabled: true }, original]);
      await store().seedUsers([]);
      expect(await byIds('seeded', 'seeded-2')).toEqual([original, added]);
      expect((await store().users.search({ prefix: 'name of seeded', limit: 10 })).items).toEqual([original, added]);
      expect((await store().users.search({ prefix: 'other', limit: 10 })).items).toEqual([]);
    });

    it('may be seeded from two sides at once', async () => {
      const users = Array.from({ length: 10 }, (_, index) => directoryUser({ id: `both-${index}` }));
      await Promise.all([store().seedUsers(users), store().seedUsers(users), store().seedUsers([...users].reverse())]);
      expect(await byIds(...users.map(({ id }) => id))).toEqual(users);
    });
  });

  describe('users: search', () => {
    const store = freshStore(setting);
    const found = async (search: Partial<UserSearch>) =>
      (await store().users.search({ limit: 50, ...search })).items.map((user) => user.id);
    const people: User[] = [
      directoryUser({ id: 'u1', name: 'Grace Hopper', email: 'grace@navy.example', roles: ['ADMIN'] }),
      directoryUser({ id: 'u2', name: 'GRACIE Allen', email: 'Allen@Radio.example', roles: ['USER', 'SUPPORT'] }),
      directoryUser({ id: 'u3', name: 'Ada Lovelace', email: 'GRAPH@engine.example', roles: ['USER'], disabled: true }),
      directoryUser({ id: 'u4', name: 'Engrace', email: 'x.gra@example.com', roles: ['ADMIN'] }),
      directoryUser({ id: 'u5', name: 'Émile Zola', email: 'zola@example.com' }),
      directoryUser({ id: 'u6', name: 'émilie du Châtelet', email: 'emilie@example.com' }),
      directoryUser({ id: 'u7', name: 'Emil Artin', email: 'artin@example.com' }),
      directoryUser({ id: 'u8', name: 'ДМИТРИЙ Менделеев', email: 'dm@example.com' }),
      directoryUser({ id: 'u9', name: '李 小龙', email: 'li@example.com' }),
      directoryUser({ id: 'V1', name: 'Case First', email: 'first@case.example' }),
      directoryUser({ id: 'v1', name: 'Case Second', email: 'second@case.example' }),
      ...SPECIAL.flatMap((character, index) => [
        directoryUser({ id: `x${index}-literal`, name: `Q${character}z` }),
        directoryUser({ id: `x${index}-mail`, name: 'Somebody', email: `m${character}Q@example.com` }),
      ]),
      directoryUser({ id: 'decoy', name: 'Qaz', email: 'maQ@example.com' }),
      directoryUser({ id: 'decoy-2', name: 'Qz', email: 'mq@example.com' }),
    ];

    beforeAll(async () => {
      await store().seedUsers(people);
    }, setting.timeoutMs);

    it('matches a prefix of the name or of the e-mail address, in any case, each person once', async () => {
      for (const prefix of ['gra', 'GRA', 'Gra']) expect(await found({ prefix })).toEqual(['u1', 'u2', 'u3']);
      expect(await found({ prefix: 'grace' })).toEqual(['u1']);
      expect(await found({ prefix: 'grace@NAVY' })).toEqual(['u1']);
      expect(await found({ prefix: 'allen@r' })).toEqual(['u2']);
      expect(await found({ prefix: 'Ada Lovelace' })).toEqual(['u3']);
      expect(await found({ prefix: 'Ada Lovelacee' })).toEqual([]);
      expect(await found({ prefix: 'lovelace' })).toEqual([]);
    });

    it('folds case beyond ASCII, but keeps accents apart', async () => {
      for (const prefix of ['émil', 'ÉMIL', 'Émil']) expect(await found({ prefix })).toEqual(['u5', 'u6']);
      expect(await found({ prefix: 'emil' })).toEqual(['u6', 'u7']);
      expect(await found({ prefix: 'дмитрий' })).toEqual(['u8']);
      expect(await found({ prefix: '李' })).toEqual(['u9']);
    });

    for (const [index, character] of SPECIAL.entries()) {
      it(`takes ${JSON.stringify(character)} literally`, async () => {
        expect(await found({ prefix: `q${character}` })).toEqual([`x${index}-literal`]);
        expect(await found({ prefix: `m${character}q@` })).toEqual([`x${index}-mail`]);
      });
    }

    it('takes a prefix of special characters alone literally', async () => {
      for (const prefix of ['%', '.*', '^', '^Q', '$', '_', '*', '\\', '(?i)', 'Q.*z', '{"$gt":""}', '[a-z]']) {
        expect(await found({ prefix })).toEqual([]);
      }
    });

    it('takes an absent and an empty prefix as everybody, ascending by id', async () => {
      const everybody = people.map(({ id }) => id).sort();
      expect(await found({ limit: 100 })).toEqual(everybody);
      expect(await found({ limit: 100, prefix: '' })).toEqual(everybody);
    });

    it('filters by role, alone and together with a prefix; a role matches exactly', async () => {
      expect(await found({ role: 'ADMIN' })).toEqual(['u1', 'u4']);
      expect(await found({ role: 'SUPPORT' })).toEqual(['u2']);
      expect(await found({ role: 'ADMIN', prefix: 'gra' })).toEqual(['u1']);
      expect(await found({ role: 'USER', prefix: 'gra' })).toEqual(['u2', 'u3']);
      for (const role of ['ADM', 'admin', 'USER,SUPPORT', '', '%', 'NOBODY_HAS_THIS'])
        expect(await found({ role })).toEqual([]);
    });

    it('gives disabled people too', async () => {
      const { items } = await store().users.search({ prefix: 'ada', limit: 5 });
      expect(items).toEqual([people[2]]);
    });

    it('pages by id without gap or repeat, also over ids that differ in case alone', async () => {
      const walked: string[] = [];
      let afterId: string | undefined;
      for (let more = true; more; ) {
        const page = await store().users.search({ limit: 4, ...(afterId !== undefined && { afterId }) });
        expect(page.items.length).toBeLessThanOrEqual(4);
        walked.push(...page.items.map(({ id }) => id));
        afterId = walked.at(-1);
        more = page.hasMore;
      }
      expect(walked).toEqual(people.map(({ id }) => id).sort());
    });

    it('agrees with a naive model on any prefix, role, place and limit', async () => {
      const text = fc.constantFrom(...people.flatMap(({ name, email }) => [name, email]), 'nobody');
      const prefix = fc
        .tuple(text, fc.integer({ min: 0, max: 8 }), fc.boolean())
        .map(([full, length, upper]) => (upper ? full.slice(0, length).toUpperCase() : full.slice(0, length)));
      const search: fc.Arbitrary<UserSearch> = fc.record(
        {
          prefix,
          role: fc.constantFrom('USER', 'SUPPORT', 'ADMIN', 'NONE'),
          limit: fc.integer({ min: 0, max: 20 }),
          afterId: fc.constantFrom(...people.map(({ id }) => id), '', 'u', 'zz'),
        },
        { requiredKeys: ['limit'] },
      );
      await fc.assert(
        fc.asyncProperty(search, async (wanted) => {
          expect(await store().users.search(wanted)).toEqual(naiveSearch(people, wanted));
        }),
        { seed: setting.seed, numRuns: setting.modelRuns },
      );
    });
  });
}
