import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

it('a stranger can verify what was exported beside a running gateway, with anchors and public keys alone; the export is on record', async () => {
  const settings = { DATA_DIR: folder.path };
  const gateway = await startGatewayProcess(folder.path);
  const ada = await gateway.signIn('user_ada');
  await gateway.graphql(
    ada,
    'mutation { startImpersonation(input: {userId: "user_cleo", reason: "a case"}) { expiresAt } }',
  );
  const jwks = path.join(folder.path, 'jwks.json');
  await writeFile(jwks, await (await fetch(`${gateway.url}/.well-known/jwks.json`)).text());

  const file = path.join(folder.path, 'trail.ndjson');
  const exported = await runGateway(['audit', 'export', '--out', file], settings);
  expect({ code: exported.code, stdout: exported.stdout, stderr: exported.stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const types = lines.map((line) => JSON.parse(JSON.parse(line).body).type);
  expect(types.sort()).toEqual(['AUDIT_EXPORTED', 'IMPERSONATION_STARTED']);
  const anchors = path.join(folder.path, 'copied-anchors.log');
  await copyFile(path.join(folder.path, 'anchors.log'), anchors);

  const verified = await runGateway(['audit', 'verify', '--file', file, '--anchors', anchors, '--jwks', jwks]);
  expect(verified.stdout).toContain('HOLDS');
  expect(verified.code).toBe(0);
  const audrey = await gateway.signIn('user_audrey');
  const { data } = await gateway.graphql<{ impersonationEvents: { nodes: { actorId: string | null }[] } }>(
    audrey,
    '{ impersonationEvents(filter: {types: [AUDIT_EXPORTED]}) { nodes { actorId } } }',
  );
  expect(data?.impersonationEvents.nodes).toEqual([{ actorId: null }]);
  await gateway.stop();
  const online = await runGateway(['audit', 'verify'], settings);
  expect(online.code).toBe(0);
});
