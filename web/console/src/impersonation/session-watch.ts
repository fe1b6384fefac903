import { graphql } from '../generated/gql.js';
import type { Client } from '../graphql/client.js';
import { Refusal } from '../graphql/refusal.js';
import type { Caller, EndCause } from '../identity/identity.js';

const ActiveSessions = graphql(`
  query ActiveSessions($actorId: ID!) {
    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {
      nodes {
        id
      }
    }
  }
`);

/** What one look at the session found. */
export type Sighting = 'active' | EndCause | 'unconfirmed';

/**
 * Whether the session still goes on, asked with the actor's own identity: with the actor token every look would be one more event
 * on the customer's record. Where the actor may not look any more, they may not impersonate any more either.
 */
export async function lookAtSession(
  client: Client,
  own: Caller,
  actorId: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<Sighting> {
  try {
    const { impersonationSessions } = await client.ask({ document: ActiveSessions, variables: { actorId } }, own, {
      signal,
    });
    return impersonationSessions.nodes.some(({ id }) => id === sessionId) ? 'active' : 'ENDED';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'FORBIDDEN') return 'ROLE_LOST';
    return 'unconfirmed';
  }
}
