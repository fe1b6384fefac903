import type { IncomingMessage } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { identityContext } from '../../downstream/apollo.js';
import { asked, HOST, type RunningService, type ServiceOptions } from '../service.js';
import { subgraphSchema } from '../subgraph.js';
import { ordersSubgraph } from './resolvers.js';

/** Orders, on Apollo Server: Federation 2. */
export async function startOrders({ verifyIdentity, port, onAsked }: ServiceOptions): Promise<RunningService> {
  const server = new ApolloServer<VerifiedIdentity>({
    schema: subgraphSchema(ordersSubgraph()),
    includeStacktraceInErrorResponses: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      {
        requestDidStart: async () => ({
          didResolveOperation: async ({ request, contextValue }) =>
            onAsked?.(asked(contextValue, request.query ?? '', request.variables)),
        }),
      },
    ],
  });
  const context = identityContext(verifyIdentity);
  const { url } = await startStandaloneServer(server, {
    listen: { host: HOST, port },
    context: ({ req }: { readonly req: IncomingMessage }) => context({ req }),
  });
  return { url: url.replace(/\/$/, '/graphql'), stop: () => server.stop() };
}
