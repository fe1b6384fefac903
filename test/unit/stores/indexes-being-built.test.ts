import { type Db, MongoServerError } from 'mongodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StoreUnavailableError, StoreUnusableError } from '../../../src/errors/index.js';
import type { MongoConnection } from '../../../src/stores/mongo/connection.js';
import { byReadiness } from '../../../src/stores/mongo/index-definitions.js';
import { ensureIndexes } from '../../../src/stores/mongo/indexes.js';

const SLOT = { key: { activeSlot: 1 }, unique: true, sparse: true };
const OTHER = { key: { startedAt: 1, _id: 1 } };

const told = (index: object) => ({ v: 2, name: 'any', ...index });
/** As MongoDB tells of an index that is not ready. */
const beingBuilt = (index: object) => ({ spec: told(index), buildUUID: 'a-uuid' });
const refused = (code: number) => new MongoServerError({ code, message: 'refused' });
const UNAUTHORIZED = refused(13);

/** A server that answers one look after the other, the last one for ever; and what it was asked to make, by path of the first key. */
function server(looks: readonly (readonly object[] | Error)[], creates: Error | null = null) {
  const made: string[][] = [];
  const asked: object[] = [];
  const db = {
    runCursorCommand: (command: object) => {
      const answer = looks[Math.min(asked.push(command), looks.length) - 1];
      return { toArray: async () => (answer instanceof Error ? Promise.reject(answer) : [...(answer ?? [])]) };
    },
    collection: () => ({
      createIndexes: async (indexes: readonly { readonly key: object }[]) => {
        made.push(indexes.map(({ key }) => Object.keys(key)[0] ?? ''));
        if (creates !== null) throw creates;
        return [];
      },
    }),
  } as unknown as Db;
  const connection: Pick<MongoConnection, 'run'> = { run: (_, work) => work(db) };
  const waiting: string[] = [];
  const ensure = () =>
    ensureIndexes(connection, 'impersonationSessions', [SLOT, OTHER], (what) => void waiting.push(what));
  return { made, asked, waiting, ensure };
}

afterEach(() => void vi.restoreAllMocks());

describe('an index that another process is still building', () => {
  it('is told apart from those that are ready', () => {
    expect(byReadiness([told(OTHER), beingBuilt(SLOT)])).toEqual({ ready: [told(OTHER)], building: [told(SLOT)] });
    expect(byReadiness([null, 'text', { spec: told(SLOT) }]).building).toEqual([]);
  });

  it('does not count as there: it is asked for, which waits until it is ready', async () => {
    const { made, asked, waiting, ensure } = server([[told(OTHER), beingBuilt(SLOT)]]);
    await ensure();
    expect(waiting).toHaveLength(1);
    expect(asked).toEqual([expect.objectContaining({ listIndexes: 'impersonationSessions', includeBuildUUIDs: true })]);
    expect(made).toEqual([['activeSlot']]);
  });

  it('is waited for where the database user may not create any, who is asked once', async () => {
    const building = [told(OTHER), beingBuilt(SLOT)];
    const { made, asked, waiting, ensure } = server([building, building, [told(OTHER), told(SLOT)]], UNAUTHORIZED);
    await ensure();
    expect(waiting).toEqual([
      'indexes of impersonationSessions that another process is building: {activeSlot} (unique)',
    ]);
    expect(asked).toHaveLength(3);
    expect(made).toHaveLength(1);
  });

  it('is missing once its build has failed, and the start is refused', async () => {
    const { ensure } = server([[told(OTHER), beingBuilt(SLOT)], [told(OTHER)]], UNAUTHORIZED);
    const error = await ensure().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnusableError);
    expect(String(error)).toContain('lacks: {activeSlot} (unique)');
    expect(String(error)).toContain('store prepare');
  });

  it('does not stand in for a look-alike: one that is not unique is never waited for', async () => {
    const { ensure } = server([[told(OTHER), beingBuilt({ key: SLOT.key, sparse: true })]], UNAUTHORIZED);
    await expect(ensure()).rejects.toThrow(/lacks: \{activeSlot\} \(unique\)/);
  });

  it('does not hide another that nobody builds', async () => {
    const { ensure } = server([[beingBuilt(SLOT)]], UNAUTHORIZED);
    const error = await ensure().catch((reason: unknown) => reason);
    expect(String(error)).toContain('lacks: {startedAt, _id}.');
    expect(String(error)).not.toContain('activeSlot');
  });

  it('ends the start in the end, as something that may be tried again', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 700_000;
      return now;
    });
    const { ensure } = server([[told(OTHER), beingBuilt(SLOT)]], UNAUTHORIZED);
    const error = await ensure().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(String(error)).toContain('still being built by another process: {activeSlot} (unique)');
  });
});

describe('a server that does not tell what is ready', () => {
  it.each([
    ['FailedToParse', 9],
    ['InvalidOptions', 72],
    ['IDLUnknownField', 40_415],
    ['Unauthorized', 13],
    ['NamespaceNotFound', 26],
  ])('(%s) is asked for every index outright: its word on creating counts', async (_, code) => {
    const { made, waiting, ensure } = server([refused(code)]);
    await ensure();
    expect(waiting).toEqual([]);
    expect(made).toEqual([['activeSlot', 'startedAt']]);
  });

  it('and that lets none be created ends the start', async () => {
    const { ensure } = server([refused(40_415)], UNAUTHORIZED);
    await expect(ensure()).rejects.toThrow(StoreUnusableError);
  });

  it.each([
    ['a look', server([refused(8_000)])],
    ['a creation', server([[]], refused(85))],
  ])('refuses %s for another reason: that ends the start', async (_, { ensure }) => {
    await expect(ensure()).rejects.toThrow(StoreUnusableError);
  });
});
