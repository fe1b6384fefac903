import Fastify from 'fastify';
import mercurius from 'mercurius';
import { standaloneResolvers } from '../workload/resolvers.mjs';
import { standaloneSchema } from '../workload/schema.mjs';
import { DateTime } from './apollo-schema.mjs';

export const guardDefinition = 'directive @auth(requires: Role = ADMIN) on OBJECT | FIELD_DEFINITION';

/** Mercurius on Fastify, compiling each query at its first run. Not listening yet. */
export async function createMercurius({ guard, definitions } = {}) {
  const app = Fastify();
  await app.register(mercurius, {
    schema: standaloneSchema({ guard, definitions }),
    resolvers: { ...standaloneResolvers, DateTime },
    jit: 1,
  });
  return app;
}
