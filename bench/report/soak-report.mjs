import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeGateway, describeMachine } from '../measure/machine.mjs';
import { number } from './numbers.mjs';
import { median } from './statistics.mjs';
import { timeChart } from './time-chart.mjs';

const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const MIB = 1_024 * 1_024;

/** `bench/results/soak-<date>.md` and its picture. @returns the files, from the root of the checkout */
export function writeSoakReport(result, { minutes, seed, workers }) {
  const date = new Date().toISOString().slice(0, 10);
  const folder = path.join(ROOT, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const files = { svg: path.join(folder, `soak-${date}.svg`), md: path.join(folder, `soak-${date}.md`) };
  const about = { date, minutes, seed, workers, machine: describeMachine(), gateway: describeGateway(ROOT) };
  writeFileSync(files.svg, picture(result, about));
  writeFileSync(files.md, table(result, about));
  return Object.values(files).map((file) => path.relative(ROOT, file));
}

function picture({ samples, collected, disturbed }, { minutes, date }) {
  const line = (label, of) => ({ label, points: samples.map((sample) => ({ x: sample.at, y: of(sample) })) });
  const inMib = (of) => (sample) => of(sample) / MIB;
  const isKnown = samples.some(({ descriptors }) => descriptors !== null);
  return timeChart({
    title: 'Memory and handles of one gateway under everything at once',
    subtitle: `${date}, ${minutes} minutes of load after warm-up`,
    seconds: Math.max(1, ...samples.map(({ at }) => at)),
    happened: disturbed.filter(({ at }) => at > 0),
    happenedLabel: 'a service fails or comes back, a configuration or a key changes',
    panels: [
      {
        title: 'Memory',
        unit: 'MiB',
        lines: [
          line(
            'resident',
            inMib(({ memory }) => memory.rss),
          ),
          line(
            'heap in use',
            inMib(({ memory }) => memory.heapUsed),
          ),
          {
            label: 'heap after a collection',
            points: collected.map(({ at, bytes }) => ({ x: at, y: bytes / MIB })),
            marks: true,
          },
          line(
            'external, buffers included',
            inMib(({ memory }) => memory.external),
          ),
        ],
      },
      {
        title: 'Handles',
        unit: 'how many',
        lines: [
          ...(isKnown ? [line('open sockets', ({ descriptors }) => descriptors?.socket ?? 0)] : []),
          line('connections of clients', ({ open }) => open.connections),
          line('streams', ({ open }) => open.streams),
          line('sessions', ({ open }) => open.sessions),
          ...(isKnown ? [line('open files', ({ descriptors }) => descriptors?.file ?? 0)] : []),
        ],
      },
      {
        title: 'Event loop: the 99th percentile of its lag between two looks',
        unit: 'ms',
        lines: [line('lag, p99', ({ lagP99 }) => lagP99)],
      },
    ],
  });
}

function table(result, about) {
  const { samples, base, rest, outcomes, disturbed, findings, logged, collected, events } = result;
  const { date, minutes, seed, workers, machine, gateway } = about;
  const answers = Object.entries(samples.at(-1)?.answers ?? {}).sort(([a], [b]) => Number(a) - Number(b));
  const failed = findings.filter(({ holds }) => !holds);
  const over = (of) => {
    const values = samples.map(of).filter((value) => value !== null && value !== undefined);
    return values.length === 0
      ? ['not measured', '', '']
      : [Math.min(...values), median(values), Math.max(...values)].map(figure);
  };
  const inMib = (bytes) => number(bytes / MIB);
  const row = (name, before, of, after) => `| ${[name, before, ...over(of), after].join(' | ')} |`;
  const rows = [
    row('resident memory, MiB', inMib(base.resident), ({ memory }) => memory.rss / MIB, inMib(rest.resident)),
    row(
      'heap in use, MiB; at rest after a collection',
      inMib(base.heapUsed),
      ({ memory }) => memory.heapUsed / MIB,
      inMib(rest.heapUsed),
    ),
    `| heap after a collection under load, MiB | | ${spread(collected.map(({ bytes }) => bytes / MIB))} | |`,
    row(
      'external memory, buffers included, MiB',
      inMib(base.external),
      ({ memory }) => memory.external / MIB,
      inMib(rest.external),
    ),
    row(
      'of it buffers, MiB',
      inMib(base.arrayBuffers),
      ({ memory }) => memory.arrayBuffers / MIB,
      inMib(rest.arrayBuffers),
    ),
    ...['socket', 'file', 'pipe', 'other'].map((kind) =>
      row(
        `descriptors: ${kind}`,
        base.descriptors?.[kind] ?? '',
        ({ descriptors }) => descriptors?.[kind],
        rest.descriptors?.[kind] ?? '',
      ),
    ),
    row('threads', base.threads ?? '', ({ threads }) => threads, rest.threads ?? ''),
    ...kinds(samples, base, 'resources').map((kind) =>
      row(
        `active resources: ${kind}`,
        base.resources[kind] ?? 0,
        ({ resources }) => resources[kind] ?? 0,
        rest.resources[kind] ?? 0,
      ),
    ),
    ...kinds(samples, base, 'open').map((kind) =>
      row(kind, base.open[kind] ?? 0, ({ open }) => open[kind] ?? 0, rest.open[kind] ?? 0),
    ),
    ...Object.keys(rest.liveObjects).map(
      (kind) => `| live objects: ${kind} | ${base.liveObjects[kind]} | | | | ${rest.liveObjects[kind]} |`,
    ),
    row('event loop lag p99, ms', '', ({ lagP99 }) => lagP99, ''),
    row('data folder, MiB', '', ({ dataBytes }) => dataBytes / MIB, ''),
  ];
  return `# Soak of ${date}

${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, gateway ${gateway}. ${minutes} minutes of load by ${workers} workers, SOAK_SEED=${seed}. The
load average at the end was ${number(machine.loadAverage)}: load, services and gateway shared the machine.

**${failed.length === 0 ? 'It holds.' : `It does NOT hold: ${failed.length} of ${findings.length}.`}**

![memory, handles and lag over time](soak-${date}.svg)

## Verdict

| | | |
|---|---|---|
${findings.map(({ holds, name, text }) => `| ${holds ? '✔' : '✘'} | ${name} | ${cell(text)} |`).join('\n')}

## At the base, under load, and at rest

| | base | least | median | most | rest |
|---|---:|---:|---:|---:|---:|
${rows.join('\n')}

The base is taken after a warm-up of the same load, when nobody has asked anything for as long as at the end. Live objects are what belongs to a request or a
connection and was not let go of.

## What was done

${number(answers.reduce((total, [, count]) => total + count, 0))} HTTP answers by status: ${answers.map(([status, count]) => `${status === '0' ? 'client gone' : status} ${count}`).join(', ')}. ${number(events)} events
in the trail.

| outcome | times |
|---|---:|
${[...outcomes]
  .sort(([, a], [, b]) => b - a)
  .map(([name, count]) => `| ${name} | ${count} |`)
  .join('\n')}

What went wrong around it, on purpose, ${disturbed.length} times: ${[...new Set(disturbed.map(({ name }) => name))].sort().join('; ')}.

What the log said of it at \`warn\` or above, as it should:

| line | times |
|---|---:|
${[...logged]
  .sort(([, a], [, b]) => b - a)
  .map(([line, count]) => `| ${cell(line)} | ${count} |`)
  .join('\n')}
`;
}

/** Counts as they are, everything else to three figures. */
function figure(value) {
  if (Math.abs(value) < 0.005) return '0';
  return Number.isInteger(value) && value < 100 ? String(value) : number(value);
}

function kinds(samples, base, of) {
  return [...new Set([base, ...samples].flatMap((look) => Object.keys(look[of])))].sort();
}

function spread(values) {
  if (values.length === 0) return ['not measured', '', ''].join(' | ');
  return [Math.min(...values), median(values), Math.max(...values)].map(number).join(' | ');
}

/** Text in one cell of a table. */
function cell(text) {
  const shown = text.length > 500 ? `${text.slice(0, 500)} …` : text;
  return shown.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, '; ');
}
