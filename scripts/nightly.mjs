// The searches that are too long for every change. TEST_SEED repeats an earlier run.
// 1. A gateway killed under load, again and again, and everything it ever acknowledged has to be there. ROUNDS (100) says how often.
// 2. Three replicas over one MongoDB: what was ended on one is honoured by none a second later. TRIALS (1,000) says how often.
// 3. The properties over generated operations and trails, with many more of them: TEST_OPERATIONS (5,000), PROPERTY_RUNS (800).
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { register } from 'tsx/esm/api';

const rounds = Number(process.env.ROUNDS ?? 100);
const trials = Number(process.env.TRIALS ?? 1_000);
register();
const { killRounds } = await import('../test/support/kill-rounds.ts');
const { waitForEnds } = await import('../test/support/wait-for-ends.ts');
const { runReplicas } = await import('../test/support/replicas/run.ts');
const { tableOf } = await import('../test/support/replicas/figures.ts');
const { SEED } = await import('../test/support/seeded-random.ts');

const startedAt = Date.now();
const say = (line) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);

console.log(`1. ${rounds} rounds of SIGKILL under load, TEST_SEED=${SEED}`);
const result = await killRounds({
  rounds,
  seed: SEED,
  say,
  letTimePass: waitForEnds,
});
for (const fault of result.faults) console.error(fault);
console.log(
  `${result.faults.length} faults; ${result.acknowledged} acknowledged events, ${result.events} in the trail; ${rounds} kills, TEST_SEED=${SEED}`,
);

console.log(`\n2. ${trials} sessions ended on one of three replicas, TEST_SEED=${SEED}`);
// Where there is no fit server it has said so, loudly.
const figures = (await runReplicas({ trials, only: [], seed: SEED, atOnce: 8, say })) ?? [];
if (figures.length > 0) console.log(`\n${tableOf(figures)}`);
const late = figures.flatMap(({ faults }) => faults);

console.log(`\n3. Properties, TEST_SEED=${SEED}`);
const many = {
  TEST_SEED: String(SEED),
  TEST_OPERATIONS: process.env.TEST_OPERATIONS ?? '5000',
  PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? '800',
};
const { status } = spawnSync(
  process.execPath,
  [path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', 'test/property'],
  {
    stdio: 'inherit',
    env: { ...process.env, ...many },
  },
);
process.exit(result.faults.length === 0 && late.length === 0 && status === 0 ? 0 : 1);
