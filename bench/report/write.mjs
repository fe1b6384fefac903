import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { chart } from './chart.mjs';
import { markdown } from './markdown.mjs';
import { bound, number, verdict, withSpread } from './numbers.mjs';

/** `<date>.md`, its chart, and `latest.json` with every single figure. @returns the files */
export function write(report, folder) {
  const files = [];
  const keep = (name, text) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    files.push(file);
  };
  const { throughput } = report.results;
  const drawn = throughput === undefined ? null : `${report.date}.svg`;
  if (drawn !== null) keep(drawn, chart(throughput, 'The same GraphQL query of 20 items'));
  keep(`${report.date}.md`, markdown(report, drawn));
  keep('latest.json', `${JSON.stringify(report, null, 1)}\n`);
  return files;
}

/** The goals on the terminal, each with its verdict. */
export function printGoals(goals) {
  process.stdout.write('\nGoals\n');
  for (const goal of goals) {
    const sign = goal.met === null ? ' ' : goal.met ? '✓' : '✗';
    process.stdout.write(
      `${sign} ${goal.text}\n    ${bound(goal)}: ${withSpread(goal.reached, goal.unit)}${goal.met === null ? '' : `, ${verdict(goal)}`}${goal.byWork === null ? '' : `; by processor time ${number(goal.byWork.median)}`}\n`,
    );
  }
}
