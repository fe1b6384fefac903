import { graphql } from '../generated/gql.js';

export const Sessions = graphql(`
  query Sessions($filter: ImpersonationSessionFilter, $first: Int!, $after: String) {
    impersonationSessions(filter: $filter, first: $first, after: $after) {
      nodes {
        ...SessionRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const Session = graphql(`
  query Session($id: ID!) {
    impersonationSession(id: $id) {
      ...SessionRow
    }
  }
`);

export const SessionRow = graphql(`
  fragment SessionRow on ImpersonationSession {
    id
    status
    access
    actor {
      name
    }
    actorId
    subject {
      name
    }
    subjectId
    reason
    ticket
    startedAt
    expiresAt
    endedAt
    endedBy {
      id
      name
    }
  }
`);

/** When a session begins or ends, whoever does it on whichever replica. */
export const SessionChanges = graphql(`
  subscription SessionChanges($filter: ImpersonationEventFilter!, $after: String) {
    impersonationEventRecorded(filter: $filter, after: $after) {
      id
      streamCursor
    }
  }
`);

export const Revoke = graphql(`
  mutation Revoke($sessionId: ID!, $reason: String!) {
    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {
      session {
        id
        status
      }
    }
  }
`);
