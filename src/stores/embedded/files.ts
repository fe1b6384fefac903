import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StoreUnusableError } from '../../errors/index.js';

const FILE = 'gateway.db';
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/**
 * Creates the directory (0700) and an empty `gateway.db` (0600) where they are missing; SQLite gives its other two files
 * the mode of the first. Files that exist lose the rights of group and others, a directory that exists keeps its own:
 * it may hold other things.
 * @returns the path, and `settle`: makes the names of the files durable, to be called once SQLite has created them.
 * @throws StoreUnusableError with one sentence for the operator.
 */
export function prepareFiles(directory: string): { path: string; settle: () => void } {
  const path = join(resolve(directory), FILE);
  try {
    createDirectory(resolve(directory));
    const existed = !createFile(path);
    if (existed) checkFile(path);
    for (const file of [path, ...companions(path)]) if (existsSync(file)) chmodSync(file, OWNER_ONLY);
    return { path, settle: () => syncDirectory(resolve(directory)) };
  } catch (error) {
    throw new StoreUnusableError(`The embedded store cannot be used: ${reason(error, directory, path)}`, {
      cause: error,
    });
  }
}

/** @returns whether it was not there before. */
function createFile(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Without opening it: to close a file drops every lock that the process has on it (POSIX, fcntl(2)), those of an open store included,
 * and the next process to close the database would take its log away under it.
 */
function checkFile(path: string): void {
  if (statSync(path).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
  accessSync(path, constants.R_OK | constants.W_OK);
}

/** Where the header of a database says how it is written (SQLite file format, 1.3): 1, with a rollback journal; 2, with a log. */
const WRITE_VERSION_AT = 18;

/**
 * Files that were looked into, by device and inode: never closed, for the reason that {@link checkFile} gives. A database that was
 * closed may hold its locks until its last statement is collected, so nobody can say when it would do no harm.
 */
const lookedInto = new Map<string, number>();

/**
 * Whether the database beside its write-ahead log is one that was never written with a log, such as a backup: the log is then another
 * database's, and SQLite, which cannot tell, would mix their pages.
 */
export function hasLogOfAnother(path: string): boolean {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size === 0) return false;
  const version = Buffer.alloc(1);
  return readSync(descriptorOf(path), version, 0, 1, WRITE_VERSION_AT) === 1 && version[0] === 1;
}

function descriptorOf(path: string): number {
  const { dev, ino } = statSync(path);
  const file = `${dev}:${ino}`;
  const known = lookedInto.get(file);
  if (known !== undefined) return known;
  const descriptor = openSync(path, constants.O_RDONLY);
  lookedInto.set(file, descriptor);
  return descriptor;
}

/**
 * mkdir's own `recursive` never returns where a parent exists but takes no entries, such as a link to a missing volume. Each name is on
 * disk before anything is made in it: without that a power cut could take it, and with it every acknowledged write. Also where it is
 * there: whoever made it may have been killed before.
 */
function createDirectory(directory: string): void {
  const above = dirname(directory);
  try {
    mkdirSync(directory, OWNER_ONLY_DIRECTORY);
    syncDirectory(dirname(above));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && above !== directory) {
      createDirectory(above);
      makeBesideOthers(directory);
    } else if (codeOf(error) !== 'EEXIST' || !isDirectory(directory)) throw error;
  }
  syncDirectory(above);
}

function makeBesideOthers(directory: string): void {
  try {
    mkdirSync(directory, OWNER_ONLY_DIRECTORY);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !isDirectory(directory)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Tells apart the files now at the path from others of the same name. */
export function fileIdentity(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => {
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}`;
    })
    .join(' ');
}

const companions = (path: string) => [`${path}-wal`, `${path}-shm`];

function syncDirectory(directory: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(directory, constants.O_RDONLY);
  } catch (error) {
    // Whoever may not list what is above the directory did not make it either.
    if (codeOf(error) === 'EACCES') return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reason(error: unknown, directory: string, path: string): string {
  switch (codeOf(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `${directory} is not a directory.`;
    case 'EISDIR':
      return `${path} is a directory, not a database file.`;
    case 'EACCES':
    case 'EPERM':
      return `this process may not write to ${directory}.`;
    case 'EROFS':
      return `${directory} is on a read-only file system.`;
    case 'ENOSPC':
      return `there is no space left for ${directory}.`;
    default:
      return `${path} cannot be created or opened.`;
  }
}
