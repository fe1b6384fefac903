// Compiles src, resolvers, directives and examples into dist, and builds the console in web. With --if-stale: only where a source is newer than the build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = [
  'src',
  'resolvers',
  'directives',
  'examples',
  'web',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
const stamp = path.join(root, 'dist', '.built');

/** The latest change in a file or a folder, folders included: a removed file changes its folder. */
function latestChange(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => latestChange(path.join(file, name))));
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return sources.every((name) => !existsSync(path.join(root, name)) || latestChange(path.join(root, name)) <= built);
}

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

let compiler;
let bundler;
try {
  const { resolve } = createRequire(import.meta.url);
  compiler = resolve('typescript/package.json');
  bundler = resolve('vite/package.json');
} catch {
  if (existsSync(stamp)) {
    console.error(
      'The build may be older than the sources, and its tools are not installed: serving the build as it is.',
    );
    process.exit(0);
  }
  console.error(
    'There is no build, and its tools are not installed. Run `npm ci` (with development dependencies) first.',
  );
  process.exit(1);
}
const started = Date.now();
// Built beside and then put in its place: a build that fails leaves the old one, and what runs keeps its files.
const dist = path.join(root, 'dist');
const fresh = path.join(root, `dist.${process.pid}.new`);
const stale = path.join(root, `dist.${process.pid}.old`);
const tsc = path.join(path.dirname(compiler), 'bin', 'tsc');
run(tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', fresh);
const vite = path.join(path.dirname(bundler), 'bin', 'vite.js');
run(
  vite,
  'build',
  '--config',
  path.join(root, 'web', 'vite.config.ts'),
  '--outDir',
  path.join(fresh, 'web', 'console'),
  '--logLevel',
  'warn',
);

function run(tool, ...args) {
  const { status } = spawnSync(process.execPath, [tool, ...args], { stdio: 'inherit', cwd: root });
  if (status === 0) return;
  rmSync(fresh, { recursive: true, force: true });
  console.error('The build failed.');
  process.exit(status ?? 1);
}

writeFileSync(path.join(fresh, '.built'), '');
// The build is as old as the sources it read, not as its end: a change made meanwhile makes it stale.
utimesSync(path.join(fresh, '.built'), started / 1000, started / 1000);
if (existsSync(dist)) renameSync(dist, stale);
renameSync(fresh, dist);
rmSync(stale, { recursive: true, force: true });
console.error(`Built in ${Date.now() - started} ms.`);
