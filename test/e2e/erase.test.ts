import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

const WORDS = 'she had forgotten her medicine 8231';
const START = `mutation ($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
const TRAIL = `{ impersonationEvents(first: 500) { nodes {
  type outcome subjectId reason detailsErased integrity { status }
} } }`;

interface Node {
  readonly type: string;
  readonly outcome: string;
  readonly subjectId: string | null;
  readonly reason: string | null;
  readonly detailsErased: boolean;
  readonly integrity: { readonly status: string };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

/** Whether any file of the folder has the text, in whatever part of it. */
async function isInFiles(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder.path)) {
    if ((await readFile(path.join(folder.path, name))).includes(text)) found.push(name);
  }
  return found;
}

it('erasing a person’s details while a gateway runs leaves no trace of them in any file, and a trail that verifies', async () => {
  const settings = { DATA_DIR: folder.path };
  const gateway = await startGatewayProcess(folder.path);
  const ada = await gateway.signIn('user_ada');
  for (const userId of ['user_cleo', 'user_carl']) {
    const reason = userId === 'user_cleo' ? WORDS : 'another case 4711';
    const { errors } = await gateway.graphql(ada, START, { input: { userId, reason } });
    expect(errors ?? []).toEqual([]);
  }
  expect(await isInFiles(WORDS)).not.toEqual([]);

  const erased = await runGateway(
    ['audit', 'erase', '--user', 'user_cleo', '--reason', 'request 17', '--yes'],
    settings,
  );
  expect({ code: erased.code, stderr: erased.stderr }).toEqual({ code: 0, stderr: '' });
  expect(erased.stdout).toMatch(/^\d+ events and 1 sessions lost their details/);
  expect(await isInFiles(WORDS)).toEqual([]);
  expect(await isInFiles('another case 4711')).not.toEqual([]);

  const audrey = await gateway.signIn('user_audrey');
  const { data } = await gateway.graphql<{ impersonationEvents: { nodes: Node[] } }>(audrey, TRAIL);
  const nodes = data?.impersonationEvents.nodes ?? [];
  const ofCleo = nodes.filter(({ subjectId }) => subjectId === 'user_cleo');
  expect(ofCleo.map(({ type, outcome, reason, detailsErased }) => [type, outcome, reason, detailsErased])).toEqual([
    ['AUDIT_ERASED', 'SUCCESS', 'request 17', false],
    ['AUDIT_ERASED', 'UNKNOWN', null, true],
    ['IMPERSONATION_STARTED', 'SUCCESS', null, true],
  ]);
  expect(nodes.find(({ subjectId }) => subjectId === 'user_carl')?.reason).toBe('another case 4711');
  expect(nodes.every(({ integrity }) => integrity.status !== 'FAILED')).toBe(true);
  await gateway.stop();

  const verified = await runGateway(['audit', 'verify'], settings);
  expect(verified.stdout).toMatch(/\nHOLDS: everything that was checked holds\.\n$/);
  expect(verified.stdout).toContain('2 events without details');
  expect(verified.code).toBe(0);
});

it('nothing is erased unless it is said, of whom and that it is meant', async () => {
  const cases = [
    ['audit', 'erase'],
    ['audit', 'erase', '--yes'],
    ['audit', 'erase', '--user', 'user_cleo'],
    ['audit', 'erase', '--user', '', '--yes'],
    ['audit', 'erase', '--user', 'user_cleo', '--yes', '--reason', 'x'.repeat(501)],
    ['audit', 'erase', '--user', 'user_cleo', '--yes', '--force'],
  ];
  for (const args of cases) {
    const { code, stdout, stderr } = await runGateway(args, { DATA_DIR: folder.path });
    expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage');
  }
  expect(await readdir(folder.path)).toEqual([]);
});
