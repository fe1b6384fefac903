import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const LOCK = path.join(PROJECT_ROOT, 'node_modules', '.build-for-tests.lock');
const OWNER = path.join(LOCK, 'pid');
const WAIT_MS = 120_000;

let built: Promise<void> | null = null;

/**
 * Sees to it that `dist` is what the sources say; once in this process, and one process at a time, since test files run side by side
 * and a build empties the folder first.
 */
export function freshBuild(): Promise<void> {
  built ??= build();
  return built;
}

async function build(): Promise<void> {
  await takeLock();
  try {
    await promisify(execFile)(process.execPath, [path.join(PROJECT_ROOT, 'scripts/build.mjs'), '--if-stale']).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`the sources do not compile:\n${stdout}${stderr}`);
      },
    );
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
}

async function takeLock(): Promise<void> {
  for (const until = Date.now() + WAIT_MS; Date.now() < until; await pause(50)) {
    try {
      await mkdir(LOCK);
      await writeFile(OWNER, String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (await ownerIsGone()) await rm(LOCK, { recursive: true, force: true });
    }
  }
  throw new Error(`the build is locked: remove ${path.relative(PROJECT_ROOT, LOCK)} where no test runs`);
}

/** A test run that was killed leaves its lock behind. */
async function ownerIsGone(): Promise<boolean> {
  const pid = Number(await readFile(OWNER, 'utf8').catch(() => ''));
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
