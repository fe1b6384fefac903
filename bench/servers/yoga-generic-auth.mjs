import { useGenericAuth } from '@envelop/generic-auth';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createYoga } from 'graphql-yoga';
import { standaloneResolvers } from '../workload/resolvers.mjs';
import { standaloneSchema } from '../workload/schema.mjs';
import { DateTime } from './apollo-schema.mjs';
import { bearer, createJoseVerifier } from './bearer.mjs';
import { listen } from './listen.mjs';

const definitions = 'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE';

/** GraphQL Yoga on node:http with @envelop/generic-auth, its field directive for the role, jose for the token. */
export async function start({ trust }) {
  const verify = await createJoseVerifier(trust);
  const yoga = createYoga({
    schema: makeExecutableSchema({
      typeDefs: standaloneSchema({ guard: '@requiresScopes(scopes: [["USER"]])', definitions }),
      resolvers: { ...standaloneResolvers, DateTime },
    }),
    logging: false,
    graphiql: false,
    landingPage: false,
    plugins: [
      useGenericAuth({
        mode: 'protect-granular',
        async resolveUserFn({ request }) {
          const token = bearer(request.headers.get('authorization'));
          return token === null ? null : verify(token);
        },
        extractScopes: (person) => person?.roles ?? [],
      }),
    ],
  });
  return listen(yoga);
}
