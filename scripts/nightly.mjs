// The search that is too long for every change: a gateway killed under load, again and again, and everything it ever acknowledged has to
// be there. ROUNDS (100) says how often, TEST_SEED repeats an earlier run.
import { register } from 'tsx/esm/api';

const rounds = Number(process.env.ROUNDS ?? 100);
register();
const { killRounds } = await import('../test/support/kill-rounds.ts');
const { waitForEnds } = await import('../test/support/wait-for-ends.ts');
const { SEED } = await import('../test/support/seeded-random.ts');

const startedAt = Date.now();
console.log(`${rounds} rounds of SIGKILL under load, TEST_SEED=${SEED}`);
const result = await killRounds({
  rounds,
  seed: SEED,
  say: (line) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`),
  letTimePass: waitForEnds,
});
for (const fault of result.faults) console.error(fault);
console.log(
  `${result.faults.length} faults; ${result.acknowledged} acknowledged events, ${result.events} in the trail; ${rounds} kills, TEST_SEED=${SEED}`,
);
process.exit(result.faults.length === 0 ? 0 : 1);
