import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { demoUsers } from '../../src/development/demo-users.js';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import { runGateway, type Settings } from './gateway-process.js';
import { notePrivateKeys } from './record.js';
import { createTestIssuer, type TestIssuer } from './test-issuer.js';

export const PUBLIC_URL = 'https://gateway.example';

/** What a gateway in production runs with: keys made by its own command, an issuer, people in its store. */
export interface ProductionSetting {
  readonly settings: Settings;
  readonly issuer: TestIssuer;
}

/** Prepares a folder for a gateway in production. */
export async function prepareProduction(folder: string, algorithm: 'EdDSA' | 'RS256'): Promise<ProductionSetting> {
  const keyFile = await generateKeys(folder, 'keys.json', algorithm);
  const issuer = await createTestIssuer(folder);
  // Production seeds nobody: these stand for the company's own directory.
  const store = createEmbeddedStore({ directory: folder });
  await store.open();
  await store.seedUsers(demoUsers());
  await store.close();
  return {
    issuer,
    settings: {
      NODE_ENV: 'production',
      PUBLIC_URL,
      SIGNING_KEY_FILE: keyFile,
      TRUSTED_ISSUERS: issuer.trusted,
      ACTOR_TOKEN_ALGORITHM: algorithm,
      ACTOR_TOKEN_AUDIENCE: 'https://api.example',
      IMPERSONATION_MAX_ACTIVE: '100',
    },
  };
}

/** Makes a key file with `impersonation-gateway keys generate`. @returns its path */
export async function generateKeys(folder: string, name: string, algorithm: 'EdDSA' | 'RS256'): Promise<string> {
  const file = path.join(folder, name);
  const { code, stderr } = await runGateway(['keys', 'generate', '--out', file, '--algorithm', algorithm]);
  if (code !== 0) throw new Error(`no keys were made: ${stderr}`);
  notePrivateKeys(JSON.parse(await readFile(file, 'utf8')));
  return file;
}
