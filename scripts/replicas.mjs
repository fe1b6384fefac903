// How long it takes until a session that was stopped or revoked on one of three gateway processes is refused by all, and whether any
// honours it later than promised: `npm run replicas`. TRIALS (1,000) says how many, AT_ONCE (8) how many side by side, TEST_SEED repeats an
// earlier run; names of conditions as arguments measure those alone. --write keeps the figures in bench/results.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';
import { describeMachine } from '../bench/measure/machine.mjs';

register();
const { runReplicas } = await import('../test/support/replicas/run.ts');
const { joined, tableOf } = await import('../test/support/replicas/figures.ts');
const { pictureOf } = await import('../test/support/replicas/picture.ts');
const { SEED } = await import('../test/support/seeded-random.ts');

const given = process.argv.slice(2);
const startedAt = performance.now();
const figures = await runReplicas({
  trials: Number(process.env.TRIALS ?? 1_000),
  only: given.filter((argument) => !argument.startsWith('--')),
  seed: SEED,
  atOnce: Number(process.env.AT_ONCE ?? 8),
  say: (line) => console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`),
});
if (figures !== null) {
  console.log(`\n${tableOf(figures)}\n`);
  if (given.includes('--write')) write(figures);
}
process.exit(figures?.every(({ faults }) => faults.length === 0) === false ? 1 : 0);

/** Keeps the figures beside those of other conditions that are there, and says anew what all of them come to. */
function write(measured) {
  const results = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'bench/results');
  const kept = path.join(results, 'replicas.json');
  const older = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : [];
  const all = joined(older, measured);
  const { cpu, cores, node, loadAverage } = describeMachine();
  const trials = all.reduce((sum, each) => sum + each.trials, 0).toLocaleString('en');
  const title = `An end on one of three replicas: when all refuse (${trials} trials)`;
  writeFileSync(kept, `${JSON.stringify(all)}\n`);
  writeFileSync(path.join(results, 'replicas.svg'), pictureOf(all, title));
  writeFileSync(
    path.join(results, 'replicas.md'),
    `# Until all replicas refuse

Measured on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores for three gateway processes, their store and the measurement together; Node.js ${node};
load average ${loadAverage.toFixed(0)} at the end, whoever else was at work; a MongoDB-compatible server (SecantusDB). \`npm run replicas\` does it again.

${tableOf(all)}

![${title}](replicas.svg)

- A trial is a session that is begun on one replica, seen to be honoured by all, and stopped or revoked on one. The clock runs from the moment its answer has arrived
  until the last of the replicas is sent a request that it refuses.
- **Honoured late** counts requests that were sent 1,000 ms or more after the answer and honoured all the same, sessions that were honoured again after they
  had been refused, and events of later requests that a stream still brought. One such request, and the run fails.
- **Answered as not stored**: the answer itself said that the store had not taken the end (\`extensions.endedHereOnly\`); nothing is promised of other
  replicas then, and the trial is not in the times.
- *Store hiccups*: the way of each replica to the store delays, stands still for up to 3 s, breaks connections, by lot. *Paused*: SIGSTOP for 10 s; the times are those of
  the other two, and of the paused one every request that waited in its sockets, and each after it, has to be refused. *Killed*: SIGKILL as it answers; the process that
  takes its place is asked as well.
`,
  );
}
