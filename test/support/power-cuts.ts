import { execFileSync } from 'node:child_process';
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';

/** What a power cut leaves of a folder at one moment of some work. */
export interface PowerCut {
  /** What had been acknowledged by then. */
  readonly acknowledged: readonly string[];
  /** `least`: nothing but what was synced. `some`: by lot also of what was not, in any order, the last part of a file torn. */
  readonly kind: 'least' | 'some';
  /** Writes what is left into a folder that is not there yet. */
  leaveIn(folder: string): void;
}

/** SQLite syncs by itself, unseen: its two files are taken together, as they were at the last sync of the log. */
interface DatabaseFiles {
  readonly database: Buffer;
  readonly log: Buffer | null;
}

interface Disk {
  /** Of each folder: the inode of each name. */
  readonly names: Map<string, Map<string, number>>;
  readonly contents: Map<number, Buffer>;
  readonly databases: Map<string, DatabaseFiles>;
}

type Left = Map<string, Buffer | 'folder'>;

const DATABASE = 'gateway.db';

/**
 * Lets work be done in a folder and tells what a power cut would leave at each of its steps, if no more than what was synced is certain:
 * of a file what was there at its last sync, of a folder the names that were there at its own. Linux alone. The folder's own name is
 * taken for certain, and so is all that is in it before.
 * @param random numbers in [0, 1), for what is left beyond that
 */
export async function powerCuts(
  folder: string,
  random: () => number,
  work: (acknowledge: (what: string) => void) => Promise<unknown>,
): Promise<readonly PowerCut[]> {
  const cuts: PowerCut[] = [];
  const acknowledged: string[] = [];
  const disk: Disk = seen(folder);

  const take = (): void => {
    const now = seen(folder);
    const soFar = [...acknowledged];
    for (const kind of ['least', 'some'] as const) {
      const left = whatIsLeft(folder, disk, kind === 'least' ? null : now, random);
      cuts.push({ acknowledged: soFar, kind, leaveIn: (into) => write(left, into) });
    }
  };
  /** @returns what is certain once the sync is done */
  const syncOf = (descriptor: number): (() => void) => {
    const file = readlinkSync(`/proc/self/fd/${descriptor}`);
    if (file !== folder && !file.startsWith(`${folder}${path.sep}`)) return () => undefined;
    take();
    const stats = fs.fstatSync(descriptor);
    if (stats.isDirectory()) {
      const names = namesIn(file);
      return () => void disk.names.set(file, names);
    }
    if (path.basename(file).startsWith(DATABASE)) {
      const where = path.dirname(file);
      const files = databaseFiles(where);
      return () => void (files !== null && disk.databases.set(where, files));
    }
    const content = readFileSync(file);
    return () => void disk.contents.set(stats.ino, content);
  };

  const undo = watchSteps(take, syncOf, await handles(folder));
  try {
    await work((what) => void acknowledged.push(what));
  } finally {
    undo();
  }
  take();
  return cuts;
}

type AnyFunction = (this: unknown, ...values: unknown[]) => unknown;

function watchSteps(take: () => void, syncOf: (descriptor: number) => () => void, files: FileHandle): () => void {
  const undone: (() => void)[] = [];
  const replace = (owner: object, name: string, by: (original: AnyFunction) => AnyFunction): void => {
    const methods = owner as Record<string, AnyFunction>;
    const original = methods[name] as AnyFunction;
    methods[name] = by(original);
    undone.push(() => {
      methods[name] = original;
    });
  };
  const before = (owner: object, name: string, isStep: (value: unknown) => boolean = () => true): void =>
    replace(
      owner,
      name,
      (original) =>
        function (...values) {
          if (isStep(values[0])) take();
          return original.apply(this, values);
        },
    );
  before(Database.prototype, 'exec', (sql) => sql === 'COMMIT');
  for (const name of ['writeFile', 'appendFile']) before(files, name);
  for (const name of ['link', 'rename', 'unlink', 'copyFile', 'mkdir', 'writeFile']) before(fs.promises, name);
  for (const name of ['sync', 'datasync']) {
    replace(
      files,
      name,
      (original) =>
        async function (...values) {
          const done = syncOf((this as FileHandle).fd);
          await original.apply(this, values);
          done();
        },
    );
  }
  replace(fs, 'fsyncSync', (original) => (descriptor) => {
    const done = syncOf(descriptor as number);
    original(descriptor);
    done();
  });
  replace(fs, 'fdatasync', (original) => (descriptor, callback) => {
    const done = syncOf(descriptor as number);
    return original(descriptor, (error: unknown) => {
      if (error === null || error === undefined) done();
      (callback as (error: unknown) => void)(error);
    });
  });
  syncBuiltinESMExports();
  return () => {
    for (const each of undone.reverse()) each();
    syncBuiltinESMExports();
  };
}

async function handles(folder: string): Promise<FileHandle> {
  const handle = await open(folder, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

function seen(folder: string): Disk {
  const disk: Disk = { names: new Map(), contents: new Map(), databases: new Map() };
  const visit = (where: string): void => {
    const names = namesIn(where);
    disk.names.set(where, names);
    for (const [name, ino] of names) {
      const each = path.join(where, name);
      if (lstatSync(each).isDirectory()) visit(each);
      else if (!name.startsWith(DATABASE)) disk.contents.set(ino, readFileSync(each));
    }
    const files = names.has(DATABASE) ? databaseFiles(where) : null;
    if (files !== null) disk.databases.set(where, files);
  };
  visit(folder);
  return disk;
}

function namesIn(where: string): Map<string, number> {
  return new Map(readdirSync(where).map((name) => [name, lstatSync(path.join(where, name)).ino]));
}

/** By a process of its own: to close a file of SQLite here would drop the locks that it has on it. */
function databaseFiles(where: string): DatabaseFiles | null {
  const copy = mkdtempSync(path.join(tmpdir(), 'power-cut-'));
  try {
    const names = [DATABASE, `${DATABASE}-wal`].filter((name) => existsSync(path.join(where, name)));
    if (!names.includes(DATABASE)) return null;
    execFileSync('cp', [...names.map((name) => path.join(where, name)), copy]);
    const [database = Buffer.alloc(0), log = null] = names.map((name) => readFileSync(path.join(copy, name)));
    return { database, log };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** @param now what is there, synced or not; null: nothing of it is left that was not synced */
function whatIsLeft(folder: string, disk: Disk, now: Disk | null, random: () => number): Left {
  const left: Left = new Map();
  const either = (): boolean => now !== null && random() < 0.5;
  const visit = (where: string): void => {
    const names = new Map(disk.names.get(where));
    for (const [name, ino] of now?.names.get(where) ?? [])
      if (names.get(name) !== ino && either()) names.set(name, ino);
    for (const name of [...names.keys()]) {
      if (now !== null && now.names.get(where)?.has(name) !== true && either()) names.delete(name);
    }
    for (const [name, ino] of names) {
      const each = path.join(where, name);
      const inside = path.relative(folder, each);
      if (name.startsWith(DATABASE)) continue;
      if (disk.names.has(each) || now?.names.has(each) === true) {
        left.set(inside, 'folder');
        visit(each);
      } else left.set(inside, torn(disk.contents.get(ino), either() ? now?.contents.get(ino) : undefined, random));
    }
    if (names.has(DATABASE)) databaseOf(where);
  };
  const databaseOf = (where: string): void => {
    const certain = disk.databases.get(where);
    const present = now?.databases.get(where);
    const inside = path.relative(folder, path.join(where, DATABASE));
    left.set(inside, certain?.database ?? Buffer.alloc(0));
    // SQLite changes the database only once the log is synced.
    const isSame = present !== undefined && certain !== undefined && present.database.equals(certain.database);
    const log = torn(certain?.log ?? undefined, isSame && either() ? (present.log ?? undefined) : undefined, random);
    if (log.length > 0) left.set(`${inside}-wal`, log);
  };
  visit(folder);
  return left;
}

/** Of what was appended since, any part may be there. */
function torn(certain: Buffer | undefined, present: Buffer | undefined, random: () => number): Buffer {
  const before = certain ?? Buffer.alloc(0);
  if (present === undefined) return before;
  if (present.length <= before.length || !present.subarray(0, before.length).equals(before)) return present;
  return present.subarray(0, before.length + Math.floor(random() * (present.length - before.length + 1)));
}

function write(left: Left, into: string): void {
  mkdirSync(into, { recursive: true });
  for (const [inside, content] of left) {
    const file = path.join(into, inside);
    if (content === 'folder') mkdirSync(file, { recursive: true });
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content, { mode: 0o600 });
    }
  }
}
