import { CONTENDERS } from '../contenders.mjs';
import { bound, number, verdict, withSpread } from './numbers.mjs';
import { cost, over, rateRatio, work } from './statistics.mjs';

const REFERENCE = 'mercurius-auth';

/** The whole report. @param chart the file name of the chart, beside the report; null: none */
export function markdown(report, chart) {
  const { results } = report;
  return [
    `# Benchmark of ${report.date}`,
    about(report),
    chart === null ? '' : `![requests per second of every contender](${chart})`,
    goals(report.goals),
    results.throughput === undefined ? '' : throughput(results.throughput),
    startStop(results.startStop),
    coldToken(results.coldToken),
    growth(results.growth),
    soak(results.soak),
    report.failures.map(({ section, message }) => `**${section} failed:** \`${message}\``).join('\n\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function about({ machine, plan, gateway }) {
  const { connections, rounds, seconds } = plan;
  return [
    `${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, gateway ${gateway}.`,
    `${connections} connections, ${rounds} rounds in turn, ${seconds} s each; medians, in brackets the least and the greatest.`,
    machine.pinned
      ? 'Server and load generator each had a core of their own.'
      : '**Server and load generator were NOT kept on cores of their own.**',
    `4 KiB are safely on its disk after ${withSpread(machine.fsyncMilliseconds, 'ms')}.`,
    `Load average at the start: ${number(machine.loadAverage)}.${machine.loadAverage > 0.5 ? ' **The machine was in use by others.**' : ''}`,
  ].join(' ');
}

function goals(judged) {
  const rows = judged.map(
    (goal) =>
      `| ${goal.text} | ${bound(goal)} | ${withSpread(goal.reached, goal.unit)} | ${verdict(goal)} | ${goal.byWork === null ? '' : number(goal.byWork.median)} |`,
  );
  return [
    '## Goals',
    '',
    '| | goal | reached | | by processor time |',
    '|---|---|---|---|---:|',
    ...rows,
    '',
    'The verdict is on the rate; the last column is the same ratio by processor time a request, which waits for no disk.',
  ].join('\n');
}

function throughput(all) {
  const measured = CONTENDERS.filter(({ id }) => all[id] !== undefined);
  const median = ({ id }) => over(all[id], ({ perSecond }) => perSecond).median;
  const rows = measured
    .sort((a, b) => median(b) - median(a))
    .map(({ id, label, checks, ours }) => {
      const rounds = all[id];
      const bounded = rounds.some(({ generatorShare }) => generatorShare > 0.9) ? ' ¹' : '';
      return `| ${ours ? `**${label}**` : label} | ${checks} | ${withSpread(over(rounds, ({ perSecond }) => perSecond))}${bounded} | ${withSpread(rateRatio(rounds, all[REFERENCE]))} | ${number(over(rounds, ({ p50 }) => p50).median)} | ${number(over(rounds, ({ p99 }) => p99).median)} | ${number(over(rounds, work).median)} | ${disturbance(rounds)} |`;
    });
  return [
    '## The same query of 20 items',
    '',
    'The two lists and the mutation are other operations, for goals of their own.',
    '',
    '| server | checks | requests/s | / Mercurius + auth | p50 ms | p99 ms | processor µs | others |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
    '¹ The load generator was the limit: the server may be faster. "others": what other processes took of the server’s core.',
  ].join('\n');
}

function disturbance(rounds) {
  const others = over(rounds, ({ othersShare }) => othersShare ?? Number.NaN);
  return others === null ? '' : `${Math.round(others.median * 100)} %`;
}

function startStop(of) {
  if (of === undefined) return '';
  const pairs = (rounds) => withSpread(over(rounds, ({ perSecond }) => perSecond / 2));
  return `## Start and stop, durable\n\nPairs a second: gateway, with both events, ${pairs(of.gateway)}; better-auth's admin plugin, which records none, ${pairs(of['better-auth'])}.`;
}

function coldToken(of) {
  if (of === undefined) return '';
  const bare = withSpread(over(of.bareMicroseconds, (value) => value));
  return `## A token never seen\n\nA request with a known token takes ${withSpread(over(of.warm, work))} µs of processor time, with a new one ${withSpread(over(of.cold, work))} µs; one bare Ed25519 verification on that core ${bare} µs.`;
}

function growth(of) {
  if (of === undefined) return '';
  const p50 = (rounds) => withSpread(over(rounds, (round) => round.p50));
  return [
    `## As the event log grows to ${number(of.events)} events`,
    '',
    `An impersonated query takes ${withSpread(over(of.operations.empty, cost))} µs with an empty log, ${withSpread(over(of.operations.full, cost))} µs with a full one.`,
    '',
    `| a page of 50 events, p50 ms | of ${number(of.small)} | of ${number(of.events)} |`,
    '|---|---:|---:|',
    ...Object.entries(of.pages).map(([name, { small, large }]) => `| ${name} | ${p50(small)} | ${p50(large)} |`),
  ].join('\n');
}

function soak(of) {
  if (of === undefined) return '';
  return `## Memory\n\nAfter ${number(of.requests)} requests ${number(of.endMib)} MiB resident, at most ${number(of.mostMib)} MiB; growth within the second half ${number(of.secondHalfGrowthMib)} MiB.`;
}
