import type { AddressInfo } from 'node:net';
import { mercuriusFederationPlugin } from '@mercuriusjs/federation';
import Fastify, { type FastifyRequest } from 'fastify';
import { print } from 'graphql';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { identify } from '../../downstream/fastify.js';
import { asked, HOST, type RunningService, type ServiceOptions } from '../service.js';
import { readDirectives, readTypeDefs } from '../subgraph.js';
import { reviewsResolvers } from './resolvers.js';

declare module 'fastify' {
  interface FastifyRequest {
    identity?: VerifiedIdentity | null;
  }
}

/** Reviews, on Mercurius: Federation 1, subscriptions by graphql-transport-ws. */
export async function startReviews({ verifyIdentity, port, onAsked }: ServiceOptions): Promise<RunningService> {
  const app = Fastify({ forceCloseConnections: true });
  identify(app, verifyIdentity);
  await app.register(mercuriusFederationPlugin, {
    schema: `${readTypeDefs('reviews')}\n${readDirectives()}`,
    resolvers: reviewsResolvers(),
    context: (request: FastifyRequest) => verified(request),
    subscription: {
      context: (_socket: unknown, request: FastifyRequest) => verified(request),
      // A socket of the gateway says whose it is in its first message, as graphql-transport-ws has it; it is one person's then.
      onConnect: async ({ payload }: { readonly payload?: unknown }) =>
        saysWho(payload) ? { ...(await verifyIdentity({ headers: payload })) } : true,
    },
  });
  app.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    onAsked?.(asked(context, print(document), variables));
  });
  app.graphql.addHook('preSubscriptionExecution', async (_schema, document, context) => {
    onAsked?.(asked(context, print(document), {}));
  });
  await app.listen({ host: HOST, port });
  return {
    url: `http://${HOST}:${(app.server.address() as AddressInfo).port}/graphql`,
    stop: () => app.close(),
  };
}

/** A copy, since Mercurius writes into its context. Without the hook nobody would have been checked: that must not pass as anonymous. */
function verified({ identity }: FastifyRequest): VerifiedIdentity {
  if (identity == null) throw new Error('The identity of this request was not verified.');
  return { ...identity };
}

function saysWho(payload: unknown): payload is { readonly authorization: unknown } {
  return typeof payload === 'object' && payload !== null && 'authorization' in payload;
}
