import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../platform/clock.js';
import { loadKeyring, readKeyFile } from '../../tokens/index.js';
import { CompositionError } from '../../upstreams/composition/composition-error.js';
import { GatewayConfigError } from '../../upstreams/config/gateway-config-error.js';
import { loadSchemas } from '../federation/load-schemas.js';
import { readGatewayConfig } from '../federation/read-gateway-config.js';
import { signingKeyAge } from '../key-age.js';
import { parseManifest } from '../trusted-documents/manifest.js';
import { ManifestError } from '../trusted-documents/manifest-error.js';
import { type Check, type Finding, good, problem, warning } from './finding.js';

/** As hard to break as 128 bits (NIST SP 800-57 Part 1, table 2). */
const STRONG_RSA_BITS = 3_072;

/** The signing keys, read as the gateway reads them. */
export const checkSigningKeys: Check = async ({ config }) => {
  const { signingKeyFile, actorTokens } = config;
  if (signingKeyFile === null) return [];
  const jwks = await readKeyFile(signingKeyFile);
  const keyring = await loadKeyring(jwks, { algorithm: actorTokens.algorithm });
  const { kid, trailKeys, verifyKeys } = keyring;
  const found: Finding[] = [
    good(`SIGNING_KEY_FILE: ${kid} signs, ${verifyKeys.size} verify tokens, ${trailKeys.size} the audit trail.`),
  ];
  const age = await signingKeyAge(keyring, signingKeyFile, config, systemClock.now());
  if (age?.tooOld === true) {
    const days = `${age.isLeast ? 'at least ' : ''}${age.days} days old`;
    found.push(warning(`SIGNING_KEY_FILE: ${kid}, which signs, is ${days}: \`keys rotate\` makes another.`));
  }
  const bits = verifyKeys.get(kid)?.key.asymmetricKeyDetails?.modulusLength ?? STRONG_RSA_BITS;
  if (bits < STRONG_RSA_BITS) {
    found.push(
      warning(
        `SIGNING_KEY_FILE: ${kid}, which signs, is an RSA key of ${bits} bits, which is as hard to break as 112 bits; EdDSA is as hard as 128.`,
      ),
    );
  }
  const { mode } = await stat(signingKeyFile);
  if (process.platform !== 'win32' && (mode & 0o007) !== 0) {
    found.push(warning('SIGNING_KEY_FILE can be read by every user of this machine.'));
  }
  return found;
};

/** The file that names the services, and the schemas that are files too. */
export const checkServices: Check = async ({ config: { gatewayConfigFile } }) => {
  if (gatewayConfigFile === null) return [];
  try {
    const services = await readGatewayConfig(gatewayConfigFile);
    await loadSchemas(services, async () => ({ sdl: null, failure: null }));
    const clear = services.upstreams.filter(({ url }) => /^http:\/\/(?!localhost|127\.|\[::1\])/i.test(url));
    return [
      good(`GATEWAY_CONFIG: ${services.upstreams.length} services.`),
      ...clear.map(({ name }) =>
        warning(`GATEWAY_CONFIG: ${name} is asked by http: what it is told of people travels in the clear.`),
      ),
    ];
  } catch (error) {
    return problemsOf(error);
  }
};

/** The documents that clients were built with. Whether they fit the schema, only a start can tell. */
export const checkTrustedDocuments: Check = async ({ config: { trustedDocuments } }) => {
  const { file } = trustedDocuments;
  if (file === null) return [];
  try {
    return [good(`TRUSTED_DOCUMENTS: ${parseManifest(await readFile(file, 'utf8')).size} documents.`)];
  } catch (error) {
    if (error instanceof ManifestError) {
      return error.problems.map(({ place, message }) => problem(`TRUSTED_DOCUMENTS: ${place}: ${message}`));
    }
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return [problem(`TRUSTED_DOCUMENTS cannot be read (${code}).`)];
  }
};

/** Where the anchors go has to be writable, and should be another disk. */
export const checkAnchors: Check = async ({ config: { anchorFile, dataDir, store } }) => {
  const folder = path.dirname(anchorFile);
  const about = await stat(folder).catch(() => null);
  // The data directory, which is made at the start.
  if (about === null)
    return folder === dataDir ? [] : [problem('AUDIT_ANCHOR_FILE is in a folder that does not exist.')];
  if (!(await isWritable(folder))) return [problem('AUDIT_ANCHOR_FILE is in a folder that cannot be written to.')];
  const data = await stat(dataDir).catch(() => null);
  if (store.kind === 'embedded' && data !== null && data.dev === about.dev) {
    return [warning('AUDIT_ANCHOR_FILE is on the disk of DATA_DIR: a restored disk image takes the anchors along.')];
  }
  return [];
};

/** Each problem of a configuration of services is one of its own. @throws what is none */
export function problemsOf(error: unknown): Finding[] {
  if (error instanceof GatewayConfigError) {
    return error.problems.map(({ path: where, message }) => problem(`GATEWAY_CONFIG: ${where}: ${message}`));
  }
  if (error instanceof CompositionError) {
    return error.problems.map(({ service, coordinate, message }) =>
      problem(`GATEWAY_CONFIG: ${[service, coordinate].filter((part) => part !== null).join(', ')}: ${message}`),
    );
  }
  throw error;
}

async function isWritable(file: string): Promise<boolean> {
  return access(file, constants.W_OK).then(
    () => true,
    () => false,
  );
}
