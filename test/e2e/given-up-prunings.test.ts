import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { crashImages } from '../support/crash-images.js';
import { runCommand } from '../support/run-command.js';
import { writeLives } from '../support/written-lives.js';

let root: string;
let before: string;
/** The SHA-256 of the archive, as it is on record. */
let archive: string;
let copies = 0;
/** A folder for each way in which a pruning was broken off, by how many of its nine events had gone. */
const brokenOff = new Map<number, string>();

const settingsOf = (folder: string) => ({ DATA_DIR: folder, AUDIT_RETENTION_MIN_DAYS: '0' });
const pruneIn = (folder: string, archive: string, ...more: readonly string[]) =>
  runCommand(
    ['audit', 'prune', '--before', before, '--export', path.join(folder, archive), ...more],
    settingsOf(folder),
  );
const YES = ['--reason', 'yearly', '--yes'];
const verified = async (folder: string, ...more: readonly string[]) =>
  (await runCommand(['audit', 'verify', ...more], settingsOf(folder))).stdout;

async function withStore<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = createEmbeddedStore({ directory: folder });
  await store.open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** How many of the nine are in the store, and what the records of pruning say. */
async function stateOf(folder: string) {
  return withStore(folder, async ({ events }) => {
    const old = await events.page({ occurredBefore: Date.parse(before) }, { limit: 99, direction: 'forward' });
    const records = await events.page({ types: ['AUDIT_PRUNED'] }, { limit: 99, direction: 'forward' });
    return { left: old.items.filter(({ type }) => type !== 'AUDIT_READ').length, records: records.items };
  });
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'given-up-'));
  const data = path.join(root, 'data');
  ({ before } = await withStore(data, (store) => writeLives(store, data)));
  const images = await crashImages(data, path.join(root, 'images'), () => pruneIn(data, 'archive.ndjson', ...YES));
  for (const [at, image] of images.entries()) {
    // Of a copy: what has looked into an image may take its log away whenever it is collected.
    const looked = path.join(root, `looked-${at}`);
    await cp(image, looked, { recursive: true });
    const { left, records } = await stateOf(looked);
    if (records.length > 0 && left > 0) brokenOff.set(9 - left, image);
    const [record] = records;
    if (record === undefined) continue;
    archive = (JSON.parse(record.body) as { pruned: { archive: { sha256: string } } }).pruned.archive.sha256;
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** A copy in which the archive is lost. */
async function withoutArchive(gone: number): Promise<string> {
  copies += 1;
  const folder = path.join(root, `lost-${copies}`);
  await cp(brokenOff.get(gone) ?? '', folder, { recursive: true });
  await rm(path.join(folder, 'archive.ndjson'), { force: true });
  return folder;
}

const giveUp = (folder: string, archive: string, ...more: readonly string[]) =>
  runCommand(['audit', 'prune', '--give-up', archive, ...more], settingsOf(folder));

it('prunings were broken off before anything had gone, and after', () => {
  expect([...brokenOff.keys()].sort()).toEqual([0, 3, 6]);
});

describe.each([0, 3, 6])('a pruning whose archive is lost after %d of its 9 events had gone', (gone) => {
  it('is given up on record, keeps what is left, and another takes that out into an archive of its own', async () => {
    const folder = await withoutArchive(gone);
    const stuck = await pruneIn(folder, 'other.ndjson', ...YES);
    expect(stuck.code).toBe(1);
    expect(stuck.stderr).toContain(archive);
    expect(stuck.stderr).toContain('--give-up');

    const asked = await giveUp(folder, archive);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toContain(
      `Of the 9 events of this pruning ${gone} are gone, and ${9 - gone} are in the store.`,
    );
    expect((await stateOf(folder)).records).toHaveLength(1);

    const done = await giveUp(folder, archive, '--reason', 'the disk with the archive is dead', '--yes');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const { left, records } = await stateOf(folder);
    expect(left).toBe(9 - gone);
    const record = records.find(({ outcome }) => outcome === 'FAILURE');
    expect(record?.details?.text).toContain('the disk with the archive is dead');
    const told = await verified(folder);
    expect(told).toMatch(/\nHOLDS: /);
    expect(told.includes('NOT COVERED GIVEN_UP_EVENTS')).toBe(gone > 0);
    if (gone > 0)
      expect(told).toContain(
        `${gone} events of them by a pruning that was given up, into the archive with SHA-256 ${archive}`,
      );

    expect(await pruneIn(folder, 'other.ndjson', ...YES)).toMatchObject({ code: 0, stderr: '' });
    expect((await stateOf(folder)).left).toBe(0);
    const withOther = await verified(folder, '--archive', path.join(folder, 'other.ndjson'));
    expect(withOther).toMatch(/\nHOLDS: /);
    expect(withOther.includes('NOT COVERED PRUNED_EVENTS')).toBe(gone > 0);

    // Should it be found after all, it covers what had gone.
    const first = path.join(root, 'data', 'archive.ndjson');
    const withBoth = await verified(folder, '--archive', path.join(folder, 'other.ndjson'), '--archive', first);
    expect(withBoth).toMatch(/\nHOLDS: /);
    expect(withBoth).not.toContain('PRUNED_EVENTS');
    expect(withBoth).not.toContain('GIVEN_UP_EVENTS');
  });
});

/** Which chain goes first is by their ids, which are random: the session that went, and one that is still there. */
async function sessionsIn(folder: string): Promise<{ readonly gone: string; readonly left: string }> {
  const left = new Set(
    await withStore(folder, async ({ events }) =>
      (await events.page({}, { limit: 99, direction: 'forward' })).items.map(({ sessionId }) => sessionId),
    ),
  );
  const all = ['session-1', 'session-2', 'session-3'];
  const sessions = { gone: all.find((id) => !left.has(id)), left: all.findLast((id) => left.has(id)) };
  if (sessions.gone === undefined || sessions.left === undefined) throw new Error('not one of three sessions had gone');
  return { gone: sessions.gone, left: sessions.left };
}

async function heldWithArchive(which: 'gone' | 'left') {
  const folder = await withoutArchive(3);
  await cp(path.join(root, 'data', 'archive.ndjson'), path.join(folder, 'archive.ndjson'));
  const session = (await sessionsIn(folder))[which];
  const held = ['audit', 'hold', '--add', '--session', session, '--reason', 'case 7'];
  expect(await runCommand(held, settingsOf(folder))).toMatchObject({ code: 0 });
  return { folder, session };
}

it('what a hold keeps of a pruning stays for as long as the hold, and others are pruned once it is given up', async () => {
  const { folder, session } = await heldWithArchive('left');
  const { left: before } = await stateOf(folder);
  const refused = await pruneIn(folder, 'archive.ndjson', ...YES);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^The hold \S+ keeps event/);
  expect((await stateOf(folder)).left).toBe(before);

  expect(await giveUp(folder, archive, ...YES)).toMatchObject({ code: 0, stderr: '' });
  expect(await pruneIn(folder, 'other.ndjson', ...YES)).toMatchObject({ code: 0, stderr: '' });
  const kept = await withStore(folder, ({ events }) =>
    events.page({ sessionId: session }, { limit: 9, direction: 'forward' }),
  );
  expect(kept.items).toHaveLength(3);
  expect(await verified(folder)).toMatch(/\nHOLDS: /);
});

it('a hold on what had gone before it was placed keeps nothing, and the pruning is finished', async () => {
  const { folder } = await heldWithArchive('gone');
  expect(await pruneIn(folder, 'archive.ndjson', ...YES)).toMatchObject({ code: 0, stderr: '' });
  expect((await stateOf(folder)).left).toBe(0);
  expect(await verified(folder)).toMatch(/\nHOLDS: /);
});

it('giving up that is killed at any step leaves a trail that holds, and is done by the same command', async () => {
  const folder = await withoutArchive(6);
  const images = await crashImages(folder, path.join(root, 'giving-up'), async () => {
    expect((await giveUp(folder, archive, ...YES)).code).toBe(0);
  });
  for (const image of images) {
    expect(await verified(image)).toMatch(/\nHOLDS: /);
    expect(await giveUp(image, archive, ...YES)).toMatchObject({ code: 0, stderr: '' });
    const told = await verified(image);
    expect(told).toMatch(/\nHOLDS: /);
    expect(told).toContain('NOT COVERED GIVEN_UP_EVENTS');
    expect((await stateOf(image)).left).toBe(3);
  }
});

it('whoever has the database cannot give a pruning up, nor delete in the name of one that was', async () => {
  const folder = await withoutArchive(3);
  const forged = path.join(root, 'forged');
  await cp(folder, forged, { recursive: true });

  expect(await giveUp(folder, archive, ...YES)).toMatchObject({ code: 0 });
  const { records } = await stateOf(folder);
  await withStore(folder, async ({ events }) => {
    const [range] = (
      JSON.parse(records.at(-1)?.body ?? '') as { pruned: { ranges: { chain: string; from: number; to: number }[] } }
    ).pruned.ranges.slice(-1);
    if (range !== undefined) await events.prune(range, 500);
  });
  expect(await verified(folder)).toMatch(/FAULTY: 1 fault \(1 CHAIN_MISSING\)/);

  // The record of giving up, without the signature of a gateway: it counts for nothing.
  const record = records.find(({ outcome }) => outcome === 'FAILURE');
  await withStore(forged, async ({ events }) => {
    if (record !== undefined) await events.append([{ ...record, signature: null }]);
  });
  const asked = await runCommand(['audit', 'prune', '--give-up', archive], settingsOf(forged));
  expect(`${asked.stdout}${asked.stderr}`).toMatch(/faults|6 are in the store/);
});

it.each([
  [['--give-up', 'x'], 'is not a SHA-256'],
  [['--give-up', 'a'.repeat(64), '--before', '2026-01-01'], 'goes with neither'],
  [['--give-up', 'a'.repeat(64), '--export', 'x'], 'goes with neither'],
  [['--give-up', 'a'.repeat(64), '--yes'], '--reason is missing'],
])('the options %j are refused', async (options, why) => {
  const exit = await runCommand(['audit', 'prune', ...options], settingsOf(path.join(root, 'data')));
  expect(exit.code).toBe(2);
  expect(exit.stderr).toContain(why);
});

it('a pruning that there is not, or that is finished, is not given up', async () => {
  const exit = await giveUp(path.join(root, 'data'), 'a'.repeat(64), ...YES);
  expect(exit.code).toBe(1);
  expect(exit.stderr).toContain('No unfinished pruning has the archive');
});
