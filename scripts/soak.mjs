// A gateway under everything at once, for a bounded time: `npm run soak`. SOAK_MINUTES (10) is how long the load is, SOAK_SEED repeats an
// earlier run's lots. It listens on loopback alone, in a folder of its own, and leaves bench/results/soak-<date>.md and .svg behind.
import { register } from 'tsx/esm/api';
import { writeSoakReport } from '../bench/report/soak-report.mjs';

const minutes = Number(process.env.SOAK_MINUTES ?? 10);
const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000_000);
if (!(minutes >= 1 && minutes <= 24 * 60) || !Number.isInteger(seed)) {
  console.error('SOAK_MINUTES has to be 1 to 1440, SOAK_SEED a whole number.');
  process.exit(2);
}
register();
const { freshBuild } = await import('../test/support/fresh-build.ts');
const { soak } = await import('../test/support/soak/soak.ts');
const { LONG } = await import('../test/support/soak/plans.ts');

const startedAt = Date.now();
const say = (line) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);
say(`a soak of ${minutes} minutes, SOAK_SEED=${seed}`);
if (process.platform !== 'linux') {
  say('*** NOT LINUX: open file descriptors by kind and threads are NOT MEASURED here. ***');
}
await freshBuild();
const result = await soak({ ...LONG, seed, loadSeconds: minutes * 60, say });
for (const { holds, name, text } of result.findings) console.log(`${holds ? '✔' : '✘'} ${name}: ${text}`);
const files = writeSoakReport(result, { minutes, seed, workers: LONG.workers });
say(`written: ${files.join(', ')}`);
const failed = result.findings.filter(({ holds }) => !holds);
console.log(
  failed.length === 0
    ? 'The soak HOLDS.'
    : `The soak DOES NOT HOLD: ${failed.length} of ${result.findings.length}. SOAK_SEED=${seed}`,
);
process.exit(failed.length === 0 ? 0 : 1);
