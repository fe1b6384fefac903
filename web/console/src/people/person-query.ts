import { graphql } from '../generated/gql.js';

export const FindPeople = graphql(`
  query FindPeople($search: String!) {
    users(search: $search, first: 8) {
      nodes {
        id
        name
        email
      }
    }
  }
`);

export const PersonById = graphql(`
  query PersonById($id: ID!) {
    user(id: $id) {
      id
      name
    }
  }
`);
