import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { listenFastify } from './listen.mjs';

/** Apollo Server on Fastify by its own integration. @param context made for each request; absent: none */
export async function startApolloOnFastify(schema, context) {
  const app = Fastify();
  const apollo = new ApolloServer({ schema, plugins: [fastifyApolloDrainPlugin(app)] });
  await apollo.start();
  app.post('/graphql', fastifyApolloHandler(apollo, context === undefined ? undefined : { context }));
  return listenFastify(app);
}
