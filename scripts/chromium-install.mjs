/**
 * Installs Debian's Chromium for the tests of the console where there is none yet, as root on Debian alone. It never fails the build:
 * where a browser cannot be had it says so and exits 0, and the tests say that they were not run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
/** Milliseconds, for each of the two steps. */
const LIMIT = 180_000;

const problem = install();
if (problem === null) console.log('chromium: ready');
else
  console.error(
    `\n!!! NO CHROMIUM: ${problem}. Set CHROMIUM_PATH, or install one. THE TESTS OF THE CONSOLE ARE NOT RUN.\n`,
  );

function install() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? null : `CHROMIUM_PATH names ${named}, and there is nothing`;
  if (PLACES.some((place) => existsSync(place))) return null;
  if (!existsSync('/etc/debian_version')) return 'this is not Debian';
  if (process.getuid?.() !== 0) return 'only root can install one';
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', 'chromium'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: LIMIT,
    });
    if (error !== undefined || status !== 0) return `apt-get ${args[0]} did not succeed`;
  }
  return existsSync(PLACES[0]) ? null : 'apt-get put none where it is looked for';
}
