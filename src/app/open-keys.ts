import path from 'node:path';
import type { Config } from '../config/index.js';
import { type Keyring, loadKeyring, readKeyFile, readOrCreateKeyFile } from '../tokens/index.js';

/** The file with the gateway's own keys: the configured one, or in development one in the data directory. */
export function keyFileOf(config: Config): string {
  return config.signingKeyFile ?? path.join(config.dataDir, `signing-key.${config.actorTokens.algorithm}.jwks.json`);
}

/** The parsed JSON of that file, which is made first where it is the one for development. @throws KeyFileError */
export async function readOwnKeys(config: Config): Promise<unknown> {
  const file = keyFileOf(config);
  return config.signingKeyFile === null ? readOrCreateKeyFile(file, config.actorTokens.algorithm) : readKeyFile(file);
}

/** The gateway's own keys, as they are in their file now: for commands, which are over before it changes. */
export async function openKeyring(config: Config): Promise<Keyring> {
  return loadKeyring(await readOwnKeys(config), { algorithm: config.actorTokens.algorithm });
}
