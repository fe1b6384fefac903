import { createClerkClient } from '@clerk/backend';
import { startApolloOnFastify } from './apollo-fastify-server.mjs';
import { roleCheckedSchema } from './apollo-schema.mjs';

/** Apollo Server on Fastify; Clerk's SDK authenticates each request, networkless: by the PEM key (`jwtKey`), RS256. */
export async function start({ trust }) {
  const clerk = createClerkClient({
    secretKey: 'sk_test_nothing_is_ever_asked_over_the_network',
    publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
    jwtKey: trust.rs256Pem,
  });
  return startApolloOnFastify(roleCheckedSchema(), async (request) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const state = await clerk.authenticateRequest(
      new Request(`http://${request.headers.host}${request.url}`, { method: request.method, headers }),
      { jwtKey: trust.rs256Pem },
    );
    if (!state.isAuthenticated) return { roles: null };
    return { roles: state.toAuth().sessionClaims.roles };
  });
}
