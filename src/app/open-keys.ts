import path from 'node:path';
import type { Config } from '../config/index.js';
import { type Keyring, loadKeyring, readKeyFile, readOrCreateKeyFile } from '../tokens/index.js';

/** The gateway's own keys: from the configured file, or in development from one made in the data directory. */
export async function openKeyring(config: Config): Promise<Keyring> {
  const { algorithm } = config.actorTokens;
  const jwks =
    config.signingKeyFile === null
      ? await readOrCreateKeyFile(path.join(config.dataDir, `signing-key.${algorithm}.jwks.json`), algorithm)
      : await readKeyFile(config.signingKeyFile);
  return loadKeyring(jwks, { algorithm });
}
