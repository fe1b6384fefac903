// The searches that are too long for every change. TEST_SEED repeats an earlier run.
// 1. A gateway killed under load, again and again, and everything it ever acknowledged has to be there. ROUNDS (100) says how often.
// 2. Three replicas over one MongoDB: what was ended on one is honoured by none a second later. TRIALS (1,000) says how often.
// 3. A gateway and a command killed at the same moment, over the embedded store and over MongoDB. TOGETHER (20) says how often each.
// 4. Commands that die at each command that they send to MongoDB, once before it is carried out and once after.
// 5. What power cuts leave of the embedded store, its keys, anchors, archives and backups, at each step.
// 6. The properties over generated operations and trails, with many more of them: TEST_OPERATIONS (5,000), PROPERTY_RUNS (800).
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { register } from 'tsx/esm/api';

const rounds = Number(process.env.ROUNDS ?? 100);
const trials = Number(process.env.TRIALS ?? 1_000);
register();
const { killRounds } = await import('../test/support/kill-rounds.ts');
const { waitForEnds } = await import('../test/support/wait-for-ends.ts');
const { runReplicas } = await import('../test/support/replicas/run.ts');
const { tableOf } = await import('../test/support/replicas/figures.ts');
const { SEED, seededRandom } = await import('../test/support/seeded-random.ts');

const { killedTogether } = await import('../test/support/killed-together.ts');
const { findMongoPeers } = await import('../test/support/mongo-peer.ts');
const { deathsAt, MongoDeaths } = await import('../test/support/mongo-deaths.ts');
const { COMMAND_CASES } = await import('../test/support/mongo-death-cases.ts');
const { lookAtPowerCuts, POWER_CUT_CASES } = await import('../test/support/power-cut-cases.ts');

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

const crashed = [];
const together = Number(process.env.TOGETHER ?? 20);
const kinds = await findMongoPeers();
// Processes beside one another need a server whose updates are atomic over several connections.
const fit = kinds.find(({ lacks }) => lacks['atomic-updates'] === undefined);
const fitPeer = fit === undefined ? null : await fit.start();
for (const mongo of fitPeer === null ? [null] : [null, fitPeer.uri]) {
  const where = mongo === null ? 'the embedded store' : fit.name;
  console.log(`\n3. ${together} times a gateway and a command killed together over ${where}, TEST_SEED=${SEED}`);
  const { faults, died, acknowledged } = await killedTogether({ rounds: together, seed: SEED, mongo, say });
  console.log(`${faults.length} faults; ${died} commands died, ${acknowledged} events were acknowledged`);
  crashed.push(...faults);
}
await fitPeer?.stop();

for (const kind of kinds) {
  console.log(`\n4. Commands that die over ${kind.name}`);
  const peer = await kind.start();
  const deaths = new MongoDeaths(peer.uri);
  try {
    await deaths.prepare();
    for (const one of COMMAND_CASES) {
      const all = deathsAt(await deaths.commandsOf(one, false));
      for (const death of all) {
        const { command, faults } = await deaths.die(one, death, false);
        crashed.push(...faults.map((fault) => `${one.name} at ${command}, ${JSON.stringify(death)}: ${fault}`));
      }
      say(`${one.name}: ${all.length} deaths, ${crashed.length} faults so far`);
    }
  } finally {
    await deaths.close();
    await peer.stop();
  }
}

console.log(`\n5. Power cuts, TEST_SEED=${SEED}`);
for (const one of POWER_CUT_CASES) {
  const folder = await mkdtemp(path.join(tmpdir(), 'power-cuts-'));
  const { cuts, faults } = await lookAtPowerCuts(one, folder, seededRandom(SEED), Number.POSITIVE_INFINITY);
  await rm(folder, { recursive: true, force: true });
  crashed.push(...faults.map((fault) => `${one.name}: ${fault}`));
  say(`${one.name}: ${cuts} power cuts, ${faults.length} faults`);
}
for (const fault of crashed) console.error(fault);

console.log(`\n6. Properties, TEST_SEED=${SEED}`);
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
process.exit(status === 0 && [result.faults, late, crashed].every(({ length }) => length === 0) ? 0 : 1);
