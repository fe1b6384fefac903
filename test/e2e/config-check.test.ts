import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config } from '../../src/commands/config-check.js';
import { keys as keysCommand } from '../../src/commands/keys.js';
import { KeyFileError } from '../../src/tokens/index.js';
import { runGateway, type Settings, temporaryFolder } from '../support/gateway-process.js';
import { generateKeys } from '../support/production-setting.js';
import { createTestIssuer } from '../support/test-issuer.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** In this process, as the program does it; by the program itself in one case, which takes a second. */
async function check(settings: Settings, ...more: string[]) {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
    },
  });
  const output = { stdout: into('stdout'), stderr: into('stderr') };
  const code = await config(['check', ...more], { DATA_DIR: folder.path, ...settings }, output);
  return { code, ...printed };
}

describe('config check', () => {
  it('says every problem at once, of variables, key file and services, and exits with 1', async () => {
    const keys = path.join(folder.path, 'keys.json');
    const services = path.join(folder.path, 'services.yaml');
    const documents = path.join(folder.path, 'documents.json');
    await writeFile(documents, '{"no-hash":"{ viewer { id } }"}');
    await writeFile(keys, '{"keys":[{"kty":"oct","k":"c2VjcmV0LWtleS1tYXRlcmlhbA"}]}');
    await writeFile(services, 'upstreams:\n  - name: orders\n    url: ftp://orders\n');
    const { code, stdout, stderr } = await check({
      NODE_ENV: 'production',
      PORT: 'http',
      IMPERSONATION_MAX_SECONDS: '-1',
      SIGNING_KEY_FILE: keys,
      GATEWAY_CONFIG: services,
      TRUSTED_DOCUMENTS: documents,
      AUDIT_ANCHOR_FILE: path.join(folder.path, 'nowhere', 'anchors.log'),
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const problems = stdout.slice(stdout.indexOf('Problems\n'));
    for (const part of [
      'PORT',
      'IMPERSONATION_MAX_SECONDS',
      'TRUSTED_ISSUERS',
      'PUBLIC_URL',
      'Key 1 of the signing keys',
    ]) {
      expect(problems).toContain(part);
    }
    expect(problems).toMatch(/GATEWAY_CONFIG: upstreams\[0\]/);
    expect(problems).toContain('AUDIT_ANCHOR_FILE is in a folder that does not exist');
    expect(problems).toMatch(/TRUSTED_DOCUMENTS: "no-hash"/);
    expect(stdout).not.toContain('c2VjcmV0LWtleS1tYXRlcmlhbA');
    expect(stdout).toMatch(/^\d+ problems, \d+ warnings\n$/m);
  });

  it('shows every setting with where it comes from, and no secret', async () => {
    const { code, stdout } = await check({
      MONGODB_URI: 'mongodb://gateway:hunter2@db.example/?authSource=admin',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter3',
      TRUSTED_ISSUERS: JSON.stringify([
        {
          issuer: 'https://id.example',
          audience: 'a',
          jwks: 'https://id.example/jwks?key=hunter4',
          algorithms: ['ES256'],
        },
      ]),
      IMPERSONATION_MAX_SECONDS: '1800',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('  IMPERSONATION_MAX_SECONDS = 1800 (seconds)  [environment]\n');
    expect(stdout).toContain('  IMPERSONATION_DEFAULT_SECONDS = 600  [default]\n');
    expect(stdout).toContain('  MONGODB_URI = (set; not shown)  [environment]\n');
    expect(stdout).toContain('https://id.example/jwks?[REDACTED]');
    expect(stdout).not.toMatch(/hunter\d/);
    expect(stdout).not.toContain('db.example');
  });

  it('makes nothing: a folder that was empty still is', async () => {
    expect((await check({}, '--connect')).code).toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('warns of what is allowed and risky, and exits with 0 all the same', async () => {
    const keys = await generateKeys(folder.path, 'keys.json', 'EdDSA');
    await chmod(keys, 0o644);
    const issuer = await createTestIssuer(folder.path);
    const { code, stdout } = await check({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://gateway.example',
      SIGNING_KEY_FILE: keys,
      TRUSTED_ISSUERS: JSON.stringify([
        ...JSON.parse(issuer.trusted),
        { issuer: 'https://other.example', audience: 'a', jwks: 'https://other.example/', algorithms: ['ES256'] },
      ]),
      IMPERSONATION_MAX_SECONDS: '86400',
      CORS_ORIGINS: 'http://admin.example',
      PROTECTED_ROLES: 'ADMIN',
      AUDIT_RECHECK_EVENTS_PER_SECOND: '0',
      LOG_LEVEL: 'debug',
    });
    expect(code, stdout).toBe(0);
    for (const part of [
      'TRUSTED_PROXIES is 0',
      'STEP_UP_MAX_AUTH_AGE_SECONDS',
      'last 24 hours',
      'AUDIT_ANCHOR_FILE is inside DATA_DIR',
      'AUDIT_ANCHOR_FILE is on the disk of DATA_DIR',
      'CORS_ORIGINS lets http://admin.example',
      'holders of AUDITOR',
      'AUDIT_RECHECK_EVENTS_PER_SECOND is 0',
      'METRICS_PORT is unset',
      'TRUSTED_ISSUERS has several issuers',
      'LOG_LEVEL is debug',
      'SIGNING_KEY_FILE can be read by every user',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/^0 problems, \d+ warnings\n$/m);
  });

  it('warns of a signing key that is too old, by its own word or that of its file, or weaker than 128 bits', async () => {
    const file = await generateKeys(folder.path, 'keys.json', 'RS256');
    const fresh = await check({ SIGNING_KEY_FILE: file, ACTOR_TOKEN_ALGORITHM: 'RS256' });
    expect(fresh.stdout).toMatch(/SIGNING_KEY_FILE: [\w-]+, which signs, is an RSA key of 2048 bits/);
    expect(fresh.stdout).not.toContain('days old');
    const { keys } = JSON.parse(await readFile(file, 'utf8'));
    const now = Math.floor(Date.now() / 1_000);
    expect(now - keys[0].iat).toBeLessThan(600);
    const aged = async (iat: number | undefined, days: number) => {
      await writeFile(file, JSON.stringify({ keys: [{ ...keys[0], iat }] }));
      await utimes(file, now - days * 86_400, now - days * 86_400);
      return (await check({ SIGNING_KEY_FILE: file, ACTOR_TOKEN_ALGORITHM: 'RS256' })).stdout;
    };
    expect(await aged(now - 91 * 86_400, 0)).toMatch(/which signs, is 91 days old: `keys rotate` makes another/);
    expect(await aged(now - 89 * 86_400, 200)).not.toContain('days old');
    expect(await aged(undefined, 200)).toMatch(/which signs, is at least 200 days old/);
    const never = { SIGNING_KEY_FILE: file, ACTOR_TOKEN_ALGORITHM: 'RS256', SIGNING_KEY_MAX_AGE_DAYS: '0' };
    expect((await check(never)).stdout).not.toContain('days old');
  });

  it('with --connect also asks store, issuers and services, and says which does not answer, without its address', async () => {
    const jwks = createServer((_req, res) => res.end('{"keys":[]}')).listen(0, '127.0.0.1');
    await new Promise((listening) => jwks.once('listening', listening));
    const port = (jwks.address() as AddressInfo).port;
    const services = path.join(folder.path, 'services.yaml');
    await writeFile(
      services,
      'upstreams:\n  - name: orders\n    kind: subgraph\n    url: http://127.0.0.1:1/graphql\n    schema: { fetch: service }\n',
    );
    const settings = {
      TRUSTED_ISSUERS: JSON.stringify([
        { issuer: 'https://empty.example', audience: 'a', jwks: `http://127.0.0.1:${port}/`, algorithms: ['ES256'] },
        { issuer: 'https://gone.example', audience: 'a', jwks: 'http://127.0.0.1:1/', algorithms: ['ES256'] },
        {
          issuer: 'https://file.example',
          audience: 'a',
          jwks: path.join(folder.path, 'none.json'),
          algorithms: ['ES256'],
        },
      ]),
      GATEWAY_CONFIG: services,
    };
    expect((await check(settings)).code).toBe(0);
    const { code, stdout } = await check(settings, '--connect');
    jwks.close();
    const problems = stdout.slice(stdout.indexOf('Problems\n'));
    expect(code).toBe(1);
    expect(problems).toContain('https://empty.example: its JWKS has no usable key');
    expect(problems).toMatch(/https:\/\/gone\.example: the JWKS endpoint could not be read/);
    expect(problems).toMatch(/https:\/\/file\.example: the JWKS file cannot be opened/);
    expect(problems).toMatch(/GATEWAY_CONFIG: orders: it cannot be asked for its schema/);
    expect(problems).not.toContain('127.0.0.1');
  });

  it('with --connect names what gives out people without a rule', async () => {
    const services = path.join(folder.path, 'services.yaml');
    await writeFile(
      path.join(folder.path, 'reviews.graphql'),
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
      type Query { reviews: [Review!]  mine: [User!] @authenticated }
      type Review { id: ID!  author: User }
      type User @key(fields: "id", resolvable: false) { id: ID! }`,
    );
    await writeFile(
      services,
      'upstreams:\n  - name: reviews\n    kind: subgraph\n    url: http://127.0.0.1:1/graphql\n    schema: { file: reviews.graphql }\n',
    );
    const { code, stdout } = await check({ GATEWAY_CONFIG: services }, '--connect');
    expect(code, stdout).toBe(0);
    const warnings = stdout.slice(stdout.indexOf('Warnings\n'));
    expect(warnings).toMatch(
      /GATEWAY_CONFIG: reviews: Review\.author gives out people of the directory, with email, roles, disabled/,
    );
    expect(warnings).not.toContain('Query.mine');
  });

  it('with --connect finds a store that is there, and one that is none', async () => {
    await writeFile(path.join(folder.path, 'gateway.db'), 'not a database at all');
    expect(await check({}, '--connect')).toMatchObject({ code: 1, stdout: expect.stringContaining('is no database') });
    const gone = await check({ MONGODB_URI: 'mongodb://gateway:hunter2@127.0.0.1:1/' }, '--connect');
    expect(gone).toMatchObject({ code: 1, stdout: expect.stringMatching(/Problems\n {2}- .*MongoDB/) });
    expect(gone.stdout + gone.stderr).not.toContain('hunter2');
  });

  it('is told with its usage from anything else', async () => {
    expect(await check({}, 'twice')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Usage') });
    const program = await runGateway(['config', 'check'], { DATA_DIR: folder.path, PORT: 'x' });
    expect(program).toMatchObject({ code: 1, stderr: '', stdout: expect.stringMatching(/^ {2}- PORT must be/m) });
  });
});

describe('keys rotate and keys retire', () => {
  it('say what they did, keep the file’s mode, and print no key', async () => {
    const file = await generateKeys(folder.path, 'keys.json', 'EdDSA');
    const rotated = await runGateway(['keys', 'rotate', '--file', file, '--publish-seconds', '0']);
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/: EdDSA [\w-]+ signs from 20\d\d-/) });
    const { stdout } = await check({ SIGNING_KEY_FILE: file });
    expect(stdout).toMatch(/SIGNING_KEY_FILE: [\w-]+ signs, 2 verify tokens, 2 the audit trail/);
  });

  it.each(['-dash', '--two', '-'])(
    'take the id of a key for what it is, also where it begins with a dash: %s',
    async (kid) => {
      const file = await generateKeys(folder.path, 'keys.json', 'EdDSA');
      const other = await generateKeys(folder.path, 'other.json', 'EdDSA');
      const keysIn = async (name: string) => JSON.parse(await readFile(name, 'utf8')).keys;
      await writeFile(file, JSON.stringify({ keys: [...(await keysIn(file)), { ...(await keysIn(other))[0], kid }] }));
      const output = { stdout: { write: () => undefined }, stderr: { write: () => undefined } };
      expect(await keysCommand(['retire', '--kid', kid, '--file', file], Date.now(), output)).toBe(0);
      const [signs, retired] = await keysIn(file);
      expect([signs.d, retired.kid, retired.d]).toEqual([expect.any(String), kid, undefined]);
    },
  );

  it('change nothing where they cannot be done', async () => {
    const file = await generateKeys(folder.path, 'keys.json', 'EdDSA');
    const kid = /EdDSA ([\w-]+)/.exec((await check({ SIGNING_KEY_FILE: file })).stdout)?.[1] ?? 'none';
    for (const args of [
      ['rotate', '--file', path.join(folder.path, 'none.json')],
      ['retire', '--file', file, '--kid', kid],
      ['rotate', '--file', file, '--publish-seconds', 'soon'],
      ['rotate'],
      ['retire', '--file', file],
    ]) {
      const printed: string[] = [];
      const write = (text: string) => void printed.push(text);
      const done = keysCommand(args, Date.now(), { stdout: { write }, stderr: { write: () => undefined } });
      expect(await done.catch((error: unknown) => (error instanceof KeyFileError ? 1 : 0)), args.join(' ')).toBe(1);
      expect(printed).toEqual([]);
    }
    expect((await check({ SIGNING_KEY_FILE: file })).stdout).toContain('1 verify tokens');
  });
});
