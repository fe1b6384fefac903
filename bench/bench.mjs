import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CONTENDERS } from './contenders.mjs';
import { fsyncMilliseconds } from './measure/disk.mjs';
import { describeGateway, describeMachine } from './measure/machine.mjs';
import { canPin, pinThisProcess } from './measure/pinning.mjs';
import { profile, START_STOP } from './measure/profile.mjs';
import { SECTIONS } from './measure/sections.mjs';
import { judge } from './report/goals.mjs';
import { printGoals, write } from './report/write.mjs';
import { createKeys, createMinter } from './workload/keys.mjs';

const HOT_PATH = ['ours-session', 'ours-impersonated', 'ours-mutation'];

/** @returns the exit code: 0 where all that was to be measured was, whether or not a goal was met; 2 where flags are wrong */
export async function bench(flags, { benchFolder, rootFolder }) {
  if (flags.list) {
    for (const [name, { about }] of Object.entries(SECTIONS)) process.stdout.write(`${name.padEnd(22)} ${about}\n`);
    for (const { id, label } of CONTENDERS) process.stdout.write(`${id.padEnd(22)} ${label}\n`);
    return 0;
  }
  let plan;
  try {
    plan = makePlan(flags);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (!canPin) {
    say(
      '\n*** NOT PINNED: taskset or a second core is missing. Server and load generator share cores: figures mean little. ***\n',
    );
  } else if (!pinThisProcess()) say('\n*** The load generator could not be pinned to its core. ***\n');
  const partial = flags.quick || flags.only !== undefined;
  const folder = path.join(benchFolder, partial ? '.quick' : 'results');
  mkdirSync(folder, { recursive: true });
  // On the disk of the checkout, not in a memory file system that a temporary folder may be.
  mkdirSync(path.join(benchFolder, '.data'), { recursive: true });
  const dataRoot = mkdtempSync(path.join(benchFolder, '.data', 'run-'));
  try {
    const keys = await createKeys();
    const minter = await createMinter(keys.privatePem);
    const means = { keys, strangersKeys: await createKeys(), minter, dataRoot };
    if (flags.profile) return await runProfiles(plan, means, folder);
    const report = {
      date: new Date().toISOString().slice(0, 10),
      machine: { ...describeMachine(), pinned: canPin, fsyncMilliseconds: fsyncMilliseconds(dataRoot) },
      gateway: describeGateway(rootFolder),
      plan: { ...plan, say: undefined },
      ...(await runSections(plan, means)),
    };
    report.goals = judge(report.results);
    const files = write(report, folder);
    printGoals(report.goals);
    say(`\nWritten: ${files.map((file) => path.relative(rootFolder, file)).join(', ')}`);
    return report.failures.length === 0 ? 0 : 1;
  } finally {
    rmSync(dataRoot, { recursive: true, force: true });
  }
}

function makePlan(flags) {
  const whole = (name, byDefault, least, most = Number.MAX_SAFE_INTEGER) => {
    const value = flags[name] === undefined ? byDefault : Number(flags[name]);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`--${name} must be ${least} or more`);
    return value;
  };
  const { quick } = flags;
  const asked = flags.only?.split(',') ?? null;
  const contenders = asked?.filter((name) => CONTENDERS.some(({ id }) => id === name)) ?? [];
  const unknown = asked?.filter((name) => !contenders.includes(name) && SECTIONS[name] === undefined) ?? [];
  if (unknown.length > 0) throw new Error(`--only knows no ${unknown.join(', ')}; see --list`);
  const wanted = (name, { byDefault }) =>
    asked === null
      ? byDefault || (name === 'soak' && flags.soak)
      : asked.includes(name) || (name === 'throughput' && contenders.length > 0);
  const connections = whole('connections', 32, 2, 64);
  if (connections % 2 !== 0) throw new Error('--connections must be even');
  return {
    sections: Object.entries(SECTIONS)
      .filter(([name, section]) => wanted(name, section))
      .map(([name]) => name),
    asked: asked !== null,
    contenders: contenders.length > 0 ? contenders : null,
    rounds: whole('rounds', quick ? 2 : 7, quick || asked !== null ? 1 : 5),
    seconds: whole('seconds', quick ? 1 : 4, 1, 600),
    firstWarmUpSeconds: quick ? 2 : 4,
    warmUpSeconds: quick ? 0.5 : 1,
    connections,
    tries: quick ? 1 : 3,
    events: whole('events', quick ? 20_000 : 1_000_000, 1_000),
    requests: whole('requests', quick ? 30_000 : 1_000_000, 10_000),
    quick,
    say,
  };
}

async function runSections(plan, means) {
  const results = {};
  const failures = [];
  for (const [index, name] of plan.sections.entries()) {
    say(`\n[${index + 1}/${plan.sections.length}] ${name}: ${SECTIONS[name].about}`);
    try {
      results[SECTIONS[name].result] = await SECTIONS[name].measure(plan, means);
    } catch (error) {
      failures.push({ section: name, message: error instanceof Error ? error.message : String(error) });
      say(`*** ${name} FAILED and counts for nothing: ${error instanceof Error ? error.stack : error} ***`);
    }
  }
  return { results, failures };
}

async function runProfiles(plan, means, folder) {
  const apart = plan.sections.includes(START_STOP.id) ? [START_STOP] : [];
  const wanted = plan.contenders ?? (plan.asked && apart.length > 0 ? [] : HOT_PATH);
  const chosen = [...CONTENDERS.filter(({ id }) => wanted.includes(id)), ...apart];
  const files = await profile(chosen, { ...plan, seconds: Math.max(plan.seconds, plan.quick ? 3 : 8) }, means, folder);
  say(`Written: ${files.map((file) => path.basename(file)).join(', ')}`);
  return 0;
}

const started = Date.now();

/** Progress, with the minutes and seconds since the start. */
function say(text) {
  const seconds = Math.floor((Date.now() - started) / 1_000);
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  for (const line of text.split('\n')) process.stdout.write(line === '' ? '\n' : `${clock}  ${line}\n`);
}
