import { graphql } from '../../generated/gql.js';

export const Statistics = graphql(`
  query Statistics($occurredAfter: DateTime!, $occurredBefore: DateTime!, $buckets: Int!) {
    impersonationStatistics(occurredAfter: $occurredAfter, occurredBefore: $occurredBefore, buckets: $buckets) {
      from
      until
      started
      denied
      ended
    }
  }
`);
