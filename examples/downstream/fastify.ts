import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
// In a service of yours: from 'impersonation-gateway/downstream'.
import { IdentityError, type VerifiedIdentity, type VerifyIdentity } from '../../src/downstream/index.js';

/** The parts of Fastify that are used. With its types at hand, write `FastifyInstance` and so on instead. */
export interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly raw: IncomingMessage;
  identity?: VerifiedIdentity | null;
}
export interface Reply {
  code(status: number): { send(body: unknown): unknown };
}
export interface Application {
  decorateRequest(name: 'identity', value: null): unknown;
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply) => Promise<unknown>): unknown;
}

/** Before every route of the application: `identify(app, verifyIdentity)`. Handlers find `request.identity`. */
export function identify(app: Application, verifyIdentity: VerifyIdentity): void {
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request, reply) => {
    try {
      request.identity = await verifyIdentity(request);
      return undefined;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return reply.code(error.status).send({ error: error.message });
    }
  });
}
