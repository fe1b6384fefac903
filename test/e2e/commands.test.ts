import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('token', () => {
  it('prints a session token and nothing else, which a gateway over the same data accepts', async () => {
    const { code, stdout, stderr } = await runGateway(['token', 'user_grace'], { DATA_DIR: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+\n$/);
    const gateway = await startGatewayProcess(folder.path);
    const { data } = await gateway.graphql(stdout.trim(), '{ viewer { id } }');
    await gateway.stop();
    expect(data).toEqual({ viewer: { id: 'user_grace' } });
  });

  it('wants to be told whose', async () => {
    const { code, stdout, stderr } = await runGateway(['token'], { DATA_DIR: folder.path });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Usage');
  });

  it('has none to give where other issuers are trusted', async () => {
    const trusted = [{ issuer: 'https://id.example', audience: 'api', jwks: 'keys.json', algorithms: ['ES256'] }];
    const { code, stdout } = await runGateway(['token', 'user_ada'], {
      DATA_DIR: folder.path,
      TRUSTED_ISSUERS: JSON.stringify(trusted),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});

describe('keys generate', () => {
  it('writes a key set for its owner alone, and prints only its name and the key’s', async () => {
    const file = path.join(folder.path, 'keys.json');
    const { code, stdout } = await runGateway(['keys', 'generate', '--out', file]);
    const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys: { kid: string; d: string }[] };
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}: EdDSA ${keys[0]?.kid}\n` });
    expect(stdout).not.toContain(keys[0]?.d);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('never overwrites a file', async () => {
    const file = path.join(folder.path, 'keys.json');
    await writeFile(file, 'precious');
    const { code, stderr } = await runGateway(['keys', 'generate', '--out', file]);
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  it('makes keys of no algorithm but EdDSA and RS256', async () => {
    for (const algorithm of ['none', 'HS256', 'eddsa']) {
      const { code, stdout } = await runGateway(['keys', 'generate', '--algorithm', algorithm]);
      expect({ code, stdout }, algorithm).toEqual({ code: 1, stdout: '' });
    }
  });
});

it('an unknown command or option is refused with the usage or a sentence, and nothing is served', async () => {
  for (const args of [['serv'], ['keys', 'destroy'], ['keys', 'generate', '--outt', 'x']]) {
    const { code, stdout, stderr } = await runGateway(args, { DATA_DIR: folder.path });
    expect({ code, stdout }, args.join(' ')).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

it('the token a development start prints is an admin’s and works', async () => {
  const gateway = await startGatewayProcess(folder.path);
  const token = await gateway.said('stdout', /TOKEN='([^']+)'/);
  expect(decodeJwt(token).sub).toBe('user_ada');
  const { data } = await gateway.graphql(token, '{ viewer { id roles } }');
  await gateway.stop();
  expect(data).toEqual({ viewer: { id: 'user_ada', roles: ['ADMIN'] } });
});
