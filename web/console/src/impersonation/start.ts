import { graphql } from '../generated/gql.js';
import type { StartImpersonationInput } from '../generated/graphql.js';
import type { Client } from '../graphql/client.js';
import type { Caller, Impersonation } from '../identity/identity.js';

const StartImpersonation = graphql(`
  mutation StartImpersonation($input: StartImpersonationInput!) {
    startImpersonation(input: $input) {
      actorToken
      expiresAt
      viewer {
        id
        name
        email
        roles
      }
      session {
        id
        access
        reason
        ticket
        startedAt
      }
    }
  }
`);

/** Begins an impersonation with the caller's own identity. Throws the refusal. `now`: this device's clock, milliseconds. */
export async function startImpersonation(
  client: Client,
  own: Caller,
  input: StartImpersonationInput,
  now: () => number,
): Promise<Impersonation> {
  const { startImpersonation: started } = await client.ask({ document: StartImpersonation, variables: { input } }, own);
  const { session, viewer, actorToken, expiresAt } = started;
  const lasts = Date.parse(expiresAt) - Date.parse(session.startedAt);
  // The gateway's clock and this one may differ; how long it lasts is the same on both.
  const startedAt = now();
  return {
    sessionId: session.id,
    actorToken,
    subject: viewer,
    access: session.access,
    reason: session.reason,
    ticket: session.ticket,
    startedAt,
    expiresAt: startedAt + lasts,
  };
}
