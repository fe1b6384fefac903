import { startApolloOnFastify } from './apollo-fastify-server.mjs';
import { openSchema } from './apollo-schema.mjs';

/** Apollo Server on Fastify. Checks nobody. */
export const start = () => startApolloOnFastify(openSchema());
