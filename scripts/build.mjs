// Builds what is served: the gateway (src, resolvers, directives, examples) by TypeScript into dist, and what browsers load (web)
// by Vite into dist/web. Each has its own stamp. With --if-stale: only what is older than its sources.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
const gatewaySources = [
  'src',
  'resolvers',
  'directives',
  'examples',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
const webSources = ['web', 'tsconfig.json', 'package.json'];
/** Each is built by itself, into its own place below dist/web. */
const webParts = [
  { config: 'web/vite.config.ts', into: 'console' },
  { config: 'web/banner/vite.config.ts', into: '.' },
].filter(({ config }) => existsSync(path.join(root, config)));

const onlyStale = process.argv.includes('--if-stale');
const builds = [
  { name: 'gateway', place: dist, sources: gatewaySources, tool: 'typescript', run: compileGateway },
  { name: 'web', place: path.join(dist, 'web'), sources: webSources, tool: 'vite', run: bundleWeb },
];

for (const build of builds) {
  if (build.name === 'web' && webParts.length === 0) continue;
  if (onlyStale && isFresh(build)) continue;
  const program = programOf(build.tool);
  if (program === null) withoutTool(build);
  else rebuild(build, program);
}

/** The latest change in a file or a folder, folders included: a removed file changes its folder. */
function latestChange(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => latestChange(path.join(file, name))));
}

function stampOf({ place }) {
  return path.join(place, '.built');
}

function isFresh(build) {
  const stamp = stampOf(build);
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return build.sources.every((name) => {
    const source = path.join(root, name);
    return !existsSync(source) || latestChange(source) <= built;
  });
}

/** The program of a development dependency; null where it is not installed. */
function programOf(tool) {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${tool}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    return path.join(path.dirname(manifest), bin.tsc ?? bin.vite);
  } catch {
    return null;
  }
}

/** An installation without development dependencies serves what it brought along. */
function withoutTool(build) {
  if (existsSync(stampOf(build))) {
    console.error(
      `The ${build.name} build may be older than its sources, and ${build.tool} is not installed: it stays.`,
    );
    return;
  }
  if (build.name === 'web') {
    console.error('There is no web build, and vite is not installed: the console will not be served.');
    return;
  }
  console.error(
    `There is no build, and ${build.tool} is not installed. Run \`npm ci\` (with development dependencies) first.`,
  );
  process.exit(1);
}

/** Built beside and then put in its place: a build that fails leaves the old one, and what runs keeps its files. */
function rebuild(build, program) {
  const started = Date.now();
  const fresh = path.join(root, `dist.${process.pid}.${build.name}.new`);
  const stale = path.join(root, `dist.${process.pid}.${build.name}.old`);
  if (!build.run(program, fresh)) {
    rmSync(fresh, { recursive: true, force: true });
    console.error(`The ${build.name} build failed.`);
    process.exit(1);
  }
  const stamp = path.join(fresh, '.built');
  writeFileSync(stamp, '');
  // The build is as old as the sources it read, not as its end: a change made meanwhile makes it stale.
  utimesSync(stamp, started / 1000, started / 1000);
  if (existsSync(build.place)) renameSync(build.place, stale);
  mkdirSync(path.dirname(build.place), { recursive: true });
  renameSync(fresh, build.place);
  // The web build lives inside the gateway's folder and outlives its rebuilding.
  const inside = path.join(stale, 'web');
  if (build.name === 'gateway' && existsSync(inside)) renameSync(inside, path.join(build.place, 'web'));
  rmSync(stale, { recursive: true, force: true });
  console.error(`Built the ${build.name} in ${Date.now() - started} ms.`);
}

function run(program, args) {
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  return spawnSync(process.execPath, [program, ...args], options).status === 0;
}

function compileGateway(program, fresh) {
  return run(program, ['-p', path.join(root, 'tsconfig.build.json'), '--outDir', fresh]);
}

function bundleWeb(program, fresh) {
  return webParts.every(({ config, into }) => {
    const outDir = path.join(fresh, into);
    return run(program, ['build', '--config', config, '--outDir', outDir, '--logLevel', 'warn']);
  });
}
