import { graphql } from '../../generated/gql.js';

export const EventRowFields = graphql(`
  fragment EventRowFields on ImpersonationEvent {
    id
    type
    outcome
    code
    occurredAt
    actor {
      name
    }
    actorId
    subject {
      name
    }
    subjectId
    operation {
      name
      type
      fields
    }
    count
    gap {
      lost
    }
    anomaly {
      kind
      threshold
      windowSeconds
    }
    detailsErased
    integrity {
      status
    }
  }
`);

export const Events = graphql(`
  query Events($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
    impersonationEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      edges {
        cursor
        node {
          ...EventRowFields
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
      }
    }
  }
`);

export const EventsRecorded = graphql(`
  subscription EventsRecorded($filter: ImpersonationEventFilter, $after: String) {
    impersonationEventRecorded(filter: $filter, after: $after) {
      ...EventRowFields
      streamCursor
    }
  }
`);

export const EventInChain = graphql(`
  query EventInChain(
    $id: ID!
    $previous: ID!
    $hasPrevious: Boolean!
    $next: ID!
    $hasNext: Boolean!
  ) {
    event: impersonationEvent(id: $id) {
      ...EventRowFields
      sessionId
      reason
      ticket
      operation {
        documentHash
        variables
        errorCodes
        durationMs
        upstreams
      }
      requestId
      ipAddress
      userAgent
      gap {
        from
        until
      }
      anomaly {
        codes
      }
      integrity {
        chain
        sequence
        hash
        previousHash
      }
    }
    previous: impersonationEvent(id: $previous) @include(if: $hasPrevious) {
      id
      type
      integrity {
        hash
      }
    }
    next: impersonationEvent(id: $next) @include(if: $hasNext) {
      id
      type
      integrity {
        previousHash
      }
    }
  }
`);
