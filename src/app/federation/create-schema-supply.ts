import type { EngineOptions } from '../../http/graphql/engine.js';
import type { Clock } from '../../platform/clock.js';
import { newId } from '../../platform/ids.js';
import { createIdentityAssertionMinter, type Keyring } from '../../tokens/index.js';
import { createIdentityOnward } from '../../upstreams/identity-onward.js';
import { createUpstreamTransport } from '../../upstreams/transport/index.js';
import type { OwnSchema } from '../own-schema.js';
import { SchemaSupply } from './schema-supply.js';
import { TransportPool } from './transport-pool.js';

export interface SchemaSupplyOptions extends Omit<EngineOptions, 'schema' | 'own' | 'costs'> {
  /** The file that `GATEWAY_CONFIG` names. */
  readonly file: string;
  readonly own: OwnSchema;
  readonly keyring: Keyring;
  /** `iss` of identity assertions. */
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Wires the ways to the upstreams, and who is in effect told on them, to what reads their schemas. */
export function createSchemaSupply(options: SchemaSupplyOptions): SchemaSupply {
  const { keyring, publicUrl, clock, logger, metrics, tracing = null } = options;
  const minter = createIdentityAssertionMinter({ keyring, issuer: publicUrl });
  const onward = createIdentityOnward({ minter, newId, keysInForce: () => keyring.verifyKeys });
  const transports = new TransportPool((upstream) =>
    createUpstreamTransport(upstream, { onward, clock, logger, metrics: metrics.upstreams, tracing }),
  );
  return new SchemaSupply({ ...options, transports, schemaMetrics: metrics.schema });
}
