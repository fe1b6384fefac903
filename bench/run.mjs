// `npm run bench`: see README.md beside this file. Only Node.js itself is imported before the peers are known to be installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const BENCH = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.dirname(BENCH);

const USAGE = `Usage: npm run bench -- [options]

  --quick              short rounds and a small event log, for development; writes to bench/.quick
  --only A,B           only these sections or contenders (names: --list); writes to bench/.quick
  --soak               memory over a million requests too
  --profile            instead of measuring: flame graphs of the gateway's hot path (or of --only's contenders)
  --rounds N           rounds, each a pair for every comparison (default 7, at least 5 unless --quick)
  --seconds N          seconds of each measurement (default 4)
  --connections N      connections of the load generator (default 32, even, at most 64)
  --events N           events in the full log (default 1000000)
  --requests N         requests of the soak (default 1000000)
  --list               the names of sections and contenders
`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    soak: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string' },
    events: { type: 'string' },
    requests: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (flags.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

installPeers();
build();
const { bench } = await import('./bench.mjs');
process.exit(await bench(flags, { benchFolder: BENCH, rootFolder: ROOT }));

/** The peers are packages of this folder alone; the product has none of them. */
function installPeers() {
  const installed = path.join(BENCH, 'node_modules', '.package-lock.json');
  const wanted = path.join(BENCH, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  process.stderr.write(
    '\n*** INSTALLING the servers to compare with into bench/node_modules: npm ci --prefix bench ***\n\n',
  );
  run('npm', ['ci', '--prefix', BENCH, '--no-audit', '--no-fund']);
}

function build() {
  run(process.execPath, [path.join(ROOT, 'scripts', 'build.mjs'), '--if-stale']);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}\n`);
  process.exit(1);
}
