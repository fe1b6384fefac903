import { createServer, type Server } from 'node:http';
// In a service of yours: from 'impersonation-gateway/downstream'.
import { IdentityError, type VerifyIdentity } from '../../src/downstream/index.js';

/** A service on Node's http alone: `GET /me` says who is in effect, everything else is not found. */
export function createService(verifyIdentity: VerifyIdentity): Server {
  return createServer(async (req, res) => {
    const answer = (status: number, body: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    try {
      const { viewer, actor, impersonation } = await verifyIdentity(req);
      if (req.method !== 'GET' || req.url !== '/me') return answer(404, { error: 'not found' });
      return answer(200, { viewer, actor, impersonation });
    } catch (error) {
      // Refused, never taken for anonymous.
      if (error instanceof IdentityError) return answer(error.status, { error: error.message });
      return answer(500, { error: 'Something went wrong.' });
    }
  });
}
