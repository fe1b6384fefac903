import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { runCommand } from '../support/run-command.js';

const START = `mutation ($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
const REVOKE = `mutation ($input: RevokeImpersonationInput!) { revokeImpersonation(input: $input) { session { id status } } }`;
const ME = '{ viewer { id } actor { id } }';
const TRAIL = `{ impersonationEvents(first: 500) { nodes { type reason subjectId } } }`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
let settings: Record<string, string>;

beforeEach(async () => {
  folder = await temporaryFolder();
  data = path.join(folder.path, 'data');
  await mkdir(data);
  // Fixed, so that tokens of before are honoured after: the port is another each time.
  settings = { DATA_DIR: data, PUBLIC_URL: 'http://gateway.test' };
});

afterEach(async () => {
  await folder.remove();
});

const run = (...args: string[]) => runCommand(args, settings);

/** Puts back the database alone: anchors and keys are kept elsewhere, as the guide says. */
async function restoreDatabase(backup: string): Promise<void> {
  for (const name of await readdir(data)) {
    if (name.startsWith('gateway.db-')) await cp('/dev/null', path.join(data, name), { force: true });
  }
  await cp(path.join(backup, 'gateway.db'), path.join(data, 'gateway.db'));
}

it('a restored store is refused until it is acknowledged; then a session revoked after the backup stays dead, and the verifier names what is lost', async () => {
  const backup = path.join(folder.path, 'backup');
  const gateway = await startGatewayProcess(data, settings);
  const ada = await gateway.signIn('user_ada');
  const started = await gateway.graphql<{ startImpersonation: { actorToken: string; session: { id: string } } }>(
    ada,
    START,
    { input: { userId: 'user_cleo', reason: 'before the backup' } },
  );
  const { actorToken, session } = started.data?.startImpersonation ?? { actorToken: '', session: { id: '' } };
  expect((await gateway.graphql(actorToken, ME)).data).toMatchObject({ viewer: { id: 'user_cleo' } });

  const saved = await run('audit', 'backup', '--out', backup);
  expect(saved).toMatchObject({ code: 0, stderr: '' });

  const grace = await gateway.signIn('user_grace');
  const revoked = await gateway.graphql(grace, REVOKE, { input: { sessionId: session.id, reason: 'misused' } });
  expect(revoked.errors ?? []).toEqual([]);
  await gateway.stop();
  await restoreDatabase(backup);

  const refused = await runGateway(['serve'], { ...settings, PORT: '0' });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('The store is older than its anchor');
  expect(refused.stderr).toContain('audit restored');
  expect((await run('audit', 'hold', '--list')).stderr).toContain('The store is older than its anchor');
  const before = await run('audit', 'verify');
  expect(before.code).toBe(1);
  expect(before.stdout).toContain('ROLLED_BACK');

  expect((await run('audit', 'restored')).stdout).toMatch(/^Lost: seals \d+ to \d+, .*\nNothing was done\./);
  expect((await run('audit', 'restored', '--yes')).code).toBe(2);
  const acknowledged = await run('audit', 'restored', '--reason', 'disk failure 12', '--yes');
  expect(acknowledged).toMatchObject({ code: 0, stderr: '' });
  expect(acknowledged.stdout).toContain('1 sessions were ended');
  expect((await run('audit', 'restored', '--reason', 'again', '--yes')).stderr).toContain('nothing to acknowledge');

  const again = await startGatewayProcess(data, settings);
  const answer = await again.graphql(actorToken, ME);
  expect(answer.errors?.map(({ extensions }) => extensions?.code)).toContain('IMPERSONATION_ENDED');
  const audrey = await again.signIn('user_audrey');
  const { data: read } = await again.graphql<{ impersonationEvents: { nodes: { type: string; reason: string }[] } }>(
    audrey,
    TRAIL,
  );
  const told = (read?.impersonationEvents.nodes ?? []).map(({ type, reason }) => `${type} ${reason}`);
  expect(told).toContain('AUDIT_RESTORED disk failure 12');
  expect(told).toContain('IMPERSONATION_REVOKED disk failure 12');
  await again.stop();

  const verified = await run('audit', 'verify');
  expect(verified.stdout).toContain('NOT COVERED LOST_SEALS');
  expect(verified.stdout).toMatch(/\nHOLDS: /);

  // Offline the anchors hold the lost seals as well as those after them.
  const rest = path.join(folder.path, 'rest.ndjson');
  await run('audit', 'export', '--out', rest);
  const offline = await run(
    'audit',
    'verify',
    '--file',
    rest,
    '--anchors',
    path.join(data, 'anchors.log'),
    '--jwks',
    path.join(backup, 'jwks.json'),
  );
  expect(offline.stdout).toContain('NOT COVERED LOST_SEALS');
  expect(offline.stdout).toMatch(/\nHOLDS: /);
}, 60_000);

it('every active session can be ended at once, beside a gateway that runs', async () => {
  const gateway = await startGatewayProcess(data, settings);
  const ada = await gateway.signIn('user_ada');
  const tokens: string[] = [];
  for (const userId of ['user_cleo', 'user_carl']) {
    const { data: answer } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(ada, START, {
      input: { userId, reason: 'a case' },
    });
    tokens.push(answer?.startImpersonation.actorToken ?? '');
  }
  expect((await run('sessions', 'end-all', '--reason', 'drill')).stderr).toContain('Nothing was ended.');
  expect((await run('sessions', 'end-all', '--yes')).code).toBe(2);
  expect((await run('sessions', 'end-all', '--reason', 'drill', '--yes')).stdout).toContain('2 sessions were ended.');
  for (const token of tokens) {
    await expect
      .poll(async () => (await gateway.graphql(token, ME)).errors?.[0]?.extensions?.code, { timeout: 15_000 })
      .toBe('IMPERSONATION_ENDED');
  }
  await gateway.stop();
  expect((await run('audit', 'verify')).stdout).toMatch(/\nHOLDS: /);
}, 60_000);
