import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/gateway-process.js';
import { refusedStart, SECRET } from '../support/refused-start.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('a configuration that is not valid', () => {
  it('is reported with all its problems at once, and nothing is touched', async () => {
    const { stderr } = await refusedStart(folder.path, {
      PORT: 'four thousand',
      LOG_LEVEL: 'loud',
      MONGODB_URI: `postgres://root:${SECRET}@db.example/`,
      PUBLIC_URL: `https://admin:${SECRET}@gateway.example`,
      TRUSTED_ISSUERS: JSON.stringify([{ issuer: 'https://id.example', jwks: 'keys.json', algorithms: ['HS256'] }]),
      PROTECTED_ROLES: 'ADMIN,not a role',
      CORS_ORIGINS: '*',
      USERS_FIELDS: '{"name":',
      ACTOR_TOKEN_ALGORITHM: 'none',
      IMPERSONATION_DEFAULT_SECONDS: '900',
      IMPERSONATION_MAX_SECONDS: '600',
    });
    const named = [...stderr.matchAll(/^ {2}- ([A-Z_]+) /gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual([
      'ACTOR_TOKEN_ALGORITHM',
      'CORS_ORIGINS',
      'IMPERSONATION_DEFAULT_SECONDS',
      'LOG_LEVEL',
      'MONGODB_URI',
      'PORT',
      'PROTECTED_ROLES',
      'PUBLIC_URL',
      'TRUSTED_ISSUERS',
      'USERS_FIELDS',
    ]);
    // Both of what is wrong with the issuer: no audience, and an algorithm that whoever verifies could sign with.
    expect(stderr).toMatch(/TRUSTED_ISSUERS.*0\.audience.*0\.algorithms/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('in production: without an issuer, a key and a public address', async () => {
    const { stderr } = await refusedStart(folder.path, { NODE_ENV: 'production' });
    for (const name of ['TRUSTED_ISSUERS', 'SIGNING_KEY_FILE', 'PUBLIC_URL']) expect(stderr).toContain(`- ${name} `);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is one that trusts an issuer for tokens that are not signed', async () => {
    for (const algorithms of [['none'], ['HS256'], ['RS256', 'HS512'], []]) {
      const trusted = [{ issuer: 'https://id.example', audience: 'api', jwks: 'keys.json', algorithms }];
      const { stderr } = await refusedStart(folder.path, { TRUSTED_ISSUERS: JSON.stringify(trusted) });
      expect(stderr, algorithms.join()).toContain('- TRUSTED_ISSUERS ');
    }
  });
});
