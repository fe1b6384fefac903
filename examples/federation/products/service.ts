import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { identityOf } from '../../downstream/yoga.js';
import { asked, HOST, type RunningService, type ServiceOptions } from '../service.js';
import { subgraphSchema } from '../subgraph.js';
import { productsSubgraph } from './resolvers.js';

/** Products, on GraphQL Yoga: Federation 2, subscriptions by server-sent events. */
export async function startProducts({ verifyIdentity, port, onAsked }: ServiceOptions): Promise<RunningService> {
  const { plugin, context } = identityOf(verifyIdentity);
  const yoga = createYoga({
    schema: subgraphSchema(productsSubgraph()),
    plugins: [plugin],
    context({ request, params }: YogaInitialContext): VerifiedIdentity {
      const identity = context({ request });
      onAsked?.(asked(identity, params.query ?? '', params.variables));
      return identity;
    },
    logging: false,
    graphiql: false,
    landingPage: false,
  });
  const server = createServer(yoga).listen(port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}${yoga.graphqlEndpoint}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await yoga.dispose();
    },
  };
}
