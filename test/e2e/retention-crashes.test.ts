import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventId } from '../../src/audit/format.js';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { generateSigningKeys } from '../../src/tokens/index.js';
import { crashImages } from '../support/crash-images.js';
import { runCommand } from '../support/run-command.js';
import { writeLives } from '../support/written-lives.js';

let root: string;
/** When the newest seal was made: what is older may go. */
let before: string;

const data = () => path.join(root, 'data');
const settingsOf = (folder: string) => ({ DATA_DIR: folder, AUDIT_RETENTION_MIN_DAYS: '0' });

async function withStore<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = createEmbeddedStore({ directory: folder });
  await store.open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function idsIn(folder: string): Promise<readonly string[]> {
  return withStore(folder, async ({ events }) =>
    (await events.page({}, { limit: 500, direction: 'forward' })).items.map(({ id }) => id),
  );
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'crashes-'));
  before = (await withStore(data(), (store) => writeLives(store, data()))).before;
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const pruneIn = (folder: string) =>
  runCommand(
    [
      ...['audit', 'prune', '--before', before, '--export', path.join(folder, 'archive.ndjson')],
      ...['--reason', 'yearly', '--yes'],
    ],
    settingsOf(folder),
  );

/** Every event that an archive has of its own: those under its name alone, which a record vouches for. */
async function archivedIn(folder: string): Promise<readonly string[]> {
  const file = path.join(folder, 'archive.ndjson');
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  const lines = text.trimEnd().split('\n');
  const records = await withStore(folder, async ({ events }) =>
    (await events.page({ types: ['AUDIT_PRUNED'] }, { limit: 9, direction: 'forward' })).items.map(({ body }) => body),
  );
  expect(records.join()).toContain(createHash('sha256').update(text).digest('hex'));
  return lines.slice(0, -1).map((line) => {
    const { chain, sequence } = JSON.parse(line) as { chain: string; sequence: number };
    return eventId(chain, sequence);
  });
}

it('a pruning that is killed at any step leaves a trail that holds, loses no event, and is finished by the same command', async () => {
  const all = (await idsIn(data())).slice(1);
  expect(all).toHaveLength(9);
  const images = await crashImages(data(), path.join(root, 'images'), async () => {
    expect(await pruneIn(data())).toMatchObject({ code: 0, stderr: '' });
  });
  expect(images.length).toBeGreaterThan(15);
  const left = new Set<number>();
  for (const image of images) {
    const found = await idsIn(image);
    left.add(found.filter((id) => all.includes(id)).length);
    // Each event is in the store, or in an archive that a record names.
    const archived = await archivedIn(image);
    expect(all.filter((id) => !found.includes(id) && !archived.includes(id))).toEqual([]);
    const verified = await runCommand(['audit', 'verify'], settingsOf(image));
    expect(verified.stdout).toMatch(/\nHOLDS: /);

    const again = await pruneIn(image);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect((await idsIn(image)).filter((id) => all.includes(id))).toEqual([]);
    expect((await archivedIn(image)).toSorted()).toEqual(all.toSorted());
  }
  // From none gone to all gone: the steps between were among them.
  expect([...left].sort()).toEqual([0, 3, 6, 9]);
  const last = images[Math.floor(images.length / 2)] ?? '';
  const joined = await runCommand(
    ['audit', 'verify', '--archive', path.join(last, 'archive.ndjson')],
    settingsOf(last),
  );
  expect(joined.stdout).toMatch(/\nHOLDS: /);
  expect(joined.stdout).not.toContain('PRUNED_EVENTS');
}, 60_000);

it('a hold that is placed after a pruning was killed keeps what is left of what it names, and no later try passes it', async () => {
  const held = (
    await withStore(data(), ({ events }) => events.page({ sessionId: 'session-2' }, { limit: 9, direction: 'forward' }))
  ).items.map(({ id }) => id);
  expect(held).toHaveLength(3);
  const images = await crashImages(data(), path.join(root, 'images'), () => pruneIn(data()));
  const outcomes = new Set<string>();
  for (const image of images) {
    const left = (await idsIn(image)).filter((id) => held.includes(id));
    const placed = await runCommand(
      ['audit', 'hold', '--add', '--session', 'session-2', '--reason', 'case 7'],
      settingsOf(image),
    );
    expect(placed).toMatchObject({ code: 0, stderr: '' });
    const again = await pruneIn(image);
    outcomes.add(again.code === 0 ? 'done' : again.stderr.replace(/^The hold \S+ keeps event .*/s, 'held'));
    expect((await idsIn(image)).filter((id) => held.includes(id))).toEqual(left);
    expect((await runCommand(['audit', 'verify'], settingsOf(image))).stdout).toMatch(/\nHOLDS: /);
  }
  expect([...outcomes].sort()).toEqual(['done', 'held']);
}, 60_000);

it('a backup that is killed at any step has no manifest, or is whole', async () => {
  const out = path.join(data(), 'backup');
  const images = await crashImages(data(), path.join(root, 'images'), async () => {
    expect((await runCommand(['audit', 'backup', '--out', out], settingsOf(data()))).code).toBe(0);
  });
  let whole = 0;
  for (const image of images) {
    const folder = path.join(image, 'backup');
    const names = existsSync(folder) ? await readdir(folder) : [];
    const again = await runCommand(['audit', 'backup', '--out', folder], settingsOf(image));
    expect(again.code).toBe(names.length === 0 ? 0 : 1);
    if (names.length > 0) expect(again.stderr).toContain('is not empty');
    if (!names.includes('manifest.json')) continue;
    whole += 1;
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
      files: readonly { name: string; bytes: number; sha256: string }[];
    };
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = await readFile(path.join(folder, name));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
  }
  expect(whole).toBeGreaterThan(0);
}, 60_000);

it('prunings beside one another leave a trail that holds, and every event in the store or in an archive on record', async () => {
  const all = (await idsIn(data())).slice(1);
  for (const [round, names] of [
    ['one.ndjson', 'one.ndjson'],
    ['one.ndjson', 'other.ndjson'],
  ].entries()) {
    const folder = path.join(root, `round-${round}`);
    await cp(data(), folder, { recursive: true });
    const prune = (name: string) =>
      runCommand(
        [
          ...['audit', 'prune', '--before', before, '--export', path.join(folder, name)],
          ...['--reason', 'yearly', '--yes'],
        ],
        settingsOf(folder),
      );
    const ends = await Promise.all(names.map(prune));
    expect(ends.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
    expect((await runCommand(['audit', 'verify'], settingsOf(folder))).stdout).toMatch(/\nHOLDS: /);
    await prune(names[1] ?? '');
    await prune(names[0] ?? '');
    expect((await idsIn(folder)).filter((id) => all.includes(id))).toEqual([]);
    const archives = [...new Set(names)].map((name) => path.join(folder, name)).filter((file) => existsSync(file));
    const verified = await runCommand(
      ['audit', 'verify', ...archives.flatMap((file) => ['--archive', file])],
      settingsOf(folder),
    );
    expect(verified.stdout).toMatch(/\nHOLDS: /);
    expect(verified.stdout).not.toContain('PRUNED_EVENTS');
  }
}, 60_000);

it('a restore that is killed while it is acknowledged stays refused until it is done, and is done by the same command', async () => {
  // An earlier copy beside the anchors of the store as it was: its last seal is lost.
  const copy = path.join(root, 'copy');
  await mkdir(copy);
  await withStore(data(), (store) => store.copyTo?.(path.join(copy, 'gateway.db')) ?? Promise.resolve());
  expect((await runCommand(['audit', 'hold', '--list'], settingsOf(data()))).code).toBe(0);
  for (const name of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm'])
    await rm(path.join(data(), name), { force: true });
  await cp(path.join(copy, 'gateway.db'), path.join(data(), 'gateway.db'));
  const restored = (folder: string) =>
    runCommand(['audit', 'restored', '--reason', 'disk failure', '--yes'], settingsOf(folder));
  const images = await crashImages(data(), path.join(root, 'images'), async () => {
    expect((await restored(data())).code).toBe(0);
  });
  const seen = new Set<string>();
  for (const image of images) {
    const writing = await runCommand(['audit', 'hold', '--list'], settingsOf(image));
    const isRefused = writing.code !== 0;
    if (isRefused) expect(writing.stderr).toContain('older than its anchor');
    const again = await restored(image);
    if (isRefused) expect(again.code).toBe(0);
    else expect(again.stderr).toContain('nothing to acknowledge');
    seen.add(`${isRefused}`);
    const verified = await runCommand(['audit', 'verify'], settingsOf(image));
    expect(verified.stdout).toContain('NOT COVERED LOST_SEALS');
    expect(verified.stdout).toMatch(/\nHOLDS: /);
  }
  expect([...seen].sort()).toEqual(['false', 'true']);
}, 60_000);

it('what a retired key has signed is pruned, and verified from a backup, as before: it is good for the trail for good', async () => {
  const file = path.join(data(), 'signing-key.EdDSA.jwks.json');
  const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys: Record<string, unknown>[] };
  const [{ d: _, ...old } = {}] = keys;
  const next = (await generateSigningKeys('EdDSA')) as unknown as { keys: object[] };
  await writeFile(file, JSON.stringify({ keys: [...next.keys, { ...old, tokens_until: 1 }] }));

  const backup = path.join(root, 'backup');
  expect(await runCommand(['audit', 'backup', '--out', backup], settingsOf(data()))).toMatchObject({ code: 0 });
  const { stdout: exported } = await runCommand(['audit', 'export'], settingsOf(data()));
  await writeFile(path.join(root, 'trail.ndjson'), exported);
  const offline = ['--jwks', path.join(backup, 'jwks.json'), '--anchors', path.join(backup, 'anchors.log')];
  const verified = await runCommand(['audit', 'verify', '--file', path.join(root, 'trail.ndjson'), ...offline], {});
  expect(verified.stdout).toMatch(/\nHOLDS: /);

  expect(await pruneIn(data())).toMatchObject({ code: 0, stderr: '' });
  expect((await runCommand(['audit', 'verify'], settingsOf(data()))).stdout).toMatch(/\nHOLDS: /);
});
