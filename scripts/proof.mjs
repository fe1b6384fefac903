// What the security pages say, and whether the tests that they name for it ran and passed: a line for each guarantee and each threat.
//
//   npm run proof                                   runs those tests, some ten minutes on two cores
//   node scripts/proof.mjs --report REPORT.json     reads the report of a run that was (vitest --reporter=json); `npm test` ends with it
//   … --brief                                       only what is amiss
//
// Exits with 0 where every claim is shown; with 1 where a test failed, could not be loaded, or none is named; with 2 where some were not
// run, since what did not run shows nothing on this machine. Behind a whole run (--brief) that is said, and is no failure.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGES = ['docs/security.md', 'docs/threat-model.md'];
const WIDTH = 96;

const { values } = parseArgs({ options: { report: { type: 'string' }, brief: { type: 'boolean', default: false } } });

const claims = PAGES.flatMap(claimsOf);
const report = values.report ?? path.join(ROOT, 'test-output', 'proof.json');
if (values.report === undefined)
  await run([...new Set(claims.flatMap(({ named }) => named.flatMap(testFiles)))], report);
if (!existsSync(report)) {
  console.error(`There is no report ${report}.`);
  process.exit(1);
}
const results = new Map(
  JSON.parse(readFileSync(report, 'utf8')).testResults.map(({ name, status, assertionResults }) => [
    path.relative(ROOT, name).split(path.sep).join('/'),
    // A file that could not be loaded has no tests, and has failed with all that it should have had.
    assertionResults.length === 0 && status === 'failed' ? null : assertionResults,
  ]),
);

const counts = { shown: 0, FAILED: 0, 'not run': 0 };
for (const { id, words, named } of claims) {
  const verdicts = named.map((each) => ({ ...each, verdict: verdictOf(each) }));
  const bad = ['FAILED', 'not run'].find((one) => verdicts.some((each) => each.verdict === one));
  const verdict = bad ?? (named.length === 0 ? 'FAILED' : 'shown');
  counts[verdict] += 1;
  // Behind a whole run only what is amiss is worth a line.
  if (!values.brief || verdict !== 'shown')
    console.log(`${verdict.padEnd(8)} ${id.padEnd(4)} ${words.length > WIDTH ? `${words.slice(0, WIDTH)}…` : words}`);
  for (const each of verdicts.filter((one) => one.verdict !== 'shown'))
    console.log(`${''.padEnd(14)}${each.verdict}: ${each.file} “${each.title}”`);
}
console.log(
  `\n${claims.length} guarantees and threats: ${counts.shown} shown, ${counts.FAILED} FAILED, ${counts['not run']} with tests that were not run`,
);
if (counts['not run'] > 0 && !values.brief) {
  console.log(`
What was not run needs what is not on this machine. These put it there, each once:
  node scripts/mongo-peer-install.mjs      servers that speak as MongoDB does (or name a MongoDB in MONGODB_URI)
  node scripts/chromium-install.mjs        the browser
  node scripts/python-example-install.mjs  what the example in Python is made of`);
}
if (counts.FAILED > 0 || claims.length === 0) process.exit(1);
process.exit(counts['not run'] > 0 && !values.brief ? 2 : 0);

/** The rows of a page that name tests in their last column. */
function claimsOf(page) {
  return readFileSync(path.join(ROOT, page), 'utf8')
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .filter(([id = '']) => /^ (T?\d+) $/.test(id))
    .map((cells) => ({
      id: cells[0].trim(),
      // The threat stands behind its kind; what is guaranteed stands first.
      words: (cells[0].includes('T') ? cells[2] : cells[1]).replaceAll('**', '').trim(),
      named: [...cells.at(-1).matchAll(/“(.+?)”\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, title, file]) => ({
        title,
        file,
      })),
    }));
}

/** The files that have a test to be run: itself, or, where it only says what is tested, those beside it. */
function testFiles({ file }) {
  if (file.endsWith('.test.ts')) return [file];
  const folder = path.posix.dirname(file);
  return readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);
}

function verdictOf({ title, file }) {
  // Where a title has a place for a value, any value stands there.
  const pattern = new RegExp(
    title
      .split(/\$\{[^}]*\}|\$[\w.]+|%[sdifjo#]/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
    's',
  );
  const files = testFiles({ file }).map((each) => results.get(each));
  if (files.includes(null)) return 'FAILED';
  const tests = files
    .flatMap((each) => each ?? [])
    .filter((test) => [...test.ancestorTitles, test.title].some((each) => pattern.test(each)));
  if (tests.some(({ status }) => status === 'failed')) return 'FAILED';
  return tests.some(({ status }) => status === 'passed') ? 'shown' : 'not run';
}

async function run(files, outputFile) {
  mkdirSync(path.dirname(outputFile), { recursive: true });
  // Where the run itself breaks off, the report of an earlier one must not pass for its own.
  rmSync(outputFile, { force: true });
  console.log(`${files.length} files of tests\n`);
  const vitest = [
    path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...files,
  ];
  // Its exit code is not asked for: what failed is in the report.
  await new Promise((resolve) => {
    spawn(process.execPath, vitest, { cwd: ROOT, stdio: 'inherit' }).on('close', resolve);
  });
}
