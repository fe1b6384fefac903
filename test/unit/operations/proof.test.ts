import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proof-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Test {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
}

/** What is said of a report in which the files have these tests. */
function proof(files: Readonly<Record<string, readonly Test[]>>, options: readonly string[] = []) {
  const file = path.join(folder, 'report.json');
  const testResults = Object.entries(files).map(([name, assertionResults]) => ({
    name: path.join(ROOT, name),
    // As vitest has it: where a file has no tests, it could not be loaded.
    status: assertionResults.some(({ status: one }) => one !== 'failed') ? 'passed' : 'failed',
    assertionResults,
  }));
  writeFileSync(file, JSON.stringify({ testResults }));
  const argv = [path.join(ROOT, 'scripts/proof.mjs'), '--report', file, ...options];
  const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  const lineOf = (words: string) => stdout.split('\n').find((line) => line.includes(words)) ?? 'no such line';
  return { status, stdout, lineOf };
}

const SECURITY = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');
const THREATS = readFileSync(path.join(ROOT, 'docs/threat-model.md'), 'utf8');
const besides = (file: string) => {
  const beside = readdirSync(path.join(ROOT, path.dirname(file))).find((name) => name.endsWith('.test.ts'));
  return `${path.dirname(file)}/${beside}`;
};
const THREAT = 'clients that do not take what was sent to them';
const FILE = 'test/e2e/slow-clients.test.ts';
const IN_ANSWER = 'is cut off in the middle of an answer';
const IN_STREAM = 'is cut off from an event stream, and its source is left';
const test = (title: string, status: Test['status'], ancestorTitles: readonly string[] = []): Test => ({
  title,
  status,
  ancestorTitles,
});

describe('what is said of a threat', () => {
  it('is that it is shown where every test that is named for it passed', () => {
    const { status, lineOf } = proof({ [FILE]: [test(IN_ANSWER, 'passed'), test(IN_STREAM, 'passed')] });
    expect(lineOf(THREAT)).toMatch(/^shown {4}T\d\d /);
    // Of all others nothing was run, and so not everything is shown.
    expect(status).toBe(2);
  });

  it('is that it FAILED where one of them failed, and so does the command', () => {
    const { status, stdout, lineOf } = proof({ [FILE]: [test(IN_ANSWER, 'passed'), test(IN_STREAM, 'failed')] });
    expect(lineOf(THREAT)).toMatch(/^FAILED {3}T\d\d /);
    expect(stdout).toContain(`FAILED: ${FILE} “${IN_STREAM}”`);
    expect(stdout).toMatch(/ 1 FAILED,/);
    expect(status).toBe(1);
  });

  it.each([
    ['was skipped', [test(IN_ANSWER, 'passed'), test(IN_STREAM, 'skipped')]],
    ['is not there', [test(IN_ANSWER, 'passed')]],
  ])('is that it was not run where one of them %s', (_, tests) => {
    const { status, lineOf } = proof({ [FILE]: tests });
    expect(lineOf(THREAT)).toMatch(/^not run {2}T\d\d /);
    expect(status).toBe(2);
    expect(proof({ [FILE]: tests }, ['--brief']).status).toBe(0);
  });

  it('is that it FAILED where a file could not even be loaded', () => {
    const { status, stdout, lineOf } = proof({ [FILE]: [] });
    expect(lineOf(THREAT)).toMatch(/^FAILED {3}T\d\d /);
    expect(stdout).toContain(`FAILED: ${FILE} “${IN_ANSWER}”`);
    expect(status).toBe(1);
  });

  it('is that everything is shown, and then alone the command ends with 0', () => {
    const named = [SECURITY, THREATS].flatMap((page) => [...page.matchAll(/“(.+?)”\]\(\.\.\/(test\/[^)]+)\)/g)]);
    const files: Record<string, Test[]> = {};
    for (const [, title = '', file = ''] of named) {
      // What only says what is tested has its tests in a file beside it.
      const at = file.endsWith('.test.ts') ? file : besides(file);
      files[at] = [...(files[at] ?? []), test(title, 'passed')];
    }
    const { status, stdout } = proof(files);
    expect(stdout).toMatch(/ 0 FAILED, 0 with tests that were not run/);
    expect(status).toBe(0);
  });

  it('counts a group by the tests in it, and a title with places for values by all that it stands for', () => {
    const group = 'sessions that are over';
    const { lineOf } = proof({
      'test/attacks/on-tokens.test.ts': [test('one', 'passed', [group]), test('another', 'failed', [group])],
      'test/matrix/starts.test.ts': [test('asks for: user_cleo', 'failed', ['ADMIN'])],
    });
    expect(lineOf('an actor token is used when its session is over')).toMatch(/^FAILED/);
    expect(lineOf('an impersonation by or of somebody for whom it is not allowed')).toMatch(/^FAILED/);
  });
});
