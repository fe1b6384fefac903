import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import { applyDirectives } from '../../../directives/index.js';
import { DateTime } from '../../../resolvers/DateTime.js';
import { demoUsers } from '../../../src/development/demo-users.js';
import { ANONYMOUS, type Identity } from '../../../src/domain/identity.js';
import type { ImpersonationAccess } from '../../../src/domain/impersonation-session.js';
import type { User } from '../../../src/domain/user.js';
import type { HostModule } from '../../../src/host-module.js';
import { createLoaders, createUserCache } from '../../../src/loaders/index.js';
import { activeSession, EPOCH } from '../../support/store-fixtures.js';

const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);
const AUTHENTICATION = { issuer: 'https://issuer.example', authTime: null, amr: [] };
const EXPIRES_AT = EPOCH + 600_000;

/** The gateway's own SDL with a host module's, directives enforced. The module's resolvers are kept to {@link narrow}. */
export function guardedSchema(module: HostModule): GraphQLSchema {
  const own = readdirSync(SCHEMA_FOLDER)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'));
  const schema = makeExecutableSchema({
    typeDefs: [...own, module.typeDefs],
    resolvers: [{ DateTime }, module.resolvers],
  });
  const narrowed = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => {
      const { resolve } = field;
      if (resolve === undefined) return undefined;
      return { ...field, resolve: (source, args, context, info) => resolve(source, args, narrow(context), info) };
    },
  });
  return applyDirectives(narrowed, {
    mutationRules: { nested: ['Mutation.startImpersonation'], always: ['Mutation.stopImpersonation'] },
  });
}

/** A context of which only `viewer` and `loaders` can be read: whoever asks for more gets an error. */
function narrow(context: Readonly<Record<string, unknown>>): unknown {
  return new Proxy(context, {
    get(parts, name) {
      if (name !== 'viewer' && name !== 'loaders') throw new Error(`context.${String(name)} was read`);
      return parts[name];
    },
    ownKeys: () => {
      throw new Error('the keys of the context were read');
    },
  });
}

export function demoUser(id: string): User {
  const found = demoUsers().find((each) => each.id === id);
  if (found === undefined) throw new Error(`no demo user ${id}`);
  return found;
}

export const nobody: Identity = ANONYMOUS;

export function asThemselves(id: string): Identity {
  const viewer = demoUser(id);
  return {
    kind: 'direct',
    viewer,
    actor: viewer,
    session: null,
    authentication: AUTHENTICATION,
    boundTo: null,
    expiresAt: EXPIRES_AT,
  };
}

export function impersonating(subjectId: string, access: ImpersonationAccess): Identity {
  return {
    kind: 'impersonated',
    viewer: demoUser(subjectId),
    actor: demoUser('user_ada'),
    access,
    session: activeSession({ subjectId, access }),
    authentication: AUTHENTICATION,
    expiresAt: EXPIRES_AT,
  };
}

export interface Execution {
  readonly result: ExecutionResult<Record<string, unknown>>;
  /** The code of each error, in order. */
  readonly codes: readonly unknown[];
  /** How often the user directory was asked. */
  readonly lookUps: number;
}

/** Runs one operation as that identity, with the demo users as the directory. */
export async function run(
  schema: GraphQLSchema,
  identity: Identity,
  source: string,
  variableValues: Record<string, unknown> = {},
): Promise<Execution> {
  let lookUps = 0;
  const directory = {
    async findByIds(ids: readonly string[]) {
      lookUps += 1;
      return demoUsers().filter(({ id }) => ids.includes(id));
    },
    search: () => Promise.reject(new Error('not part of this')),
  };
  const contextValue = {
    identity,
    viewer: identity.viewer,
    loaders: createLoaders(createUserCache(directory, { now: () => EPOCH })),
    sessionEnded: () => false,
    sessionFault: () => null,
  };
  const result = (await graphql({ schema, source, contextValue, variableValues })) as Execution['result'];
  return { result, codes: (result.errors ?? []).map((error) => codeOf(error)), lookUps };
}

function codeOf(error: { readonly extensions: Record<string, unknown>; readonly originalError?: unknown }): unknown {
  const { originalError } = error;
  if (originalError instanceof Error && 'code' in originalError) return originalError.code;
  return error.extensions.code ?? 'none';
}
