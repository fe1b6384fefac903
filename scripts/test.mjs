// Everything that has to hold, in one command: each step is shown, all steps run, the last line counts.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A package's own program, run by this very Node.js. */
function program(...inside) {
  return path.join('node_modules', ...inside);
}

const report = 'test-output/vitest.json';
/** What the tests used that nobody may see, and what gateways printed: see test/support/record.ts. */
const record = 'test-output/record';
const printed = 'test-output/printed.log';
mkdirSync('test-output', { recursive: true });
for (const old of [report, record, printed]) rmSync(old, { recursive: true, force: true });

const steps = [
  ['types', [program('typescript', 'bin', 'tsc'), '-p', '.']],
  ['types of the console', [program('typescript', 'bin', 'tsc'), '-p', 'web']],
  ['lint and format', [program('@biomejs/biome', 'bin', 'biome'), 'ci', '.']],
  ['architecture', ['scripts/check-architecture.mjs']],
  [
    'generated code is current',
    [program('@graphql-codegen/cli', 'esm', 'bin.js'), '--config', 'codegen.yml', '--check'],
  ],
  ['no unused code or dependencies', [program('knip', 'bin', 'knip.js')]],
  ['build', ['scripts/build.mjs']],
  [
    'tests',
    [program('vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  ['what shows each threat', ['scripts/proof.mjs', '--report', report, '--brief']],
  ['no secret in any output', ['scripts/check-secrets.mjs', record, '--also', printed, '--also', report]],
];

/** Runs a step; what it prints is shown and kept. @returns its exit code */
function run(command) {
  const env = {
    ...process.env,
    TEST_RECORD: path.resolve(record),
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
  };
  const child = spawn(process.execPath, command, { stdio: ['inherit', 'pipe', 'pipe'], env });
  const kept = createWriteStream(printed, { flags: 'a' });
  for (const name of ['stdout', 'stderr']) {
    child[name].pipe(process[name], { end: false });
    child[name].pipe(kept, { end: false });
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => kept.end(() => resolve(code)));
  });
}

/** What failed, once more and short: whoever sees the end of a long output alone has to learn from it what to mend. */
function failures(testResults) {
  const shown = 20;
  const all = testResults.flatMap(({ name, message, assertionResults }) => {
    const failedTests = assertionResults.filter(({ status }) => status === 'failed');
    const file = path.relative('.', name);
    // A file that cannot be loaded has no tests, only a message.
    if (failedTests.length === 0) return message ? [`✘ ${file}\n${shortened(message)}`] : [];
    return failedTests.map(
      ({ fullName, failureMessages }) => `✘ ${file} “${fullName}”\n${shortened(failureMessages.join('\n'))}`,
    );
  });
  return [...all.slice(0, shown), ...(all.length > shown ? [`… and ${all.length - shown} more`] : [])];
}

function shortened(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*(node_modules|node:)/.test(line))
    .map((line) => `    ${line.length > 400 ? `${line.slice(0, 400)}…` : line}`);
  return [...lines.slice(0, 25), ...(lines.length > 25 ? ['    …'] : [])].join('\n');
}

let passed = 0;
let failed = 0;
const failedSteps = [];
for (const [name, command] of steps) {
  console.log(`\n▶ ${name}`);
  const started = Date.now();
  const status = await run(command);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    passed += 1;
    console.log(`✔ ${name} (${seconds} s)`);
  } else {
    failed += 1;
    failedSteps.push(name);
    console.log(`✘ ${name} (${seconds} s)`);
  }
}

try {
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  const again = failures(counts.testResults);
  if (again.length > 0) console.log(`\n${again.join('\n')}`);
  const notRun = counts.numTotalTests - counts.numPassedTests - counts.numFailedTests;
  if (notRun > 0)
    console.log(`\n!!! ${notRun} tests were NOT RUN; the lines that say NOT RUN above give the reason for each.`);
} catch {
  console.log('\n!!! The tests left no report.');
  failed += 1;
}
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
