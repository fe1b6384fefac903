import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { openSchema } from './apollo-schema.mjs';

/** Apollo Server as its front page shows it. Checks nobody. */
export async function start() {
  const server = new ApolloServer({ schema: openSchema() });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { port: Number(new URL(url).port), answers: {}, stop: () => server.stop() };
}
