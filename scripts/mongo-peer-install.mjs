/**
 * Installs the MongoDB-compatible servers that the tests run against, once; run again it only looks. It never fails the build:
 * where a server cannot be had it says so and exits 0, and the tests say which servers they used.
 *
 *   node scripts/mongo-peer-install.mjs [--npm-only]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NPM_PACKAGE = join(ROOT, 'test', 'peers');
const PEERS = join(ROOT, '.peers');
const SECANTUS = join(PEERS, 'secantusdb');

/** Milliseconds; the whole script stays below their sum. */
const NPM_LIMIT = 90_000;
const PIP_LIMIT = 180_000;
const LOCK_WAIT = 200_000;
const LOCK_STALE = 300_000;

const peers = [
  { name: 'jongodb', installed: jongodbInstalled, install: installJongodb },
  ...(process.argv.includes('--npm-only')
    ? []
    : [{ name: 'SecantusDB', installed: secantusInstalled, install: installSecantus }]),
];

for (const peer of peers) {
  if (peer.installed()) console.log(`mongo peer ${peer.name}: ready`);
  else await withLock(() => installOnce(peer));
}

function installOnce({ name, installed, install }) {
  if (installed()) return;
  const startedAt = Date.now();
  const problem = install();
  if (problem === null && installed()) {
    console.log(`mongo peer ${name}: installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  } else {
    console.error(`\n!!! MONGO PEER NOT AVAILABLE: ${name}: ${problem ?? 'nothing was installed'}\n`);
  }
}

function jongodbInstalled() {
  const lock = JSON.parse(readFileSync(join(NPM_PACKAGE, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .every(([path, { version }]) => {
      const manifest = join(NPM_PACKAGE, path, 'package.json');
      return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
    });
}

function installJongodb() {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000'];
  return run('npm', ['ci', '--ignore-scripts', ...quiet, ...patience], NPM_PACKAGE, NPM_LIMIT);
}

/** What is installed carries the hash of the pins it was installed from. */
function secantusInstalled() {
  const marker = join(SECANTUS, 'installed.json');
  return existsSync(marker) && JSON.parse(readFileSync(marker, 'utf8')).pins === pinsHash();
}

function installSecantus() {
  const python = findPython();
  if (python === null) return 'Python 3.11 or later with pip was not found';
  const fresh = `${SECANTUS}.${process.pid}`;
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
    const pins = ['--only-binary', ':all:', '--target', join(fresh, 'packages'), '--requirement', requirements()];
    const problem = run(python, [...pip, ...pins], ROOT, PIP_LIMIT);
    if (problem !== null) return problem;
    writeFileSync(join(fresh, 'installed.json'), JSON.stringify({ pins: pinsHash(), python }));
    rmSync(SECANTUS, { recursive: true, force: true });
    renameSync(fresh, SECANTUS);
    return null;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function requirements() {
  return join(NPM_PACKAGE, 'requirements.txt');
}

function pinsHash() {
  return createHash('sha256').update(readFileSync(requirements())).digest('hex');
}

/** The interpreter itself rather than a name on the path, which may mean another one in another directory. */
function findPython() {
  const probe = 'import sys, pip; assert sys.version_info >= (3, 11); print(sys.executable)';
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const { status, stdout } = spawnSync(name, ['-c', probe], { encoding: 'utf8', timeout: 10_000 });
    if (status === 0) return stdout.trim();
  }
  return null;
}

/** Null, or in one line why it failed. */
function run(command, args, cwd, timeout) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    timeout,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return null;
  const name = basename(command);
  if (error?.code === 'ETIMEDOUT') return `${name} had not ended after ${timeout / 1000} s`;
  if (error !== undefined) return `${name}: ${error.message}`;
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  return `${name} failed: ${lines.find((line) => /^(npm )?error/i.test(line)) ?? lines.at(-1) ?? `exit code ${status}`}`;
}

/** One installation at a time, also between processes; a lock that nobody can be holding any more is taken over. */
async function withLock(work) {
  const lock = join(PEERS, 'lock');
  mkdirSync(PEERS, { recursive: true });
  for (const until = Date.now() + LOCK_WAIT; ; await pause(200)) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > LOCK_STALE) rmSync(lock, { recursive: true, force: true });
      if (Date.now() > until)
        return console.error('\n!!! MONGO PEERS NOT INSTALLED: another installation has not ended\n');
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
