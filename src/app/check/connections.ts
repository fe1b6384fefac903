import { access, constants, open } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../platform/clock.js';
import { createLogger } from '../../platform/logger.js';
import { createMetrics } from '../../platform/metrics.js';
import { probeMongo } from '../../stores/mongo/index.js';
import { probeIssuerKeys } from '../../tokens/index.js';
import { compose } from '../../upstreams/composition/compose.js';
import { createUpstreamTransport } from '../../upstreams/transport/index.js';
import { ownSdl } from '../federation/federated-generation.js';
import { loadSchemas } from '../federation/load-schemas.js';
import { readGatewayConfig } from '../federation/read-gateway-config.js';
import { buildOwnSchema } from '../own-schema.js';
import { problemsOf } from './files.js';
import { type Check, type Finding, good, problem, warning } from './finding.js';

/** The first bytes of every SQLite database. */
const SQLITE = 'SQLite format 3\0';

/** The store, without making or changing anything in it. */
export const checkStore: Check = async ({ config: { store } }) => {
  if (store.kind === 'embedded') return checkEmbedded(store.directory);
  const { version } = await probeMongo(store);
  return [good(`MONGODB_URI: the server answers (MongoDB ${version}), and ${store.usersCollection} can be read.`)];
};

async function checkEmbedded(directory: string): Promise<readonly Finding[]> {
  const file = path.join(directory, 'gateway.db');
  const opened = await open(file, 'r').catch(() => null);
  if (opened === null) return [good('DATA_DIR: there is no database yet; the start makes one.')];
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(16), 0, 16, 0);
    if (bytesRead > 0 && buffer.toString('latin1') !== SQLITE) return [problem('DATA_DIR: gateway.db is no database.')];
    await access(file, constants.W_OK);
    return [good('DATA_DIR: the database is there and can be written to.')];
  } catch {
    return [problem('DATA_DIR: gateway.db cannot be written to.')];
  } finally {
    await opened.close();
  }
}

/** The keys of every issuer, asked for once. */
export const checkIssuers: Check = async ({ config: { trustedIssuers } }) => {
  const found = (trustedIssuers ?? []).map(async (trusted): Promise<readonly Finding[]> => {
    const name = `TRUSTED_ISSUERS: ${trusted.issuer}`;
    try {
      const { usable, faults } = await probeIssuerKeys(trusted);
      const odd = faults.map((fault) => warning(`${name}: a key is not used: ${fault}.`));
      if (usable === 0) return [problem(`${name}: its JWKS has no usable key.`), ...odd];
      return [good(`${name}: its JWKS can be read.`), ...odd];
    } catch (error) {
      return [problem(`${name}: ${error instanceof Error ? error.message : 'its keys cannot be read'}.`)];
    }
  });
  return (await Promise.all(found)).flat();
};

/** The schemas of the services as they tell them now, and whether they fit together. */
export const checkSchemas: Check = async ({ config }) => {
  if (config.gatewayConfigFile === null) return [];
  const closing = new AbortController();
  try {
    const services = await readGatewayConfig(config.gatewayConfigFile);
    const silent = createLogger({ level: 'silent' });
    const metrics = createMetrics({ processMetrics: false }).upstreams;
    const onward = { assertionFor: async () => null };
    const loaded = await loadSchemas(services, async (upstream) => {
      const transport = createUpstreamTransport(upstream, { onward, clock: systemClock, logger: silent, metrics });
      try {
        return { sdl: await transport.fetchSdl(closing.signal), failure: null };
      } catch (failure) {
        return { sdl: null, failure };
      } finally {
        await transport.close();
      }
    });
    const silentServices = loaded.unreachable.map(({ service, message }) =>
      problem(`GATEWAY_CONFIG: ${service}: ${message}`),
    );
    if (silentServices.length > 0) return silentServices;
    const own = { name: 'gateway', sdl: ownSdl(buildOwnSchema([], config.durations.defaultSeconds)) };
    const { rules, scopes, policies } = services;
    const { warnings } = compose([own, ...loaded.services], { own: own.name, rules, scopes, policies });
    return [
      good(`GATEWAY_CONFIG: the schemas of ${loaded.services.length} services fit together.`),
      ...loaded.notes.map(({ service, message }) => warning(`GATEWAY_CONFIG: ${service}: ${message}`)),
      ...warnings.map(({ service, coordinate, message }) =>
        warning(`GATEWAY_CONFIG: ${service}: ${coordinate} ${message}.`),
      ),
    ];
  } catch (error) {
    return problemsOf(error);
  }
};
