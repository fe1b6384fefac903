import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import Database from 'libsql';

const STEPS = ['writeFile', 'appendFile', 'sync', 'datasync'] as const;

/**
 * What SIGKILL leaves of a folder, at every durable step of some work: a copy from before each commit to a database, and before each
 * write to a file and each flush of one, and from the end. A killed process leaves to others what it gave the system, so a copy by
 * another process is what they would find. What a power cut takes in addition is not shown.
 * @param into where the copies go, `0`, `1` …; must not be inside the folder
 * @returns the copies, in the order of time
 */
export async function crashImages(folder: string, into: string, work: () => Promise<unknown>): Promise<string[]> {
  mkdirSync(into, { recursive: true });
  const images: string[] = [];
  const take = (): void => {
    const image = path.join(into, `${images.length}`);
    // By a process of its own: to close a file here would drop the locks that SQLite has on it.
    execFileSync('cp', ['-a', folder, image]);
    images.push(image);
  };
  const restore: (() => void)[] = [];
  const before = <T extends object, K extends keyof T>(
    owner: T,
    name: K,
    isStep: (value: unknown) => boolean,
  ): void => {
    const original = owner[name] as (...values: unknown[]) => unknown;
    owner[name] = function (this: unknown, ...values: unknown[]) {
      if (isStep(values[0])) take();
      return original.apply(this, values);
    } as T[K];
    restore.push(() => {
      owner[name] = original as T[K];
    });
  };
  const handle = await open(folder, 'r');
  const files = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  before(Database.prototype as Database.Database, 'exec', (sql) => sql === 'COMMIT');
  for (const name of STEPS) before(files, name, () => true);
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  take();
  return images;
}
