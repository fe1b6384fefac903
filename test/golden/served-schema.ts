import type { GraphQLSchema } from 'graphql';
import { createGateway } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import type { HostModule } from '../../src/host-module.js';

/** The schema that a gateway with these applications serves where nothing is configured. Opens nothing. */
export function servedSchema(...hostModules: readonly HostModule[]): GraphQLSchema {
  return createGateway(readConfig({}), { hostModules, processMetrics: false }).schema;
}
