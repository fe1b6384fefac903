import type { IncomingMessage, ServerResponse } from 'node:http';
// In a service of yours: from 'impersonation-gateway/downstream'.
import { IdentityError, type VerifiedIdentity, type VerifyIdentity } from '../../src/downstream/index.js';

/** An Express request once the middleware has run. */
export type IdentifiedRequest = IncomingMessage & { identity?: VerifiedIdentity };

/**
 * Express middleware, for every route: `app.use(identify(verifyIdentity))`. Handlers find `req.identity`; a request whose
 * identity is not valid reaches none of them.
 */
export function identify(verifyIdentity: VerifyIdentity) {
  return async (req: IdentifiedRequest, res: ServerResponse, next: (error?: unknown) => void): Promise<void> => {
    try {
      req.identity = await verifyIdentity(req);
    } catch (error) {
      if (!(error instanceof IdentityError)) return next(error);
      res.writeHead(error.status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: error.message }));
      return;
    }
    next();
  };
}
