import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GatewayProcess, runGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { runCommand } from '../support/run-command.js';

const START = `mutation ($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
const STOP = 'mutation ($id: ID) { stopImpersonation(sessionId: $id) { session { id } } }';
const TRAIL = '{ impersonationEvents(first: 500) { nodes { type subjectId integrity { status } } } }';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let settings: Record<string, string>;
const inFolder = (name: string) => path.join(folder.path, name);

beforeEach(async () => {
  folder = await temporaryFolder();
  // Nothing here is ninety days old.
  settings = { DATA_DIR: folder.path, AUDIT_RETENTION_MIN_DAYS: '0' };
});

afterEach(async () => {
  await folder.remove();
});

async function oneSession(gateway: GatewayProcess, userId = 'user_cleo'): Promise<void> {
  const ada = await gateway.signIn('user_ada');
  const { data, errors } = await gateway.graphql<{
    startImpersonation: { actorToken: string; session: { id: string } };
  }>(ada, START, { input: { userId, reason: `about ${userId}` } });
  expect(errors ?? []).toEqual([]);
  const { session } = data?.startImpersonation ?? { session: { id: '' } };
  const stopped = await gateway.graphql(ada, STOP, { id: session.id });
  expect(stopped.errors ?? []).toEqual([]);
}

/** A gateway's whole life with one session in it. */
async function oneLife(userId?: string): Promise<void> {
  const gateway = await startGatewayProcess(folder.path, settings);
  await oneSession(gateway, userId);
  await gateway.stop();
}

const run = (...args: string[]) => runCommand(args, settings);

/** Not before the newest seal, and not after it: what was sealed before it may go. */
async function newestSealAt(): Promise<string> {
  const { stdout } = await run('audit', 'verify', '--json');
  return String(JSON.parse(stdout).newestSealAt);
}

it('prunes sealed events into a verified archive beside a running gateway, and what is left verifies with it and without', async () => {
  await oneLife();
  const gateway = await startGatewayProcess(folder.path, settings);
  await oneSession(gateway, 'user_carl');
  // Whatever a command does, it seals what is there in the end.
  await run('audit', 'hold', '--list');
  const before = await newestSealAt();
  const archive = inFolder('archive.ndjson');

  // The program itself, once; elsewhere its commands in this process.
  const dry = await runGateway(['audit', 'prune', '--before', before, '--export', archive], settings);
  expect({ code: dry.code, stderr: dry.stderr }).toEqual({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('Nothing was done.');
  await expect(readFile(archive)).rejects.toThrow();

  const done = await run('audit', 'prune', '--before', before, '--export', archive, '--reason', 'yearly', '--yes');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(/\n[1-9]\d* events were pruned\. This is on record\./);
  expect(await readFile(archive, 'utf8')).toContain('about user_cleo');

  // The gateway goes on: it writes, seals and reads over the pruned trail.
  await oneSession(gateway, 'user_carl');
  const audrey = await gateway.signIn('user_audrey');
  const { data } = await gateway.graphql<{
    impersonationEvents: { nodes: { type: string; subjectId: string | null; integrity: { status: string } }[] };
  }>(audrey, TRAIL);
  const nodes = data?.impersonationEvents.nodes ?? [];
  expect(nodes.map(({ type }) => type)).toContain('AUDIT_PRUNED');
  expect(nodes.filter(({ subjectId }) => subjectId === 'user_cleo')).toEqual([]);
  expect(nodes.every(({ integrity }) => integrity.status !== 'FAILED')).toBe(true);
  await gateway.stop();

  const verified = await run('audit', 'verify');
  expect(verified.stdout).toContain('NOT COVERED PRUNED_EVENTS');
  expect(verified.stdout).toMatch(/\nHOLDS: /);
  const joined = await run('audit', 'verify', '--archive', archive);
  expect(joined.stdout).not.toContain('PRUNED_EVENTS');
  expect(joined.stdout).toMatch(/\nHOLDS: /);

  // The same offline, and the archive by itself.
  expect((await run('audit', 'export', '--out', inFolder('rest.ndjson'))).code).toBe(0);
  const keys = JSON.parse(await readFile(inFolder('signing-key.EdDSA.jwks.json'), 'utf8')) as { keys: object[] };
  await writeFile(inFolder('jwks.json'), JSON.stringify({ keys: keys.keys.map((key) => ({ ...key, d: undefined })) }));
  const offline = ['--anchors', inFolder('anchors.log'), '--jwks', inFolder('jwks.json')];
  const rest = ['audit', 'verify', '--file', inFolder('rest.ndjson'), ...offline];
  expect((await run(...rest)).stdout).toMatch(/\nHOLDS: /);
  expect((await run(...rest, '--archive', archive)).stdout).not.toContain('PRUNED_EVENTS');
  expect((await run('audit', 'verify', '--file', archive, ...offline)).stdout).toMatch(/\nPARTIAL: /);

  const again = await run('audit', 'prune', '--before', before, '--export', archive, '--reason', 'yearly', '--yes');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('There is nothing to prune.');
}, 60_000);

it('a legal hold keeps what it names from being pruned and erased until it is released, and all of it is on record', async () => {
  await oneLife('user_cleo');
  await oneLife('user_carl');
  await run('audit', 'verify');
  const placed = await run('audit', 'hold', '--add', '--user', 'user_cleo', '--reason', 'case 7');
  const id = /The hold (\S+) is in force/.exec(placed.stdout)?.[1] ?? '';
  expect(placed).toMatchObject({ code: 0, stderr: '' });
  const listed = await run('audit', 'hold', '--list');
  expect(listed.stdout).toContain('1 holds in force, 1 in all.');
  expect(listed.stdout).toContain('user "user_cleo"');

  const erasing = await run('audit', 'erase', '--user', 'user_cleo', '--yes');
  expect(erasing.code).toBe(1);
  expect(erasing.stderr).toContain(`under legal hold (${id})`);
  expect((await run('audit', 'erase', '--user', 'user_ada', '--yes')).stderr).toContain('under legal hold');

  const before = await newestSealAt();
  const prune = (file: string) =>
    run('audit', 'prune', '--before', before, '--export', inFolder(file), '--reason', 'yearly', '--yes');
  const first = await prune('first.ndjson');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`hold ${id}`);
  const kept = await readFile(inFolder('first.ndjson'), 'utf8');
  expect(kept).toContain('user_carl');
  expect(kept).not.toContain('user_cleo');

  expect((await run('audit', 'hold', '--release', id, '--reason', 'case closed')).code).toBe(0);
  expect((await run('audit', 'hold', '--release', id, '--reason', 'again')).stderr).toContain('not in force');
  expect((await prune('second.ndjson')).stdout).toMatch(/\d events were pruned/);
  expect(await readFile(inFolder('second.ndjson'), 'utf8')).toContain('user_cleo');
  const verified = await run(
    'audit',
    'verify',
    '--archive',
    inFolder('first.ndjson'),
    '--archive',
    inFolder('second.ndjson'),
  );
  expect(verified.stdout).toMatch(/\nHOLDS: /);
  expect(verified.stdout).not.toContain('PRUNED_EVENTS');
}, 60_000);
