import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runGateway, temporaryFolder } from '../support/gateway-process.js';
import { refusedStart, SECRET } from '../support/refused-start.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('a data directory that cannot be used', () => {
  it('holds a database that is corrupt, which is left as it is', async () => {
    await writeFile(path.join(folder.path, 'gateway.db'), `${SECRET} is not a database`.repeat(100));
    const { stderr } = await refusedStart(folder.path, {});
    expect(stderr).toMatch(/gateway\.db is corrupt or is not a database/);
  });

  it('is a file', async () => {
    const file = path.join(folder.path, 'data');
    await writeFile(file, '');
    const { stderr } = await refusedStart(folder.path, { DATA_DIR: file });
    expect(stderr).toContain('The embedded store cannot be used');
  });

  it('holds development keys that are corrupt', async () => {
    await writeFile(path.join(folder.path, 'signing-key.EdDSA.jwks.json'), `{"keys":[{"d":"${SECRET}"`);
    const { stderr } = await refusedStart(folder.path, {});
    expect(stderr).toMatch(/signing-key\.EdDSA\.jwks\.json is not valid JSON/);
  });
});

describe('a key file that cannot be used', () => {
  it.each([
    ['is not there', null],
    ['is not JSON', `{"keys":[{"kty":"OKP","d":"${SECRET}"`],
    ['is no key set', JSON.stringify({ d: SECRET })],
    ['is empty of keys', '{"keys":[]}'],
    ['holds a key that is malformed', JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'a', d: SECRET }] })],
  ])('%s', async (_what, content) => {
    const file = path.join(folder.path, 'keys.json');
    if (content !== null) await writeFile(file, content, { mode: 0o600 });
    const { stderr } = await refusedStart(folder.path, { SIGNING_KEY_FILE: file });
    expect(stderr).toMatch(/key/i);
  });

  it('is a folder', async () => {
    await mkdir(path.join(folder.path, 'keys'));
    expect((await refusedStart(folder.path, { SIGNING_KEY_FILE: path.join(folder.path, 'keys') })).stderr).toContain(
      'cannot be read',
    );
  });

  it('holds no key of the algorithm that is to sign', async () => {
    const file = path.join(folder.path, 'keys.json');
    expect((await runGateway(['keys', 'generate', '--out', file])).code).toBe(0);
    const { stderr } = await refusedStart(folder.path, { SIGNING_KEY_FILE: file, ACTOR_TOKEN_ALGORITHM: 'RS256' });
    expect(stderr).toContain('RS256');
  });
});
