/**
 * Installs what the Python example needs to be tested, once; run again it only looks. It never fails the build: where it cannot be
 * had it says so and exits 0, and the tests say that they were not run.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REQUIREMENTS = join(ROOT, 'examples', 'downstream', 'python', 'requirements.txt');
const PLACE = join(ROOT, '.peers', 'python-example');
const LIMIT_MS = 120_000;

/** What is installed carries the hash of the pins it was installed from. */
const pins = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
const marker = join(PLACE, 'installed.json');

if (existsSync(marker) && JSON.parse(readFileSync(marker, 'utf8')).pins === pins) {
  console.log('the Python example: ready');
} else {
  const problem = install();
  console.log(problem === null ? 'the Python example: installed' : `\n!!! THE PYTHON EXAMPLE CANNOT RUN: ${problem}\n`);
}

/** Null, or why it could not be done. */
function install() {
  const fresh = `${PLACE}.${process.pid}`;
  try {
    mkdirSync(dirname(PLACE), { recursive: true });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
    const pinned = ['--only-binary', ':all:', '--target', join(fresh, 'packages'), '--requirement', REQUIREMENTS];
    const { status, error, stderr } = spawnSync('python3', [...pip, ...pinned], {
      encoding: 'utf8',
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    if (error !== undefined) return error.message;
    if (status !== 0) return `pip failed: ${stderr.trim().split('\n').at(-1) ?? status}`;
    writeFileSync(join(fresh, 'installed.json'), JSON.stringify({ pins }));
    rmSync(PLACE, { recursive: true, force: true });
    renameSync(fresh, PLACE);
    return null;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
