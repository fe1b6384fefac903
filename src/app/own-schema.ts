import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { applyDirectives, checkDefinitions } from '../../directives/index.js';
import { resolvers } from '../../resolvers/index.js';
import type { HostModule } from '../host-module.js';
import { guardHooks } from '../http/graphql/guard-hooks.js';
import { MUTATION_RULES } from '../http/graphql/impersonation-mutations.js';
import { PACKAGE_ROOT } from './package-root.js';

/** The gateway's own schema together with those of the host modules. */
export interface OwnSchema {
  /** Every directive enforced: ready to be served as it is. */
  readonly guarded: GraphQLSchema;
  /** With its directives, none of them enforced: for whoever guards what it becomes a part of. */
  readonly unguarded: GraphQLSchema;
}

/**
 * Builds both.
 * @param defaultSeconds how long an impersonation lasts when the start does not say: the default that the schema shows.
 * @throws DirectiveError, or graphql's own errors, where the modules do not fit together.
 */
export function buildOwnSchema(hostModules: readonly HostModule[], defaultSeconds = 600): OwnSchema {
  for (const { typeDefs } of hostModules) checkDefinitions(typeDefs);
  const folder = path.join(PACKAGE_ROOT, 'schema');
  const own = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const schema = makeExecutableSchema({
    typeDefs: [...own, ...hostModules.map((module) => module.typeDefs)],
    resolvers: [resolvers, ...hostModules.map((module) => module.resolvers)],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  const unguarded = withDefaultDuration(schema, defaultSeconds);
  return { unguarded, guarded: applyDirectives(unguarded, { mutationRules: MUTATION_RULES, hooks: guardHooks }) };
}

/** Without this the SDL's own default would win over the configured one, unseen. */
function withDefaultDuration(schema: GraphQLSchema, seconds: number): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.INPUT_OBJECT_FIELD]: (field, fieldName, typeName) =>
      typeName === 'StartImpersonationInput' && fieldName === 'durationSeconds'
        ? { ...field, defaultValue: seconds }
        : undefined,
  });
}
