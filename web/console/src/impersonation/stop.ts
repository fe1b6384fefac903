import { graphql } from '../generated/gql.js';
import type { Client } from '../graphql/client.js';
import type { Impersonation } from '../identity/identity.js';

const StopImpersonation = graphql(`
  mutation StopImpersonation {
    stopImpersonation {
      session {
        id
        status
      }
    }
  }
`);

/** From the own identity, of a session whose actor token is not at hand. */
export const StopLeftover = graphql(`
  mutation StopLeftover($sessionId: ID!) {
    stopImpersonation(sessionId: $sessionId) {
      session {
        id
        status
      }
    }
  }
`);

/** Ends the session at the gateway, with its own actor token. Throws the refusal. */
export async function stopImpersonation(
  client: Client,
  { sessionId, actorToken }: Impersonation,
  options: { readonly keepalive?: boolean } = {},
): Promise<void> {
  const caller = { key: `session:${sessionId}`, token: actorToken };
  await client.ask({ document: StopImpersonation, variables: {} }, caller, options);
}
