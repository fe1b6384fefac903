import { startApolloOnFastify } from './apollo-fastify-server.mjs';
import { roleCheckedSchema } from './apollo-schema.mjs';
import { bearer, createJoseVerifier } from './bearer.mjs';

/** Apollo Server on Fastify; every request's token is verified with jose, and the resolver checks the role. */
export async function start({ trust }) {
  const verify = await createJoseVerifier(trust);
  return startApolloOnFastify(roleCheckedSchema(), async (request) => {
    const token = bearer(request.headers.authorization);
    return { roles: token === null ? null : (await verify(token)).roles };
  });
}
