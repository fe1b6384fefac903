import type { IncomingMessage } from 'node:http';
// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity, VerifyIdentity } from '../../src/downstream/index.js';

/**
 * The context function of Apollo Server: `startStandaloneServer(server, {context: identityContext(verifyIdentity)})`, and the
 * same for its integrations that hand over `req`. Resolvers read `context.viewer`, `context.actor`, `context.impersonation`. An
 * identity that is not valid refuses the whole operation: the error says its HTTP status itself.
 */
export function identityContext(verifyIdentity: VerifyIdentity) {
  return ({ req }: { readonly req: IncomingMessage }): Promise<VerifiedIdentity> => verifyIdentity(req);
}
