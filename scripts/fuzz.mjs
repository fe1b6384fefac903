// Fuzzes for long: rounds of test/fuzz, each with a seed of its own and FUZZ_RUNS (20) times the share of every test run, until
// FUZZ_MINUTES (10) are over or something was found. TEST_SEED repeats one round; names of targets choose among them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const minutes = Number(process.env.FUZZ_MINUTES ?? 10);
const runs = process.env.FUZZ_RUNS ?? '20';
const repeated = process.env.TEST_SEED;
const targets = process.argv.slice(2).map((name) => `test/fuzz/${name}`);
const chosen = targets.length === 0 ? '' : ` -- ${process.argv.slice(2).join(' ')}`;
const until = Date.now() + minutes * 60_000;

let round = 0;
do {
  round += 1;
  const seed = repeated ?? String(Math.floor(Math.random() * 1_000_000_000));
  const again = `TEST_SEED=${seed} FUZZ_RUNS=${runs} npm run fuzz${chosen}`;
  console.log(`\n▶ round ${round}: ${again}`);
  const { status } = spawnSync(
    process.execPath,
    [path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...(targets.length > 0 ? targets : ['test/fuzz'])],
    { stdio: 'inherit', env: { ...process.env, TEST_SEED: seed, FUZZ_RUNS: runs } },
  );
  if (status !== 0) {
    console.error(`\n✘ found in round ${round}; the same again: ${again}`);
    process.exit(1);
  }
} while (repeated === undefined && Date.now() < until);
console.log(`\n✔ nothing found in ${round} rounds`);
