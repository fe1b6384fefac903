import path from 'node:path';
import { loadFilesSync } from '@graphql-tools/load-files';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { applyDirectives } from '../../directives/index.js';
import { resolvers } from '../../resolvers/index.js';
import type { HostModule } from '../host-module.js';
import { guardHooks } from '../http/graphql/guard-hooks.js';
import { MUTATION_RULES } from '../http/graphql/impersonation-mutations.js';
import { PACKAGE_ROOT } from './package-root.js';

/**
 * The gateway's own schema together with those of the host modules, every directive enforced.
 * @throws DirectiveError, or graphql's own errors, where the modules do not fit together.
 */
export function buildSchema(hostModules: readonly HostModule[]): GraphQLSchema {
  const own = loadFilesSync(path.join(PACKAGE_ROOT, 'schema'), { extensions: ['graphql'] });
  const schema = makeExecutableSchema({
    typeDefs: [...own, ...hostModules.map((module) => module.typeDefs)],
    resolvers: [resolvers, ...hostModules.map((module) => module.resolvers)],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  return applyDirectives(schema, { mutationRules: MUTATION_RULES, hooks: guardHooks });
}
