import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGateway, readConfig } from '../../dist/src/index.js';
import { createEmbeddedStore } from '../../dist/src/stores/embedded/index.js';
import { generateSigningKeys } from '../../dist/src/tokens/index.js';
import { PEOPLE } from '../workload/people.mjs';
import { hostResolvers } from '../workload/resolvers.mjs';
import { HOST_SCHEMA } from '../workload/schema.mjs';

/**
 * The product as an operator would run it: production settings, the embedded store on disk, one host module. Only the limits on
 * starts are raised, because the load does in a second what people do in a month.
 */
export async function start({ trust, dataDir }) {
  mkdirSync(dataDir, { recursive: true });
  const config = readConfig(await settings(trust, dataDir));
  const store = createEmbeddedStore({ directory: dataDir });
  await store.open();
  await store.seedUsers(PEOPLE);
  await store.close();
  const gateway = createGateway(config, {
    hostModules: [{ name: 'bench', typeDefs: HOST_SCHEMA, resolvers: hostResolvers }],
  });
  const { url } = await gateway.start();
  return { port: Number(new URL(url).port), answers: {}, stop: () => gateway.stop() };
}

/** The environment of the process, and the files it names. */
export async function settings(trust, dataDir) {
  const jwks = path.join(dataDir, 'issuer.jwks.json');
  writeFileSync(jwks, JSON.stringify(trust.jwks));
  const keys = path.join(dataDir, 'signing-key.jwks.json');
  if (!existsSync(keys)) writeFileSync(keys, JSON.stringify(await generateSigningKeys('EdDSA')), { mode: 0o600 });
  return {
    NODE_ENV: 'production',
    PORT: '0',
    DATA_DIR: dataDir,
    PUBLIC_URL: 'https://gateway.example.com',
    TRUSTED_ISSUERS: JSON.stringify([{ issuer: trust.issuer, audience: trust.audience, jwks, algorithms: ['EdDSA'] }]),
    SIGNING_KEY_FILE: keys,
    IMPERSONATION_MAX_SECONDS: '86400',
    IMPERSONATION_STARTS_PER_MINUTE: '10000',
    // What a measurement had begun when its time was over is never stopped.
    IMPERSONATION_MAX_ACTIVE: '100',
    GATEWAY_INSTANCE: 'bench',
  };
}
